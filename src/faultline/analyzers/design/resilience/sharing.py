"""Databases that several services open although each should have its own.

What settings say is sure: two services open the same database (and schema) of a server, or by the same secret. What a
diagram says is not: two arrows into `PostgreSQL cluster` may lead to two schemas, and mostly do. So a diagram counts
only where the store is one service's by its name, and the other service has one too, or all others have.

Nobody shares who belongs together: an API and its worker (one image, one build, one name but for what it does), and
nobody shares who only looks: a reporting tool, an exporter, a reader of a replica. Where a text says that each has a
schema of its own, one database is no finding; where it says that each has a database, one schema is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.resilience.ownership import Ownership, ownership
from faultline.analyzers.design.resilience.programs import PROCESSES, app, program
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import DEPLOYMENTS, Call, Component, Saying, System
from faultline.analyzers.design.system.naming import stem, words
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.analyzers.design.system.technologies import TECHNOLOGIES
from faultline.core.finding import Severity
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

_OWNED: Final = frozenset({"sql", "document", "graph", ""})
_HANDED: Final = frozenset({"outbox", "inbox", "spool", "mailbox"})
_LOOKS: Final = regex(
    r"\b(?:reads?|reader|read[- ]only|queries|replica|standby|select|reports?|analytics|views?)\b", re.IGNORECASE
)
_COPY: Final = regex(r"\b(?:reader|read[- ]only|replica|standby|views?|followers?)\b", re.IGNORECASE)
_WRITES: Final = regex(r"\b(?:writ\w+|stores?|insert\w*|updat\w*|saves?|read/write)\b", re.IGNORECASE)
_TOOLS: Final = frozenset(
    {
        *("admin", "report", "reporting", "analytic", "metabase", "superset", "hasura", "pgbouncer", "etl", "export"),
        *("backup", "replica", "migration", "debezium", "connect", "pooler", "proxy", "exporter", "dashboard", "bi"),
        *("cdc", "migrator", "archiver"),
    }
)
_OUTRIGHT: Final = regex(
    r"\bsame database\b"
    r"|\b(?:both|all|and|too|as well)\b.{0,80}\b(?:writes?|stores?|inserts?|updates?|saves?|shares?|opens?)\b"
    r"|\bshare[sd]? .{0,40}\b(?:database|tables|schema)\b",
    re.IGNORECASE,
)
_NOT: Final = regex(
    r"\b(?:not|never|no|own|only|each|separate|nor|neither|without|schemas|respective\w*)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class _User:
    """Who opens a store, and what says so; `set_up` where a setting of a deployment does."""

    component: Component
    said: tuple[Saying, ...]
    spot: Spot
    set_up: bool


def shared_databases(design: Design) -> Iterator[Observation]:
    """Databases that several services open."""
    system = design.system
    stores = [each for each in system.components if _is_store(each)]
    users = {each.id: _users(system, each) for each in stores}
    if all(sum(map(len, each.values())) < 2 for each in users.values()) and len(system.opened) < 2:
        return
    said = ownership(design)
    for store in stores:
        yield from _of_store(design, store, users, said)
    yield from _elsewhere(system, said)


def _is_store(component: Component) -> bool:
    known = TECHNOLOGIES.get(component.technology)
    handed = _HANDED & set(words(component.name))  # who puts in and who takes out are two by its nature
    return component.role == ComponentRole.STORE and not handed and (known.family if known else "") in _OWNED


def _users(system: System, store: Component) -> dict[str, list[_User]]:
    """Who opens a store, by the database in it; an empty name where nobody says which."""
    users: dict[str, list[_User]] = {}
    for call in system.calls:
        user = system.by_id[call.source]
        if call.target != store.id or not _counts(user, system) or all(each.how == "depends" for each in call.said):
            continue
        settings = [each for each in call.said if each.source in DEPLOYMENTS and each.how in ("url", "reference")]
        for database in sorted({each.database for each in call.said if each.database}) or [""]:
            users.setdefault(database, []).append(_User(user, call.said, _opening(call, database).spot, bool(settings)))
    return users


def _counts(user: Component, system: System) -> bool:
    """Whether it is a service, or a process of one; a job of nobody else's name may work on what it was made for."""
    if user.plumbing or _TOOLS & set(words(user.name)):
        return False
    if user.role == ComponentRole.JOB:
        name = program(user)
        return bool(name) and any(
            each.role == ComponentRole.SERVICE and program(each) == name for each in system.components
        )
    return user.role == ComponentRole.SERVICE


