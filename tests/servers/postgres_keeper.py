"""Stops a test run's PostgreSQL when nobody uses it any more: `python postgres_keeper.py FOLDER`; see postgres.py.

Returns at once and goes on in a process of its own, whose parent is none of the test run's.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))


def keep(folder: Path) -> None:
    """Wait for the last user of the cluster to go, then remove it."""
    from tests.servers.postgres import Postgres

    where = folder / "cluster.json"
    known = json.loads(where.read_text())
    with (folder / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        where.unlink(missing_ok=True)
        Postgres(Path(known["folder"]), Path(known["binaries"]), known["port"]).remove()


if __name__ == "__main__" and os.fork() == 0:
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    keep(Path(sys.argv[1]))
