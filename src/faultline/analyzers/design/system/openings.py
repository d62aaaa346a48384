"""What the settings of a component say of the databases it opens: which one on a server, as whom, by which secret.

`DB_HOST`, `DB_NAME`, `DB_SCHEMA` and `DB_USER` speak of one database, `ORDERS_DB_HOST` and its kin of another one:
what stands before the last word tells them apart. A URL says all of it in one setting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from faultline.core.patterns import regex

_KEY: Final = regex(
    r"^((?:[A-Z0-9_]{0,60}_)?(?:DB|DATABASE|POSTGRES|POSTGRESQL|PG|MYSQL|MARIADB|MONGO|MONGODB|SQL|ORACLE|RDS|DATASOURCE)|PG)"
    r"_?(HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT|INSTANCE|CLUSTER|NAME|DATABASE|DBNAME|DB|SCHEMA|USER|USERNAME|LOGIN)?$"
)
_SERVERS: Final = frozenset({"HOST", "HOSTNAME", "SERVER", "ADDR", "ADDRESS", "ENDPOINT", "INSTANCE", "CLUSTER"})
_URL: Final = regex(
    r"(?:DB|DATABASE|POSTGRES\w{0,3}|PG|MYSQL|MARIADB|MONGO\w{0,2}|SQL|ORACLE|DATASOURCE|JDBC)_?"
    r"(?:[A-Z]{1,20}_)?(?:URL|URI|DSN|CONN(?:ECTION)?(?:_?STR(?:ING)?)?)(?:_FILE)?$|(?:^|_)DSN(?:_FILE)?$|CONNECTION_?STRINGS?__"
)
_DATABASES: Final = regex(r"(?:^|[-_])(?:db|database|postgres\w{0,3}|pg|mysql|mongo\w{0,2}|sql|dsn)(?:$|[-_])")
_PLAIN: Final = regex(r"[A-Za-z_][\w-]{0,60}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A database on a server, with its schema behind a dot, and as whom it is opened; empty where it is not said."""

    database: str = ""
    login: str = ""


def by_prefix(settings: Iterable[tuple[str, str]]) -> Mapping[str, Opened]:
    """What names and values say, by what stands before the last word of the name."""
    told: dict[str, dict[str, str]] = {}
    for name, value in settings:
        if (found := _KEY.match(name.upper())) and _PLAIN.fullmatch(value) and "VALUE" not in value:
            told.setdefault(found[1], {}).setdefault(_meaning(found[2]), value)
    return {
        prefix: Opened(".".join(filter(None, [said.get("name", ""), said.get("schema", "")])), said.get("login", ""))
        for prefix, said in told.items()
    }


def _meaning(word: str | None) -> str:
    if word in _SERVERS:
        return "server"
    return {"SCHEMA": "schema", "USER": "login", "USERNAME": "login", "LOGIN": "login"}.get(word or "", "name")


def of_server(name: str, told: Mapping[str, Opened]) -> Opened:
    """What belongs to the setting that names the server; the only database there is where it names none."""
    found = _KEY.match(name.upper())
    if found and found[1] in told and told[found[1]].database:
        return told[found[1]]
    named = [each for each in told.values() if each.database]
    return named[0] if len(named) == 1 else Opened()


def is_server(name: str) -> bool:
    """Whether a setting names a database's server: `DB_HOST`, `ORDERS_PG_SERVER`, `PGHOST`."""
    found = _KEY.match(name.upper())
    return bool(found and found[2] in _SERVERS)


def is_secret(name: str, secret: str = "", key: str = "") -> bool:
    """Whether a setting that a secret holds is how a database is opened: its URL, or its name on the server."""
    found = _KEY.match(name.upper())
    if found and _meaning(found[2]) == "name" and found[2]:
        return True
    whole = _URL.search(name.upper()) or (re.search(r"URL|URI|DSN|CONN", name.upper()) and _DATABASES.search(secret))
    return bool(whole) and not re.search(r"pass|user|login", key.lower())


def is_databases(secret: str) -> bool:
    """Whether the name of a secret says that all of it is about a database: `orders-db`, `pg-credentials`."""
    return bool(_DATABASES.search(secret.lower()))