def _opening(call: Call, database: str) -> Saying:
    if named := next((each for each in call.said if database and each.database == database), None):
        return named
    return next((each for each in call.said if each.how in ("arrow", "url", "reference", "message")), call.said[0])


def _of_store(
    design: Design, store: Component, all_users: dict[str, dict[str, list[_User]]], said: Ownership
) -> Iterator[Observation]:
    users = dict(all_users[store.id])
    everybody = [each for opened in users.values() for each in opened]
    for at, both in _confessing(design, everybody, store):
        if len(apart := _apart(both, said, named=True)) > 1:
            yield from _told(store, "", apart, said, Severity.MEDIUM, at)
            return
    drawn = users.pop("", [])
    for database, opened in sorted(users.items()):
        plain = [each for each in opened if each.set_up]
        named_so = [each for each in plain if set(words(database)) & set(stem(words(each.component.name)))]
        own = said.apart([each.component.id for each in plain]) and "." not in database and not _one_login(plain)
        own = own and not 0 < len(named_so) < len(plain)  # the others have a database of their name as well
        if not own:
            yield from _told(store, database, plain, said, Severity.MEDIUM)
    named = {each.component.id for opened in users.values() for each in opened}
    elsewhere = {each.source for each in design.system.opened}
    rest = [each for each in drawn if not _only_looks(each, _LOOKS)]
    set_up = [each for each in rest if each.set_up]
    certain = len(set_up) > 1 and (not _document(store) or bool(_owners(store, set_up)))
    if certain and not said.divided([each.component.id for each in set_up]):
        yield from _told(store, "", set_up, said, Severity.MEDIUM)
        return
    owners = _owners(store, everybody)
    if owners:
        strangers = [
            each
            for each in drawn
            if each not in owners and not _only_looks(each, _COPY) and not said.apart([each.component.id])
        ]
        if strangers:
            yield from _told(store, "", [*owners, *strangers], said, Severity.MEDIUM)
            return
    bare = [each for each in rest if each.component.id not in elsewhere | named]
    if len(bare) > 1 and not said.divided([each.component.id for each in bare]):
        writes = any(_WRITES.search(one.label) for each in bare for one in each.said if one.how == "arrow")
        alone = writes or _alone(design.system, store, all_users)
        yield from _told(store, "", bare, said, Severity.MEDIUM if alone else Severity.INFO)


def _one_login(users: Sequence[_User]) -> bool:
    """Whether two who open it do so as the same user, who then owns all of it."""
    logins = [(program(each.component), one.login) for each in users for one in each.said if one.login]
    return any(one[0] != other[0] and one[1] == other[1] for one in logins for other in logins)


def _document(store: Component) -> bool:
    known = TECHNOLOGIES.get(store.technology)
    return bool(known and known.family == "document")


def _owners(store: Component, users: Sequence[_User]) -> list[_User]:
    """Those whose name a store has: `orders` of `orders-db`."""
    named = set(words(store.name)) - {"database", "store", "primary", "main", "app", "core", store.technology}
    return [each for each in users if named & set(stem(words(each.component.name)))]


def _alone(system: System, store: Component, all_users: dict[str, dict[str, list[_User]]]) -> bool:
    """Whether other services of the system have databases with their name, so that this one is the exception."""
    return any(
        each.id != store.id and _is_store(each) and _owners(each, [one for found in users.values() for one in found])
        for each in system.components
        for users in (all_users.get(each.id, {}),)
    )


def _told(
    store: Component,
    database: str,
    users: Sequence[_User],
    said: Ownership,
    severity: Severity,
    first: Spot | None = None,
) -> Iterator[Observation]:
    apart = users if first else _apart(users, said)
    if len(apart) < 2:
        return
    inside = f" (database `{database}`)" if database and database != store.name else ""
    strangers, others = _strangers(apart, {*words(store.name), *words(database)})
    spots = [*([first] if first else ()), *(each.spot for each in (*strangers, *others))]
    yield Observation(
        "resilience/shared-database",
        spots[0],
        f"{_both(apart)} open `{store.name}`{inside}.",
        cause=f"{store.id} {database}".strip(),
        also=tuple(spots[1:]),
        severity=severity,
    )


