"""The names of models, and what a name means: who serves it, where, by which protocol and with whose key.

    PROVIDER:MODEL            openai:gpt-5-mini, anthropic:claude-sonnet-4-5, ollama:qwen3
    PROVIDER:MODEL@BASE_URL   openai:smollm2@http://localhost:8080/v1: whatever else speaks that provider's protocol

A provider's key never goes to another address than the provider's own. An address of one's own that wants a key gets
the one in FAULTLINE_MODEL_KEY.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from faultline.core.errors import UsageError

KEY_FOR_ADDRESS = "FAULTLINE_MODEL_KEY"
"""Environment variable with the key for a base URL; may be missing."""

_NAME = re.compile(r"(?P<provider>[a-z]+):(?P<model>[^\s\x00-\x1f]{1,200}?)(?:@(?P<address>https?://[^\s\x00-\x1f]+))?")
_KEY = re.compile(r"[\x21-\x7e]+")


class Protocol(StrEnum):
    """How a provider is spoken to."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    GOOGLE = "google"


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody who serves models.

    Args:
        address: base URL of its API.
        protocol: how it is spoken to.
        keys: environment variables that may hold the key, the usual one first; empty where none is needed.
        price_list: its id in genai-prices; None for one that costs nothing.

    """

    address: str
    protocol: Protocol = Protocol.OPENAI
    keys: tuple[str, ...] = ()
    price_list: str | None = None


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider("https://api.openai.com/v1", keys=("OPENAI_API_KEY",), price_list="openai"),
    "anthropic": Provider(
        "https://api.anthropic.com", Protocol.ANTHROPIC, keys=("ANTHROPIC_API_KEY",), price_list="anthropic"
    ),
    "google": Provider(
        "https://generativelanguage.googleapis.com",
        Protocol.GOOGLE,
        keys=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        price_list="google",
    ),
    "grok": Provider("https://api.x.ai/v1", keys=("XAI_API_KEY",), price_list="x-ai"),
    "groq": Provider("https://api.groq.com/openai/v1", keys=("GROQ_API_KEY",), price_list="groq"),
    "ollama": Provider("http://localhost:11434/v1"),
}


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model, as the user named it.

    Args:
        kind: a key of PROVIDERS.
        model: what its provider calls it.
        base_url: where it is served; None for the provider's own address.

    """

    kind: str
    model: str
    base_url: str | None = None

    @property
    def provider(self) -> str:
        """Who is asked: the provider, or host and port of an address of one's own."""
        return urlsplit(self.base_url).netloc if self.base_url else self.kind

    @property
    def address(self) -> str:
        """Base URL of the API."""
        return self.base_url or PROVIDERS[self.kind].address

    @property
    def protocol(self) -> Protocol:
        """How it is spoken to."""
        return PROVIDERS[self.kind].protocol

    @property
    def short(self) -> str:
        """The name without the address."""
        return f"{self.kind}:{self.model}"

    def __str__(self) -> str:
        return f"{self.short}@{self.base_url}" if self.base_url else self.short


def parse(name: str) -> ModelName:
    """Understand the name of a model.

    Raises:
        UsageError: it makes no sense.

    """
    match = _NAME.fullmatch(name.strip())
    if not match:
        raise UsageError(f"'{_shown(name)}' is no model: write PROVIDER:MODEL, as in openai:gpt-5-mini")
    kind, model, base_url = match["provider"], match["model"], match["address"]
    if kind not in PROVIDERS:
        raise UsageError(f"nobody knows the provider '{kind}'; there are {', '.join(PROVIDERS)}")
    if base_url:
        base_url = base_url.rstrip("/")
        _check_address(base_url)
        if kind == "ollama" and not urlsplit(base_url).path:
            base_url += "/v1"  # Ollama's own tools name its address without the path
    return ModelName(kind, model, base_url)


def key_of(name: ModelName, environment: Mapping[str, str]) -> str | None:
    """The key that this model is asked with; None where none is needed.

    Raises:
        UsageError: it is missing, or is not one; the message names the environment variable and never the value.

    """
    wanted = (KEY_FOR_ADDRESS,) if name.base_url else PROVIDERS[name.kind].keys
    for variable in wanted:
        if key := environment.get(variable, "").strip():
            # A line break in it would end up in a header, and the error about that would quote the key.
            if not _KEY.fullmatch(key):
                raise UsageError(f"{variable} holds characters that no key has; set it to the key alone")
            return key
    if wanted and not name.base_url:
        raise UsageError(f"{name} needs a key: set {wanted[0]}")
    return None


def _check_address(base_url: str) -> None:
    try:
        parts = urlsplit(base_url)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise UsageError("a model's address must be a URL such as http://localhost:8080/v1")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(f"a model's address holds no key and no query: set {KEY_FOR_ADDRESS} for the key")


def _shown(name: str) -> str:
    """The name as an error may quote it: short, and without what could be a password or a key."""
    visible = "".join(character if character.isprintable() else "?" for character in name)
    visible = re.sub(r"//.*@", "//", visible)
    return visible if len(visible) <= 60 else visible[:60] + "..."
