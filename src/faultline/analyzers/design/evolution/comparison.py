"""Comparison: all schemas of two versions that some use makes comparable, each pair once, however often it is used.

Pairs of shapes are the nodes of a graph, and what is below them its edges. A pair is looked at once; what is found in
it belongs to every use (an operation, mostly) that leads to it. Recursive schemas end where a pair is known already: a
difference shows in some pair that can be reached, or there is none.

`oneOf` and `anyOf` need a choice: of a value that may be sent, which alternative takes it? The choice is a guess that
can cost a false alarm and never hides a break, for what is chosen is compared like everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.evolution.differences import Edge, Look, Step, words
from faultline.analyzers.design.evolution.gap import Gap, Kind, Mode
from faultline.analyzers.design.evolution.likeness import likeness
from faultline.analyzers.design.evolution.schemas import Alternative, Schemas
from faultline.analyzers.design.evolution.shapes import TYPES, Nodes, Shape
from faultline.analyzers.design.evolution.unchanged import Unchanged

MAX_PAIRS: Final = 150_000
"""Pairs that are compared at most; when there are more, that is told."""
MAX_GUESSED: Final = 400
"""Pairs that are looked at for one guess."""
MAX_GUESSES: Final = 60_000
"""Pairs that are looked at for all guesses."""
MAX_RIVALS: Final = 40
"""Alternatives that are tried for one value."""
MAX_DEEP: Final = 3
"""Guesses within guesses."""
ALIKE: Final = 0.5
"""From here on two alternatives are versions of one."""

PairKey = tuple[Mode, int, int]


@dataclass(slots=True)
class Pair:
    """Two shapes that are compared, who led to it, and what was found."""

    key: PairKey
    sub: Shape
    sup: Shape
    parents: list[PairKey] = field(default_factory=list)
    uses: list[int] = field(default_factory=list)
    via: list[Node] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """A gap, the uses that it touches, and the references in the new version that lead there."""

    mode: Mode
    gap: Gap
    uses: tuple[int, ...]
    via: tuple[Node, ...]


class Comparison:
    """The graph.

    Args:
        old, new: the schemas of the two versions.
        unchanged: what is the same in both.

    """

    def __init__(self, old: Schemas, new: Schemas, unchanged: Unchanged) -> None:
        self._pairs: dict[PairKey, Pair] = {}
        self._todo: list[PairKey] = []
        self._looks = {
            Mode.REQUEST: Look(Mode.REQUEST, old, new, unchanged),
            Mode.RESPONSE: Look(Mode.RESPONSE, new, old, unchanged),
        }
        self._steps: dict[PairKey, Step] = {}
        self._covered: dict[PairKey, bool] = {}
        self._guesses = 0
        self._cut_off = 0
        self.complete = True

    def use(self, number: int, mode: Mode, old: Nodes, new: Nodes) -> None:
        """Two schemas stand for each other in a use; `number` is the caller's name for it."""
        look = self._looks[mode]
        sub, sup = (old, new) if mode is Mode.REQUEST else (new, old)
        for edge in look.edges(sub, sup):
            pair = self._pair(mode, edge)
            if number not in pair.uses[-1:]:
                pair.uses.append(number)

    def found(self) -> Iterator[Found]:
        """All differences, in the order in which the uses lead to them."""
        at = 0
        while at < len(self._todo):
            key = self._todo[at]
            at += 1
            if at > MAX_PAIRS:
                self.complete = False
                break
            pair = self._pairs[key]
            step = self._step(pair.key, pair.sub, pair.sup, 0)
            pair.gaps = step.gaps
            for edge in step.edges:
                below = self._pair(key[0], edge)
                if key not in below.parents[-1:]:
                    below.parents.append(key)
        for pair in self._pairs.values():
            if pair.gaps:
                uses = tuple(sorted(self._users(pair)))
                for gap in pair.gaps:
                    yield Found(pair.key[0], gap, uses, tuple(pair.via))

    def _pair(self, mode: Mode, edge: Edge) -> Pair:
        key = (mode, edge.sub.number, edge.sup.number)
        pair = self._pairs.get(key)
        if pair is None:
            pair = self._pairs[key] = Pair(key, edge.sub, edge.sup)
            self._todo.append(key)
        if edge.via is not None and edge.via not in pair.via:
            pair.via.append(edge.via)
        return pair

    def _users(self, pair: Pair) -> set[int]:
        seen = {pair.key}
        todo = [pair.key]
        users: set[int] = set()
        while todo:
            each = self._pairs[todo.pop()]
            users.update(each.uses)
            for parent in each.parents:
                if parent not in seen:
                    seen.add(parent)
                    todo.append(parent)
        return users

    def _step(self, key: PairKey, sub: Shape, sup: Shape, deep: int) -> Step:
        known = self._steps.get(key)
        if known is None:
            cut_off = self._cut_off
            known = self._look(key[0], sub, sup, deep)
            if deep == 0 or cut_off == self._cut_off:
                self._steps[key] = known
        return known

    def _look(self, mode: Mode, sub: Shape, sup: Shape, deep: int) -> Step:
        look = self._looks[mode]
        if sub.groups:
            step = Step()
            for each in look.senders.alternatives(sub):
                # An alternative that is nothing like what was there before is told as one, not property by property.
                alike = sup.groups or likeness(each.whole, sup) >= ALIKE
                if alike or self._covers(mode, each.whole, sup, deep):
                    step.edges.append(Edge(each.whole, sup, each.at if mode is Mode.RESPONSE else None))
                else:
                    step.gaps.append(_untaken(each.whole, sup, each.at))
        elif sup.groups:
            step = Step()
            self._choose(mode, sub, sup, step, deep)
        else:
            step = look(sub, sup)
        _discriminators(sub, sup, step)
        return step

    def _choose(self, mode: Mode, sub: Shape, sup: Shape, step: Step, deep: int) -> None:
        """Add the comparison with the alternative that takes a shape, or say that there is none."""
        if sub.never:
            return
        look = self._looks[mode]
        rivals = look.takers.alternatives(sup)
        best, sure = self._taker(mode, sub, rivals, deep)
        kinds = [each for each in TYPES if each in sub.types]
        if best is not None and (sure or len(kinds) == 1):
            step.edges.append(Edge(sub, best))
        elif len(kinds) == 1:
            step.gaps.append(_untaken(sub, sup))
        else:
            for kind in kinds:
                part = look.senders.only(sub, kind)
                chosen, _ = self._taker(mode, part, rivals, deep)
                if chosen is None and best is not None and kind in best.types:
                    chosen = best
                if chosen is None:
                    step.gaps.append(_untaken(part, sup))
                else:
                    step.edges.append(Edge(part, chosen))

    def _taker(self, mode: Mode, sub: Shape, rivals: list[Alternative], deep: int) -> tuple[Shape | None, bool]:
        """The alternative that takes all of a shape, and True; or else one that is like it, and False."""
        first = next((each for each in rivals if each.branch.at.pointer == sub.at.pointer), None)
        if first is not None and self._covers(mode, sub, first.whole, deep):
            return first.whole, True
        scored = sorted(((-likeness(sub, each.branch), at) for at, each in enumerate(rivals)))
        ranked = [rivals[at] for _, at in scored[:MAX_RIVALS]]
        for each in ranked:
            if self._covers(mode, sub, each.whole, deep):
                return each.whole, True
        for each in ranked:
            if self._covers(mode, sub, each.branch, deep):
                return each.whole, False
        if scored and -scored[0][0] >= ALIKE:
            return ranked[0].whole, False
        return None, False

    def _covers(self, mode: Mode, sub: Shape, sup: Shape, deep: int) -> bool:
        """Whether surely all that one shape allows is allowed by the other, as far as a guess looks."""
        start = (mode, sub.number, sup.number)
        if start in self._covered:
            return self._covered[start]
        seen = {start: (sub, sup)}
        todo = [start]
        while todo:
            key = todo.pop()
            self._guesses += 1
            if deep > MAX_DEEP or len(seen) > MAX_GUESSED or self._guesses > MAX_GUESSES:
                self._cut_off += 1
                return False
            step = self._step(key, *seen[key], deep + 1)
            below = {(mode, edge.sub.number, edge.sup.number): (edge.sub, edge.sup) for edge in step.edges}
            if any(gap.hard for gap in step.gaps) or any(self._covered.get(each) is False for each in below):
                self._covered[start] = False
                return False
            for each, shapes in below.items():
                if each not in seen and each not in self._covered:
                    seen[each] = shapes
                    todo.append(each)
        for key in seen:
            self._covered[key] = True
        return True


def _untaken(sub: Shape, sup: Shape, at: Node | None = None) -> Gap:
    there = sup.groups[0].at if sup.groups else sup.at
    if sub.types == {"null"}:
        return Gap(Kind.NULL, at or sub.place("type", "nullable"), there)
    return Gap(Kind.ALTERNATIVE, at or sub.at, there, _name(sub), words(sub))


def _discriminators(sub: Shape, sup: Shape, step: Step) -> None:
    sends, takes = sub.discriminator, sup.discriminator
    if sends is None or takes is None:
        return
    if sends.name != takes.name:
        step.gaps.append(Gap(Kind.DISCRIMINATOR, sends.at, takes.at, "", f"`{sends.name}`", f"`{takes.name}`"))
    for value in sends.mapping:
        if takes.mapping and value not in takes.mapping:
            step.gaps.append(Gap(Kind.DISCRIMINATOR, sends.at, takes.at, value))


def _name(shape: Shape) -> str:
    pointer = shape.at.pointer
    if len(pointer) > 1 and pointer[-2] in ("schemas", "definitions"):
        return str(pointer[-1])
    return shape.title
