"""Parts: the long-lived things of one process, made once and handed to whoever needs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from faultline import __version__
from faultline.platform.blobs import BlobStore, open_blobs
from faultline.platform.clock import Clock, utc_now
from faultline.platform.database import Database
from faultline.platform.http.dialer import Dialer
from faultline.platform.jobs.courtesy import Courtesy
from faultline.platform.jobs.nudges import Nudge
from faultline.platform.limits import Limiter, open_limiter
from faultline.platform.pubsub import LocalPubSub
from faultline.platform.telemetry.database import instrument
from faultline.platform.telemetry.metrics import Metrics
from faultline.platform.telemetry.storage import TimedBlobs
from faultline.service.analyses.backlog import Backlog
from faultline.service.analyses.endings import Endings
from faultline.service.analyses.gateway import Gateway
from faultline.service.auth.principals import Principals
from faultline.service.auth.signing import SigningKeys
from faultline.service.github.app import GitHubApp
from faultline.service.secrets import Secrets
from faultline.service.settings import Settings
from faultline.service.usage.requests import RequestCounts


@dataclass(slots=True)
class Parts:
    """What a process is made of."""

    settings: Settings
    database: Database
    blobs: BlobStore
    limiter: Limiter
    dialer: Dialer
    secrets: Secrets
    metrics: Metrics
    endings: Endings
    backlog: Backlog
    conversation_backlog: Backlog
    clock: Clock
    relay: Nudge = field(default_factory=Nudge)
    """Rung after a commit that left something in the outbox."""
    deliveries: Nudge = field(default_factory=Nudge)
    """Rung after a commit that left a webhook to be sent."""
    conversations: Nudge = field(default_factory=Nudge)
    """Rung after a commit that left conversations to be understood."""
    reviews: Nudge = field(default_factory=Nudge)
    """Rung after a commit that left a review to be taken further."""
    taxonomies: Nudge = field(default_factory=Nudge)
    """Rung after a commit that left a taxonomy to be learned."""
    courtesy: Courtesy = field(default_factory=Courtesy)
    worker_runs: bool = False
    principals: Principals = field(default_factory=Principals)
    requests: RequestCounts = field(default_factory=RequestCounts)
    gateway: Gateway | None = None
    """Asks models; None where none are configured. `models.open_models` opens it."""
    signing: SigningKeys = field(init=False)
    github: GitHubApp = field(init=False)

    def __post_init__(self) -> None:
        lifetime = timedelta(hours=self.settings.session_hours)
        self.signing = SigningKeys(self.database, self.secrets, self.clock, lifetime)
        self.github = GitHubApp(self.settings, self.clock)

    @classmethod
    def of(cls, settings: Settings, clock: Clock = utc_now) -> Parts:
        """Everything that the settings ask for; nothing is started or connected yet."""
        secret = settings.secret_key.get_secret_value()
        metrics = Metrics(__version__)
        database = Database(settings.database, clock=clock)
        instrument(database.engine, metrics)
        return cls(
            settings=settings,
            database=database,
            blobs=TimedBlobs(open_blobs(settings.blobs), metrics),
            limiter=open_limiter(settings.limits_url),
            dialer=Dialer(allowed=settings.outgoing_networks, clock=clock),
            secrets=Secrets(secret) if secret else Secrets.kept_in(settings.data_dir),
            metrics=metrics,
            endings=Endings(LocalPubSub()),
            backlog=Backlog(settings.max_waiting),
            conversation_backlog=Backlog(settings.max_waiting_conversations, "conversations"),
            clock=clock,
        )

    async def close(self) -> None:
        """Let go of what is held open."""
        if self.gateway:
            await self.gateway.close()
        await self.github.close()
        self.dialer.close()
        await self.database.close()
