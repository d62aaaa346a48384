"""Circles of calls that a text tells step by step: "orders asks stock, and stock asks orders before it answers".

What components do that files or diagrams declare is in the system, and `topology.py` looks there. Here are those that
only sentences name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.relations import Relation
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.failure import groups
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.core.patterns import regex

NEAR: Final = 12
"""Lines that one telling has; calls further apart are of different flows."""
_LONGEST: Final = 5
_AROUND: Final = regex(
    r"^(?:while|then|and|when|if|before|after|but|because|so|the|an?|our)\s+|\s+(?:again|back|directly|still|first|then|too"
    r"|synchronously|service|services|api)$"
)
_PEOPLE: Final = regex(
    r"\b(?:users?|clients?|customers?|browsers?|apps?|people|person|team|drivers?|readers?|callers?|humans?|we|it|all|both"
    r"|others?|each|another|one|support|operators?|which|who|library|module|class|function|code|tests?)\b"
)
_LATER: Final = regex(
    r"\b(?:callback|webhook\w*|later|asynchron\w*|events?|queues?|notif\w+|not|never|no|n't|messages?|publish\w*|old"
    r"|retr\w+|hook|recursiv\w*)\b",
)


def told_circles(design: Design) -> Iterator[Observation]:
    """Circles of calls in the sentences of one passage."""
    vocabulary: Vocabulary | None = None
    for document in design.of(MarkdownDocument):
        calls = [each for each in _calls(document) if each[0] != each[1]]
        names = sorted({name for source, target, _ in calls for name in (source, target)})
        places = {name: place for place, name in enumerate(names)}
        following: list[list[int]] = [[] for _ in names]
        for source, target, _ in calls:
            following[places[source]].append(places[target])
        for group in groups(following):
            ring = {names[place] for place in group}
            inside = sorted((each for each in calls if {each[0], each[1]} <= ring), key=lambda each: each[2].line)
            near = NEAR if all(each[2].verb == "calls" for each in inside) else 1
            if not 1 < len(ring) <= _LONGEST or inside[-1][2].line - inside[0][2].line > near:
                continue
            vocabulary = vocabulary or Vocabulary(design.system.components)
            if all(vocabulary.find(name) for name in ring):
                continue
            last = inside[-1][2].line
            told = " and ".join(f"`{source}` calls `{target}`" for source, target, _ in inside[:_LONGEST])
            yield Observation(
                "resilience/synchronous-cycle",
                Spot(document, line=last, symbol=" ".join(sorted(ring))[:120]),
                f"Each of these waits for the next one: {told}.",
                cause=" ".join(sorted(ring))[:120],
                also=tuple(Spot(document, line=line) for line in sorted({each[2].line for each in inside} - {last})),
            )


def _calls(document: MarkdownDocument) -> Iterator[tuple[str, str, Relation]]:
    later = {each.line for each in document.sentences if _LATER.search(each.text.lower())}
    for relation in document.relations:
        if relation.verb in ("calls", "depends") and relation.synchronous is not False and relation.line not in later:
            source, target = _bare(relation.subject), _bare(relation.object)
            if source and target:
                yield source, target, relation


def _bare(name: str) -> str:
    """The name without what stands around it; nothing where it names no component."""
    name = name.lower().strip(" `'\".,;:")
    for _ in range(3):
        name = _AROUND.sub("", name).strip()
    return "" if _PEOPLE.search(name) or name.count(" ") > 2 else name


CHECKS: tuple[Check, ...] = (told_circles,)
