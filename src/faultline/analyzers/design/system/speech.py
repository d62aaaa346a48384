"""Names of components in running text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from faultline.analyzers.design.system.model import DATA, Component
from faultline.analyzers.design.system.naming import Words, singular, stem, words
from faultline.core.patterns import regex

if TYPE_CHECKING:
    from faultline.analyzers.design.documents.markdown import Sentence

_TOKEN: Final = regex(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+){0,6}")
ALL_SERVICES: Final = regex(
    r"(?:all|every|each|the) (?:of )?(?:our |the )?(?:services?|micro-?services?|apis|containers|pods|components)\b",
    re.IGNORECASE,
)
"""How a sentence begins that is about all that we run."""
_AFTER: Final = frozenset({"service", "services", "svc", "api", "app", "server", "microservice", "component", "worker"})


class Spoken(NamedTuple):
    """A component named in a text: from where to where; `sure` where the words can hardly mean another thing."""

    component: str
    start: int
    end: int
    sure: bool


_PRONOUN: Final = regex(
    r"(?:(?:in|on|during) (?:\w{1,20} ){1,2}it|it|its|this (?:service|component)"
    r"|(?:each|every) (?:instance|pod|replica|container))\b",
    re.IGNORECASE,
)
_DOES: Final = regex(r"[`*\"]{0,3}(?: \([^)]{1,60}\))?,? (?:is|has|does|\w{2,20}s)\b")


class Vocabulary:
    """What components are called."""

    def __init__(self, components: Sequence[Component]) -> None:
        self._by_first: dict[str, list[tuple[Words, str]]] = {}
        self._by_name: dict[Words, set[str]] = {}
        full: dict[Words, set[str]] = {}
        for each in components:
            for called in sorted({each.name, *(mention.name for mention in each.mentions if mention.defines)}):
                spelled = words(called)
                if spelled:
                    full.setdefault(spelled, set()).add(each.id)
                    self._by_name.setdefault(stem(spelled), set()).add(each.id)
        self._by_name.update(full)
        runs = {each.id for each in components if each.role not in DATA}
        for name, ids in self._by_name.items():  # of a service and its database of one name the service is meant
            if len(ids) > 1 and len(ids & runs) == 1:
                self._by_name[name] = ids & runs
        products: dict[str, set[str]] = {}
        for each in components:
            products.setdefault(each.technology, set()).add(each.id)
        for product, ids in products.items():  # "reads from PostgreSQL" means the one that there is
            if product and len(ids) == 1:
                self._by_name.setdefault((product,), ids)
        for name, ids in sorted(self._by_name.items()):
            if len(ids) == 1:
                self._by_first.setdefault(name[0], []).append((name, next(iter(ids))))
        for known in self._by_first.values():
            known.sort(key=lambda each: -len(each[0]))

    def find(self, name: str) -> str | None:
        """The component that a name is; None where it is none, or could be several."""
        spelled = words(name)
        for wanted in (spelled, stem(spelled)):
            if len(ids := self._by_name.get(wanted, set())) == 1:
                return next(iter(ids))
        return None

    def spoken(self, text: str) -> list[Spoken]:
        """The components that a text names, in order; the longest name counts where several begin."""
        tokens = [(match, words(match[0])) for match in _TOKEN.finditer(text[:20_000])]
        found = []
        place = 0
        while place < len(tokens):
            match, spelled = tokens[place]
            step = 1
            if spelled:
                for name, id in self._by_first.get(spelled[0], ()):
                    taken, last = _follows(name, tokens, place)
                    if taken:
                        after = tokens[place + taken][0][0].lower() if place + taken < len(tokens) else ""
                        sure = (
                            len(name) > 1
                            or after in _AFTER
                            or match[0][0].isupper()
                            or text[max(0, match.start() - 1) : match.start()] == "`"
                        )
                        found.append(Spoken(id, match.start(), last, sure))
                        step = taken
                        break
            place += step
        return found


def _follows(name: Words, tokens: Sequence[tuple[re.Match[str], Words]], place: int) -> tuple[int, int]:
    said: list[str] = []
    for count in range(len(name)):
        if place + count >= len(tokens):
            break
        said += tokens[place + count][1]
        if tuple(said) == name or (len(said) == len(name) and tuple(map(singular, said)) == name):
            return count + 1, tokens[place + count][0].end()
        if len(said) > len(name):
            break
    return 0, 0


def named(components: Iterable[Spoken]) -> list[str]:
    """Their ids without repetition."""
    return list(dict.fromkeys(each.component for each in components))


def carried(sentences: Sequence[Sentence], vocabulary: Vocabulary) -> list[str]:
    """Of whom each sentence speaks that begins with "it": of whom the sentence before does in the same paragraph.

    Args:
        sentences: those of one document, in order.
        vocabulary: the names of the components.

    Returns:
        For each sentence the id of a component; empty where it begins otherwise, or nobody is named before.

    """
    found: list[str] = []
    for place, each in enumerate(sentences):
        id = ""
        before = sentences[place - 1] if place else None
        if before is not None and before.block == each.block and before.column < 0 and _PRONOUN.match(each.text):
            first = next(iter(vocabulary.spoken(before.text[:200])), None)
            if found[-1] and _PRONOUN.match(before.text):
                id = found[-1]
            elif first and re.fullmatch(r"\W{0,4}(?:the |our )?\W{0,4}", before.text[: first.start], re.IGNORECASE):
                id = first.component if _DOES.match(before.text, first.end) else ""
        found.append(id)
    return found
