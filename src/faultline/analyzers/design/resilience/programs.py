"""Which program a component is a process of."""

from __future__ import annotations

import re
from typing import Final

from faultline.analyzers.design.system.model import Component
from faultline.analyzers.design.system.naming import words

# What the processes of one program are called behind its name.
PROCESSES: Final = frozenset(
    {
        *("worker", "consumer", "producer", "mailer", "processor", "listener", "subscriber", "indexer", "scheduler"),
        *("cron", "cronjob", "job", "outbox", "relay", "publisher", "importer", "cleaner", "cleanup", "writer"),
        *("reader", "projector", "beat", "sidekiq", "celery", "batch", "poller", "sender", "dispatcher", "daemon"),
        *("migrate", "task", "runner", "sweeper", "reconciler", "loader", "syncer", "query", "command", "replayer"),
    }
)
_ENDS: Final = PROCESSES | {"api", "app", "server", "service", "backend", "web", "frontend", "grpc", "http", "core"}


def program(component: Component) -> str:
    """The name of a component without the words for what a process does: `billing` of `billing-worker`."""
    name = list(words(component.name))
    while len(name) > 1 and name[-1] in _ENDS:
        name.pop()
    return " ".join(name) if not set(name) <= PROCESSES else ""


def app(component: Component) -> str:
    """What a component is an instance of: `web` and `worker` of one image are one application."""
    app = component.app
    if not app or app.startswith("build:"):
        return app
    path = re.sub(r":[^/:]{0,128}$", "", app)
    folder, _, last = path.rpartition("/")
    name = list(words(last))
    while name and name[-1] in _ENDS:
        name.pop()
    return f"{folder}/{' '.join(name)}"
