"""Settings: what may be chosen, each with a default that works.

Every field is an environment variable with the prefix `FAULTLINE_`, and may stand in a `.env` file of the data folder.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, model_validator
from pydantic.networks import IPvAnyNetwork
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from faultline.core.errors import UsageError
from faultline.service.tiers import Tier


def default_data_dir() -> Path:
    """Where the service keeps everything unless it is told otherwise: below the user's own data."""
    base = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".local" / "share") / "faultline"


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(env_prefix="FAULTLINE_", extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=default_data_dir, description="Folder for everything that is kept.")
    public_url: AnyHttpUrl | None = Field(
        default=None, description="The address users reach the service at, when it is not the one it listens on."
    )
    database_url: str = Field(
        default="", description="`sqlite:///FILE` or `postgresql://...`; a file in the data folder if unset."
    )
    database_owner_url: str = Field(
        default="",
        description="The same database as the role that owns the tables; migrations run as it. Unset: the same role.",
    )
    blob_url: str = Field(
        default="", description="Where artifacts lie: `file:///FOLDER` or `s3://BUCKET/PREFIX`; unset: the data folder."
    )
    limits_url: str = Field(default="memory://", description="Where rate limits are counted.")
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Encrypts and signs; at least 32 characters. Unset: made once and kept in the data folder.",
    )

    workers: int = Field(default_factory=lambda: max(1, os.cpu_count() or 1), ge=1, description="Analyses at a time.")
    express_bytes: int = Field(
        default=10_000, ge=0, description="Content below this is analyzed at once, ahead of the queue."
    )
    wait_seconds: float = Field(default=10.0, gt=0, le=60, description="How long a request with small content waits.")
    max_wait_seconds: float = Field(
        default=60.0, gt=0, description="How long `Prefer: wait=N` may make a request wait."
    )
    job_seconds: float = Field(default=1800.0, gt=0, description="How long one analysis may take before it is stopped.")
    job_attempts: int = Field(default=3, ge=1, description="How often an analysis is begun before it is a dead letter.")
    lease_seconds: float = Field(
        default=30.0, gt=0, description="How long a worker may be silent before its work is given away."
    )

    default_tier: Tier = Field(
        default=Tier.FREE, description="The tier of a new organization; the owner's own is enterprise."
    )
    max_waiting: int = Field(
        default=100_000, ge=1, description="How many analyses may wait in all before new ones are refused."
    )
    max_waiting_conversations: int = Field(
        default=100_000, ge=1, description="How many conversations may wait in all before new ones are refused."
    )
    redact_at_rest: bool = Field(
        default=False,
        description="Whether personal data and secrets are taken out of conversations before they are stored.",
    )
    cache_hours: float = Field(default=24.0, ge=0, description="How long a report answers for the same content.")
    retention_days: float = Field(default=30.0, gt=0, description="How long an analysis and its content are kept.")

    models: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Language models that may help, the first one first, separated by commas: "
        "`PROVIDER:MODEL[@BASE_URL]`. Keys are read from the providers' own variables. Unset: none is asked.",
    )
    model_seconds: float = Field(
        default=60.0, gt=0, description="How long models may take for one analysis before it goes on without them."
    )

    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Origins of web pages that may call the API, separated by commas."
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = Field(
        default=(), description="Networks whose X-Forwarded-For is believed, separated by commas."
    )
    outgoing_networks: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = Field(
        default=(), description="Private networks that webhooks may reach, separated by commas."
    )

    github_url: str = Field(default="https://github.com", description="GitHub, or a GitHub Enterprise server.")
    github_api_url: str = Field(default="https://api.github.com", description="Its API.")
    github_client_id: str = Field(
        default="", description="The OAuth app that signs people in; unset: no sign-in by GitHub."
    )
    github_client_secret: SecretStr = Field(default=SecretStr(""), description="Its secret.")
    github_app_id: str = Field(default="", description="The GitHub App that reviews pull requests; unset: none does.")
    github_app_slug: str = Field(default="", description="Its name in addresses: github.com/apps/SLUG.")
    github_private_key: SecretStr = Field(
        default=SecretStr(""), description="Its private key: the PEM text, or the path of the file that holds it."
    )
    github_webhook_secret: SecretStr = Field(default=SecretStr(""), description="Signs what GitHub tells us.")
    github_webhook_secret_old: SecretStr = Field(
        default=SecretStr(""), description="Holds as well, while GitHub changes over to the new one."
    )
    github_tree_bytes: int = Field(
        default=50_000_000,
        ge=0,
        description="Largest archive of a repository that is fetched for the import graph of a pull request.",
    )
    session_hours: float = Field(default=12.0, gt=0, description="How long a person stays signed in.")

    @model_validator(mode="before")
    @classmethod
    def _split(cls, values: dict[str, object]) -> dict[str, object]:
        for name in ("models", "cors_origins", "trusted_proxies", "outgoing_networks"):
            if isinstance(words := values.get(name), str):
                values[name] = tuple(word.strip() for word in words.split(",") if word.strip())
        return values

    @model_validator(mode="after")
    def _strong(self) -> Self:
        secret = self.secret_key.get_secret_value()
        if secret and len(secret) < 32:
            raise ValueError("FAULTLINE_SECRET_KEY is shorter than 32 characters")
        return self

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'faultline.db'}"

    @property
    def app_role(self) -> str | None:
        """The role that the service connects as, where another one owns the tables."""
        return urlsplit(self.database_url).username if self.database_owner_url else None

    @property
    def blobs(self) -> str:
        """The blob store's URL."""
        return self.blob_url or (self.data_dir.absolute() / "blobs").as_uri()

    @property
    def cache_time(self) -> timedelta:
        """How long a report answers for the same content."""
        return timedelta(hours=self.cache_hours)


def settings_from_environment() -> Settings:
    """The settings of the environment.

    Raises:
        UsageError: one of them makes no sense; says which.

    """
    try:
        return Settings()
    except ValidationError as error:
        faults = (
            f"FAULTLINE_{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        )
        raise UsageError("; ".join(faults)) from None
