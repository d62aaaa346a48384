"""Which parts of different documents are one component.

Each unit (the compose files of a folder, all Kubernetes files, a diagram) is matched with what the units before it
declared, and two parts of one unit are never one component. It goes from what is certain to what is likely, and each
step takes only what is unambiguous on both sides:

1. the same words (`orders-api`, `OrdersApi`),
2. the same words without those that say only that it runs (`orders`, `Order Service`),
3. the same without the project's name before all of them (`shop-orders`, `Orders`),
4. a store, cache or queue by its product, or as the only one of its kind on both sides (`db`, `PostgreSQL`),
5. the only gateway, the only front end, and a name that holds all words of the other (`worker`, `order-worker`),
6. the only service that is left on both sides, where one is called nothing but `api`, `app` or `backend`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from faultline.analyzers.design.system.model import DATA, DEPLOYMENTS, OUTSIDE
from faultline.analyzers.design.system.naming import Words, stem, words
from faultline.analyzers.design.system.parts import Part, Unit
from faultline.analyzers.design.system.technologies import TECHNOLOGIES, of_name
from faultline.core.results.design import ComponentRole

_FRONT: Final = frozenset({"frontend", "web", "website", "site", "storefront", "portal", "webapp", "dashboard"})
_GENERIC: Final = frozenset(
    {"api", "app", "backend", "server", "service", "application", "core", "monolith", "web", "rest"}
)
_KINDS: Final = frozenset(
    {"database", "cache", "queue", "store", "storage", "data", "primary", "main", "message", "event"}
)
_HEADS: Final = frozenset(
    {
        "database",
        "cache",
        "queue",
        "gateway",
        "worker",
        "consumer",
        "scheduler",
        "frontend",
        "proxy",
        "job",
        "bus",
        "topic",
    }
)
_COMMON: Final = frozenset(
    {"database", "redis", "cache", "queue", "app", "web", "api", "worker", "server", "backend", "frontend"}
)


MAX_PAIRS: Final = 40_000
"""Parts times components that are compared one by one; more than that is no system that a person drew."""


@dataclass(eq=False)
class Joined:
    """Parts that are one component."""

    parts: list[Part] = field(default_factory=list)
    names: set[Words] = field(default_factory=set)
    role: ComponentRole | None = None
    technology: str = ""

    def take(self, part: Part, names: Iterable[Words]) -> None:
        """One more part is this component."""
        self.parts.append(part)
        self.names.update(names)
        self.role = self.role or part.role
        if self.role == ComponentRole.CACHE and part.role == ComponentRole.QUEUE:
            self.role = part.role  # Redis and its kin are used as both, and nobody draws a cache as a queue
        self.technology = self.technology or part.technology


def join(units: Sequence[Unit]) -> list[Joined]:
    """The components that the parts of all units are, in the order in which they are first declared."""
    found: list[Joined] = []
    for unit in units:
        _Match(unit, found).run()
    return found


class _Match:
    def __init__(self, unit: Unit, found: list[Joined]) -> None:
        self._found = found
        self._free = list(found)
        self._left = list(unit.parts)
        self._prefix = _prefix([words(each.name) for each in unit.parts])
        self._their_prefix = _prefix([words(each.parts[0].name) for each in found])

    def run(self) -> None:
        self._by(_names, lambda joined: joined.names)
        self._by(_stems, lambda joined: {stem(each) for each in joined.names})
        self._by(
            lambda part: {_without(stem(each), self._prefix) for each in _names(part)},
            lambda joined: {_without(stem(each), self._their_prefix) for each in joined.names},
        )
        self._data()
        self._doors()
        self._held()
        self._generic()
        for part in self._left:
            joined = Joined()
            joined.take(part, _names(part))
            self._found.append(joined)

    def _by(self, of_part: Callable[[Part], set[Words]], of_joined: Callable[[Joined], set[Words]]) -> None:
        there: dict[Hashable, list[Joined]] = {}
        for joined in self._free:
            for key in of_joined(joined):
                there.setdefault(key, []).append(joined)
        here: dict[Hashable, list[Part]] = {}
        for part in self._left:
            for key in of_part(part):
                here.setdefault(key, []).append(part)
        for part in list(self._left):
            wanted = []
            for key in sorted(of_part(part)):
                fits = [each for each in there.get(key, ()) if each in self._free and _fits(part, each)]
                exact = [each for each in fits if key in each.names]
                fits = exact if len(fits) > 1 and len(exact) == 1 else fits
                rivals = [each for each in here[key] if each is not part and each in self._left]
                wanted += [
                    each
                    for each in fits
                    if each not in wanted and (key in _names(part) or not any(_fits(rival, each) for rival in rivals))
                ]
            if len(wanted) == 1:
                self._take(part, wanted[0])

    def _data(self) -> None:
        for role in (ComponentRole.STORE, ComponentRole.CACHE, ComponentRole.QUEUE):
            for same in (True, False):
                parts = [each for each in self._left if each.role == role]
                free = [each for each in self._free if each.role == role]
                if len(parts) * len(free) > MAX_PAIRS:
                    continue
                for part in list(parts):
                    fits = [each for each in free if _alike(part, each) and (not same or _product(part, each))]
                    back = [
                        each
                        for each in parts
                        if fits and _alike(each, fits[0]) and (not same or _product(each, fits[0]))
                    ]
                    if len(fits) == 1 and len(back) == 1:
                        self._take(part, fits[0])
                        parts.remove(part)
                        free.remove(fits[0])

    def _doors(self) -> None:
        self._only(
            [each for each in self._left if each.role == ComponentRole.GATEWAY],
            [each for each in self._free if each.role == ComponentRole.GATEWAY],
        )
        self._only(
            [each for each in self._left if each.role == ComponentRole.EXTERNAL],
            [each for each in self._free if each.role == ComponentRole.EXTERNAL],
        )
        self._only(
            [each for each in self._left if _front(words(each.name), each.role)],
            [each for each in self._free if any(_front(name, each.role) for name in each.names)],
        )

    def _held(self) -> None:
        if len(self._left) * len(self._free) > MAX_PAIRS:
            return
        pairs = [
            (part, joined)
            for part in self._left
            for joined in self._free
            if _fits(part, joined)
            and ComponentRole.JOB not in {part.role, joined.role} - ({part.role} & {joined.role})
            and any(
                _holds(_without(stem(words(part.name)), self._prefix), _without(stem(each), self._their_prefix))
                for each in joined.names
            )
        ]
        for part, joined in pairs:
            if sum(each is part for each, _ in pairs) == 1 and sum(each is joined for _, each in pairs) == 1:
                self._take(part, joined)

    def _generic(self) -> None:
        plain = (None, ComponentRole.SERVICE)
        self._only(
            [each for each in self._left if each.role in plain and _is_generic(words(each.name))],
            [each for each in self._free if each.role in plain and any(map(_is_generic, each.names))],
        )
        parts = [each for each in self._left if each.role in plain and not each.plumbing]
        free = [each for each in self._free if each.role in plain and not any(part.plumbing for part in each.parts)]
        if len(parts) == 1 and len(free) == 1 and any(map(_is_generic, [words(parts[0].name), *free[0].names])):
            self._take(parts[0], free[0])

    def _only(self, parts: Sequence[Part], free: Sequence[Joined]) -> None:
        if len(parts) == 1 and len(free) == 1 and _fits(parts[0], free[0]):
            self._take(parts[0], free[0])

    def _take(self, part: Part, joined: Joined) -> None:
        if part in self._left and joined in self._free:
            self._left.remove(part)
            self._free.remove(joined)
            joined.take(part, _names(part))


def _names(part: Part) -> set[Words]:
    """The names of a part; of a store also with the word `database`, without its product."""
    found = {words(part.name)} | {words(each) for each in part.aliases if len(each) > 3}
    if part.role in DATA:
        last = {ComponentRole.STORE: "database", ComponentRole.CACHE: "cache", ComponentRole.QUEUE: "queue"}[part.role]
        for each in list(found):
            owner = tuple(word for word in each if word not in _KINDS and not of_name(word)[0])
            if owner and (part.role != ComponentRole.QUEUE):
                found.add((*owner, last))
    return {each for each in found if each}


def _stems(part: Part) -> set[Words]:
    return {stem(each) for each in _names(part)}


def _fits(part: Part, joined: Joined) -> bool:
    """Whether nothing speaks against it: a store is no service, and what is outside is not what runs here."""
    if _apart(part, joined):
        return False
    one, other = part.role, joined.role
    if other is None and joined.parts[0].source in DEPLOYMENTS:
        other = ComponentRole.SERVICE
    if one is None or other is None or one == other:
        return True
    if {one, other} & DATA:
        # A cache may be drawn as a database, a broker's topic as a queue; a service is neither.
        return {one, other} <= DATA and (
            not part.technology or not joined.technology or part.technology == joined.technology
        )
    return not {one, other} & OUTSIDE or {one, other} <= {ComponentRole.CLIENT, ComponentRole.SERVICE}


def _apart(part: Part, joined: Joined) -> bool:
    """Whether it is something common of another folder's compose file: each has its own `db`."""
    common = words(part.name)[-1:] and words(part.name)[-1] in _COMMON
    return bool(common) and any(
        each.source == part.source == "compose" and each.home != part.home for each in joined.parts
    )


