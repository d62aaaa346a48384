"""Parts: the long-lived things of one process, made once and handed to whoever needs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from faultline.platform.clock import Clock, utc_now
from faultline.platform.database import Database
from faultline.service.auth.principals import Principals
from faultline.service.auth.signing import SigningKeys
from faultline.service.secrets import Secrets
from faultline.service.settings import Settings
from faultline.service.usage.requests import RequestCounts


@dataclass(slots=True)
class Parts:
    """What a process is made of."""

    settings: Settings
    database: Database
    secrets: Secrets
    clock: Clock = field(default=utc_now)
    principals: Principals = field(default_factory=Principals)
    requests: RequestCounts = field(default_factory=RequestCounts)
    signing: SigningKeys = field(init=False)

    def __post_init__(self) -> None:
        lifetime = timedelta(hours=self.settings.session_hours)
        self.signing = SigningKeys(self.database, self.secrets, self.clock, lifetime)

    @classmethod
    def of(cls, settings: Settings, clock: Clock = utc_now) -> Parts:
        """Everything that the settings ask for; nothing is started or connected yet."""
        secret = settings.secret_key.get_secret_value()
        return cls(
            settings=settings,
            database=Database(settings.database, clock=clock),
            secrets=Secrets(secret) if secret else Secrets.kept_in(settings.data_dir),
            clock=clock,
        )

    async def close(self) -> None:
        """Let go of what is held open."""
        await self.database.close()
