"""What the interpreter knows: values, what they hold, and the state of a program at one point.

A `Value` is immutable. What can be changed in place (lists, dicts, objects) is a `Cell` in the state's heap, and a
value only refers to it, so that two names of one list stay two names of one list. A state is forked at a branch and
joined after it; joining forgets what differs.

    const   the value itself, where it is certain
    text    a string with HOLE for each piece that is not known: how it begins, and what stands around what is strange
    taint   where untrusted data in it came from, each with the kinds of sink that it has been made safe for
    refs    the cells that it may be
    name    what it is called where it was imported from: "os.system", "flask.request.args", "sqlite3.connect()"
    calls   functions and classes of this file that it may be
    test    the expression that it is the outcome of; asking it asks that
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

HOLE: Final = "\x00"
EVERYTHING: Final = frozenset({"*"})
"""Safe for every kind of sink but those of `NUMBERS`, which a number serves as well."""
NUMBERS: Final = frozenset({"size"})
LONGEST_TEXT = 1500


class _Nothing:
    """The value is not known."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = _Nothing()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where untrusted data comes in: in words, the line, and what sort of place it is (see sources.toml)."""

    words: str
    line: int
    kind: str


Taint = Mapping[Origin, frozenset[str]]
NO_TAINT: Taint = {}
Address = tuple[int, int]


