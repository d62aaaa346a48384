"""Parts: the long-lived things of one process, made once and handed to whoever needs them."""

from __future__ import annotations

from dataclasses import dataclass, field

from faultline.platform.clock import Clock, utc_now
from faultline.platform.database import Database
from faultline.service.secrets import Secrets
from faultline.service.settings import Settings


@dataclass(slots=True)
class Parts:
    """What a process is made of."""

    settings: Settings
    database: Database
    secrets: Secrets
    clock: Clock = field(default=utc_now)

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