def _elsewhere(system: System, said: Ownership) -> Iterator[Observation]:
    """Databases of servers that no document declares, and those that a secret leads to."""
    found: dict[tuple[str, str], list[_User]] = {}
    for each in system.opened:
        user = system.by_id[each.source]
        if _counts(user, system):
            found.setdefault((each.store, each.saying.database), []).append(
                _User(user, (each.saying,), each.saying.spot, set_up=True)
            )
    for (store, database), users in sorted(found.items()):
        secret = store.startswith("secret ")
        apart = _apart(users, said)
        if len(apart) < 2:
            continue
        if (
            not secret
            and "." not in database
            and said.apart([each.component.id for each in apart])
            and not _one_login(apart)
        ):
            continue
        strangers, others = _strangers(apart, {*words(store.removeprefix("secret ")), *words(database)})
        what = (
            f"the database that the secret `{store[7:]}` leads to"
            if secret
            else f"the database `{database}` of `{store}`"
        )
        yield Observation(
            "resilience/shared-database",
            strangers[0].spot,
            f"{_both(apart)} open {what}.",
            cause=f"{store} {database}",
            also=tuple(each.spot for each in (*strangers[1:], *others)),
        )


def _apart(users: Sequence[_User], said: Ownership, *, named: bool = False) -> list[_User]:
    """One of each program; who is called only `worker` or `indexer` is a process of another, unless it is `named`."""
    found: list[_User] = []
    for each in users:
        if not named and set(words(each.component.name)) <= PROCESSES:
            continue
        if not any(_one_program(each.component, other.component, said) for other in found):
            found.append(each)
    return found


def _one_program(one: Component, other: Component, said: Ownership) -> bool:
    if one.id == other.id or program(one) == program(other) != "":
        return True
    apps = app(one), app(other)
    if apps[0] and apps[0] == apps[1]:
        return True
    return any({one.id, other.id} <= each for each in said.programs)


def _strangers(users: Sequence[_User], owner: Collection[str]) -> tuple[list[_User], list[_User]]:
    """Those to whom the store's name does not belong, and the others; the last one where it belongs to none or all."""
    strangers = [each for each in users if not set(owner) & set(stem(words(each.component.name)))]
    if not strangers or len(strangers) == len(users):
        strangers = [max(users, key=lambda each: (each.spot.document.path, each.spot.lines))]
    return strangers, [each for each in users if each not in strangers]


def _only_looks(user: _User, pattern: re.Pattern[str]) -> bool:
    labels = [each.label for each in user.said if each.how not in ("url", "depends", "reference")]
    spoken = {each.label for each in user.said if each.how == "sentence"}
    if "reads" in spoken and "stores" not in spoken and pattern is _LOOKS:
        return True
    return bool(labels) and all(pattern.search(each) and not _WRITES.search(each) for each in labels)


def _confessing(design: Design, users: Sequence[_User], store: Component) -> Iterator[tuple[Spot, list[_User]]]:
    """Sentences that say outright who opens a store: where, and who."""
    if len(users) < 2:
        return
    vocabulary = Vocabulary(design.system.components)
    for document in design.of(MarkdownDocument):
        for sentence in document.sentences:
            text = sentence.text.lower()
            if _OUTRIGHT.search(text) and not _NOT.search(text):
                named = {each.component for each in vocabulary.spoken(sentence.text)}
                both = [each for each in users if each.component.id in named]
                if len(both) > 1 and (store.id in named or "same database" in text):
                    spot = Spot(
                        document, line=sentence.line, end_line=sentence.end_line, symbol=f"component {store.id}"
                    )
                    yield spot, both


def _both(users: Sequence[_User]) -> str:
    quoted = [f"`{each}`" for each in sorted({user.component.name for user in users})]
    if len(quoted) > 4:
        quoted = [*quoted[:3], f"{len(quoted) - 3} others"]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]} {'all' if len(users) > 2 else 'both'}"


CHECKS: tuple[Check, ...] = (shared_databases,)
