from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.servers.postgres import DatabaseUrls, Postgres
from tests.until import PATIENCE

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with contextlib.closing(psycopg.connect(plain, autocommit=True)) as connection:
        yield connection


def rights(server: Postgres, role: str) -> tuple[bool, ...]:
    query = "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = %s"
    with server.superuser() as connection:
        found = connection.execute(query, [role]).fetchone()
    assert found is not None
    return tuple(found)


def test_neither_role_may_look_past_row_level_security(postgres_server: Postgres) -> None:
    assert rights(postgres_server, "faultline_owner") == (True, False, False, True, False)
    assert rights(postgres_server, "faultline_app") == (True, False, False, False, False)


def test_the_owner_makes_tables_and_the_app_only_uses_what_it_was_granted(postgres_server: Postgres) -> None:
    urls = postgres_server.new_database()
    with connected(urls.owner) as owner, connected(urls.app) as app:
        owner.execute("CREATE TABLE notes (body text)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT * FROM notes")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine (body text)")
        owner.execute("GRANT SELECT, INSERT ON notes TO faultline_app")
        app.execute("INSERT INTO notes VALUES ('kept')")
        assert owner.execute("SELECT body FROM notes").fetchall() == [("kept",)]


def test_a_template_is_built_once_and_each_copy_is_a_database_of_its_own(postgres_server: Postgres) -> None:
    built: list[DatabaseUrls] = []

    def build(urls: DatabaseUrls) -> None:
        built.append(urls)
        with connected(urls.owner) as owner:
            owner.execute("CREATE TABLE notes (body text)")

    name = postgres_server.template(f"template_{os.getpid()}", build)
    assert postgres_server.template(name, build) == name
    first, second = postgres_server.new_database(name), postgres_server.new_database(name)
    with connected(first.owner) as one, connected(second.owner) as other:
        one.execute("INSERT INTO notes VALUES ('here')")
        assert other.execute("SELECT count(*) FROM notes").fetchone() == (0,)
    assert len(built) == 1


async def test_both_databases_serve_through_sqlalchemy(database_urls: DatabaseUrls) -> None:
    for url in database_urls:
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT 1"))).scalar() == 1
        await engine.dispose()


def test_what_was_committed_is_there_after_a_kill_and_a_restart(postgres_alone: Postgres) -> None:
    urls = postgres_alone.new_database()
    with connected(urls.owner) as owner:
        owner.execute("CREATE TABLE notes (body text)")
        owner.execute("INSERT INTO notes VALUES ('kept')")
        postgres_alone.kill()
        with pytest.raises(psycopg.OperationalError):
            owner.execute("SELECT 1")
    assert not postgres_alone.running()
    postgres_alone.start()
    with connected(urls.owner) as owner:
        assert owner.execute("SELECT body FROM notes").fetchall() == [("kept",)]


def test_the_cluster_of_a_run_goes_when_its_last_process_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from tests.servers.postgres import shared\n"
        "server = shared(pathlib.Path(sys.argv[1])); print(server.folder, server.port, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    said = []
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            user = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)
            stack.enter_context(user)
            stack.callback(user.kill)
            assert user.stdout is not None
            said.append(user.stdout.readline().split())
    assert said[0] == said[1]
    folder, port = Path(said[0][0]), int(said[0][1])
    until = time.monotonic() + PATIENCE
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not folder.exists()
    with contextlib.closing(socket.socket()) as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