def _owner(names: Iterable[Words]) -> set[str]:
    return {
        word for name in names for word in name if word not in _KINDS and not of_name(word)[0] and not word.isdigit()
    }


def _alike(part: Part, joined: Joined) -> bool:
    """Whether two stores can be one: of one family, and not of two different owners."""
    if _apart(part, joined):
        return False
    one, other = TECHNOLOGIES.get(part.technology), TECHNOLOGIES.get(joined.technology)
    if one and other and one.family != other.family:
        return False
    mine, theirs = _owner([words(part.name)]), _owner(joined.names)
    return not mine or not theirs or bool(mine & theirs)


def _product(part: Part, joined: Joined) -> bool:
    return bool(part.technology) and part.technology == joined.technology


def _is_generic(name: Words) -> bool:
    """Whether a name says only that something runs."""
    return len(stem(name)) == 1 and stem(name)[0] in _GENERIC


def _front(name: Words, role: ComponentRole | None) -> bool:
    return role in (None, ComponentRole.SERVICE, ComponentRole.CLIENT) and bool(_FRONT & set(name[-2:]))


def _holds(one: Words, other: Words) -> bool:
    """Whether one name is the other with a word more, which is not what makes it another thing."""
    small, large = sorted((one, other), key=len)
    if not small or len(small) == len(large):
        return False
    more = [word for word in large if word not in small]
    if small[0] in _GENERIC and len(small) == 1:
        return False
    return (
        all(word in large for word in small)
        and len(more) == len(large) - len(small)
        and not (_HEADS & set(more) and not _HEADS & set(small))
    )


def _prefix(names: Sequence[Words]) -> str:
    """The word that nearly all names begin with: the project's."""
    firsts = [each[0] for each in names if len(each) > 1]
    if len(firsts) < 3:
        return ""
    first = max(sorted(set(firsts)), key=firsts.count)
    return first if firsts.count(first) * 3 >= len(names) * 2 else ""


def _without(name: Words, prefix: str) -> Words:
    return name[1:] if prefix and len(name) > 1 and name[0] == prefix else name