@dataclass(eq=False, frozen=True, slots=True)
class Function:
    """A function of the file, where it was defined, and the object that it is bound to."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    chain: tuple[int, ...]
    bound: Value | None = None
    owner: Class | None = None
    static: bool = False


@dataclass(eq=False, frozen=True, slots=True)
class Class:
    """A class of the file: what its body bound, and its bases, those of this file and the names of others."""

    node: ast.ClassDef
    members: dict[str, Value]
    bases: tuple[Class, ...] = ()
    names: tuple[str, ...] = ()

    def find(self, name: str, depth: int = 0) -> Value | None:
        """A member, its own or inherited."""
        if name in self.members:
            return self.members[name]
        if depth < 8:
            for base in self.bases:
                if (found := base.find(name, depth + 1)) is not None:
                    return found
        return None

    def ancestry(self, depth: int = 0) -> Iterable[str]:
        """The names of the bases that are of other files."""
        yield from self.names
        if depth < 8:
            for base in self.bases:
                yield from base.ancestry(depth + 1)


class Value:
    """What is known of one value; see the module."""

    __slots__ = ("calls", "const", "marks", "name", "refs", "taint", "test", "text")

    def __init__(
        self,
        const: Any = NOTHING,
        text: str | None = None,
        taint: Taint = NO_TAINT,
        refs: tuple[Address, ...] = (),
        name: str | None = None,
        calls: tuple[Function | Class, ...] = (),
        marks: frozenset[str] = frozenset(),
        test: ast.expr | None = None,
    ) -> None:
        self.const = const
        self.text = const[:LONGEST_TEXT] if text is None and isinstance(const, str) else text
        self.taint = taint
        self.refs = refs
        self.name = name
        self.calls = calls
        self.marks = marks
        self.test = test

    @property
    def known(self) -> bool:
        """Whether it is certain."""
        return self.const is not NOTHING

    def but(self, **changes: Any) -> Value:
        """The same with something else about it."""
        fields = {each: getattr(self, each) for each in Value.__slots__}
        return Value(**(fields | changes))

    def safe_for(self, kinds: frozenset[str]) -> Value:
        """The same, safe for some kinds of sink."""
        if not self.taint or not kinds:
            return self
        return self.but(taint={origin: clean | kinds for origin, clean in self.taint.items()})


UNKNOWN: Final = Value()


def constant(value: Any) -> Value:
    """A value that is certain."""
    return Value(value)


def same(one: Any, other: Any) -> bool:
    """Whether two constants are the same, `1` and `True` not being so."""
    return one is other or (type(one) is type(other) and one == other)


def merged(*taints: Taint) -> Taint:
    """Untrusted data from several places; what comes from one place twice is only as safe as the less safe."""
    found = [each for each in taints if each]
    if len(found) < 2:
        return found[0] if found else NO_TAINT
    out = dict(found[0])
    for taint in found[1:]:
        for origin, clean in taint.items():
            out[origin] = out[origin] & clean if origin in out else clean
    return out


def join(one: Value, other: Value) -> Value:
    """What is so of a value that is one or the other."""
    if one is other:
        return one
    const = one.const if same(one.const, other.const) else NOTHING
    return Value(
        const,
        None if const is not NOTHING else _common(one, other),
        merged(one.taint, other.taint),
        one.refs if one.refs == other.refs else tuple(dict.fromkeys(one.refs + other.refs))[:6],
        one.name if one.name == other.name else (one.name or other.name if not (one.name and other.name) else None),
        one.calls if one.calls == other.calls else tuple(dict.fromkeys(one.calls + other.calls))[:4],
        one.marks & other.marks if one.taint and other.taint else one.marks if one.taint else other.marks,
        one.test if one.test is other.test else None,
    )


def _common(one: Value, other: Value) -> str | None:
    """The text of two: of the one that is untrusted, else how both begin."""
    if one.text == other.text:
        return one.text
    if bool(one.taint) != bool(other.taint):
        return one.text if one.taint else other.text
    if one.text is None or other.text is None:
        return None
    length = 0
    for left, right in zip(one.text, other.text, strict=False):
        if left != right or left == HOLE:
            break
        length += 1
    return one.text[:length] + HOLE


def joined(values: Iterable[Value]) -> Value:
    """What is so of all of some values; unknown where there are none."""
    out: Value | None = None
    for value in values:
        out = value if out is None else join(out, value)
    return UNKNOWN if out is None else out


class Cell:
    """Something that can be changed in place; a new one stands in its stead when it is.

    Args:
        kind: list, tuple, set, dict, object, config or stream.
        items: what is under each key: the index of a list, the constant of a dict, the name of an attribute.
        rest: what is under keys that are not known.
        exact: whether `items` is all there is.
        of: the class, of an object.

    """

    __slots__ = ("exact", "items", "kind", "of", "rest")

    def __init__(
        self,
        kind: str,
        items: dict[Any, Value] | None = None,
        rest: Value | None = None,
        exact: bool = True,
        of: Class | None = None,
    ) -> None:
        self.kind = kind
        self.items = items if items is not None else {}
        self.rest = rest
        self.exact = exact
        self.of = of

    def all(self) -> Value:
        """What any element may be."""
        values = list(self.items.values())
        return joined([*values, self.rest] if self.rest is not None else values)


def _join_cells(one: Cell, other: Cell) -> Cell:
    if one is other:
        return one
    exact = one.exact and other.exact
    rests = [each.rest for each in (one, other) if each.rest is not None]
    if one.kind in ("list", "tuple", "stream") and len(one.items) != len(other.items):
        return Cell(one.kind, {}, joined([one.all(), other.all()]), False)
    items = dict(one.items)
    for key, value in other.items.items():
        items[key] = join(items[key], value) if key in items else value
    return Cell(one.kind, items, joined(rests) if rests else None, exact, one.of or other.of)


class State:
    """The names and the heap at one point; `facts` are expressions that a guard has made safe, by their text."""

    __slots__ = ("facts", "frames", "heap")

    def __init__(
        self,
        frames: dict[int, dict[str, Value]],
        heap: dict[Address, Cell],
        facts: dict[str, frozenset[str]],
    ) -> None:
        self.frames = frames
        self.heap = heap
        self.facts = facts

    def fork(self) -> State:
        """One that goes its own way."""
        return State({number: dict(frame) for number, frame in self.frames.items()}, dict(self.heap), dict(self.facts))


def collect(state: State, held: Iterable[Value]) -> None:
    """Forget the cells that nothing refers to any more."""
    live: set[Address] = set()
    seen: set[int] = set()
    waiting = [value for frame in state.frames.values() for value in frame.values()]
    waiting += held
    while waiting:
        value = waiting.pop()
        for called in value.calls:
            if id(called) in seen:
                continue
            seen.add(id(called))
            if isinstance(called, Class):
                waiting += called.members.values()
                waiting += [Value(calls=(base,)) for base in called.bases]
            elif called.bound is not None:
                waiting.append(called.bound)
        for address in value.refs:
            cell = state.heap.get(address)
            if address not in live and cell is not None:
                live.add(address)
                waiting += cell.items.values()
                if cell.rest is not None:
                    waiting.append(cell.rest)
                if cell.of is not None:
                    waiting.append(Value(calls=(cell.of,)))
    state.heap = {address: state.heap[address] for address in live}


def join_states(one: State, other: State) -> State:
    """What is so after either; `one` is used up."""
    for number, frame in other.frames.items():
        mine = one.frames.get(number)
        if mine is None:
            one.frames[number] = frame
            continue
        for name, value in frame.items():
            known = mine.get(name)
            if known is None:
                mine[name] = value
            elif known is not value:
                mine[name] = join(known, value)
    heap = one.heap
    for address, cell in other.heap.items():
        known_cell = heap.get(address)
        if known_cell is not cell:
            heap[address] = cell if known_cell is None else _join_cells(known_cell, cell)
    if one.facts:
        one.facts = {key: clean & other.facts[key] for key, clean in one.facts.items() if key in other.facts}
    return one
