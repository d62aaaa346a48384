"""Lists, dicts, sets, objects, configparser and StringIO, as cells of the heap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from faultline.analyzers.review.security.flows.domain import (
    HOLE,
    NOTHING,
    UNKNOWN,
    Address,
    Cell,
    State,
    Taint,
    Value,
    constant,
    join,
    joined,
    merged,
)

_MOST = 64
"""A container with more keys than these is known only as a whole."""
_MISSING = constant(None)


class _Heap(Protocol):
    state: State

    def allocate(self, cell: Cell) -> Value: ...


@dataclass(frozen=True, slots=True)
class _Use:
    """A method of a container is called."""

    heap: _Heap
    address: Address
    cell: Cell
    given: list[Value]

    def given_as(self, given: list[Value]) -> _Use:
        return _Use(self.heap, self.address, self.cell, given)


def key_of(value: Value) -> Any:
    """A constant that can be a key; NOTHING where it is not certain or no such thing."""
    return value.const if isinstance(value.const, str | bytes | int | float | bool | tuple | None) else NOTHING


def read(cell: Cell, key: Any) -> Value:
    """What is under a key; under one that is not certain, what is under any."""
    if key is NOTHING:
        return cell.all()
    if cell.kind in ("list", "tuple"):
        if not (cell.exact and isinstance(key, int)):
            return cell.all()
        index = key + len(cell.items) if key < 0 else key
        return cell.items.get(index, UNKNOWN)
    found = cell.items.get(key)
    if found is None:
        return cell.rest if cell.rest is not None else UNKNOWN
    return found if cell.rest is None or cell.exact else join(found, cell.rest)


def write(heap: _Heap, refs: tuple[Address, ...], key: Any, value: Value) -> None:
    """Put something under a key; where it may be one of several containers, all of them may have it."""
    for address in refs:
        cell = heap.state.heap.get(address)
        if cell is None:
            continue
        items = dict(cell.items)
        rest, exact = cell.rest, cell.exact
        if cell.kind == "list" and isinstance(key, int) and key < 0:
            key += len(items)
        if key is NOTHING or len(items) >= _MOST or (cell.kind == "list" and key not in items):
            rest, exact = value if rest is None else join(rest, value), False
            if cell.kind == "list":
                rest, items = joined([*items.values(), rest]), {}
        elif len(refs) > 1 and key in items:
            items[key] = join(items[key], value)
        else:
            items[key] = value
        heap.state.heap[address] = Cell(cell.kind, items, rest, exact, cell.of)


def of_values(heap: _Heap, kind: str, values: Sequence[Value]) -> Value:
    """A list, tuple or set of some values."""
    if len(values) > _MOST or kind == "set":
        return heap.allocate(Cell(kind, {}, joined(values) if values else None, kind == "set"))
    return heap.allocate(Cell(kind, dict(enumerate(values))))


def cells(heap: _Heap, value: Value) -> list[Cell]:
    """What a value may refer to."""
    return [cell for address in value.refs if (cell := heap.state.heap.get(address)) is not None]


def deep(heap: _Heap, value: Value, depth: int = 0) -> Taint:
    """The untrusted data in a value and in all that it holds."""
    if not value.refs or depth > 3:
        return value.taint
    taints = [value.taint]
    for cell in cells(heap, value):
        taints += [deep(heap, each, depth + 1) for each in cell.items.values()]
        if cell.rest is not None:
            taints.append(deep(heap, cell.rest, depth + 1))
    return merged(*taints)


def elements(heap: _Heap, value: Value) -> Value:
    """What an iteration over a value gives."""
    found = []
    for cell in cells(heap, value):
        if cell.kind in ("dict", "object"):
            keys = [constant(key) for key in cell.items]
            found += keys
            if cell.rest is not None:
                found.append(Value(taint=cell.rest.taint))
        else:
            found.append(cell.all())
    if isinstance(value.const, str) and value.const:
        found.append(joined([constant(char) for char in value.const[:_MOST]]))
    elif isinstance(value.const, tuple) and value.const:
        found.append(joined([constant(each) for each in value.const]))
    if value.taint or not found:
        found.append(Value(taint=value.taint, name=value.name and f"{value.name}[]"))
    return joined(found)


def sequence(heap: _Heap, value: Value) -> list[Value] | None:
    """The elements in order, where all of them are certain to be there."""
    if isinstance(value.const, tuple):
        return [constant(each) for each in value.const]
    found = cells(heap, value)
    if len(found) == 1 and found[0].exact and found[0].kind in ("list", "tuple") and found[0].rest is None:
        return [found[0].items[index] for index in range(len(found[0].items)) if index in found[0].items]
    return None


def method(
    heap: _Heap, value: Value, name: str, arguments: Sequence[Value], keywords: dict[str, Value]
) -> Value | None:
    """A method of a container; None where it is none of those known here."""
    results = []
    for address in value.refs:
        cell = heap.state.heap.get(address)
        model = _METHODS.get((cell.kind, name)) if cell is not None else None
        if cell is None or model is None:
            return None
        results.append(model(_Use(heap, address, cell, [*arguments, *keywords.values()])))
    return joined(results) if results else None


def _replace(use: _Use, values: list[Value]) -> None:
    use.heap.state.heap[use.address] = Cell(use.cell.kind, dict(enumerate(values)))


def _blur(use: _Use, *more: Value) -> None:
    cell = use.cell
    use.heap.state.heap[use.address] = Cell(cell.kind, {}, joined([cell.all(), *more]), False, cell.of)


def _append(use: _Use) -> Value:
    if use.given:
        if use.cell.exact and use.cell.rest is None and len(use.cell.items) < _MOST:
            use.heap.state.heap[use.address] = Cell(use.cell.kind, use.cell.items | {len(use.cell.items): use.given[0]})
        else:
            _blur(use, use.given[0])
    return _MISSING


def _insert(use: _Use) -> Value:
    if len(use.given) == 2:
        at = use.given[0].const
        if use.cell.exact and isinstance(at, int) and len(use.cell.items) < _MOST:
            values = list(use.cell.items.values())
            values.insert(at, use.given[1])
            _replace(use, values)
        else:
            _blur(use, use.given[1])
    return _MISSING


def _extend(use: _Use) -> Value:
    if use.given:
        more = sequence(use.heap, use.given[0])
        if use.cell.exact and more is not None and len(use.cell.items) + len(more) <= _MOST:
            _replace(use, [*use.cell.items.values(), *more])
        else:
            _blur(use, elements(use.heap, use.given[0]))
    return _MISSING


def _pop(use: _Use) -> Value:
    at = use.given[0].const if use.given else -1
    if not (use.cell.exact and isinstance(at, int) and use.cell.items):
        _blur(use)
        return use.cell.all()
    values = list(use.cell.items.values())
    if not -len(values) <= at < len(values):
        return UNKNOWN
    out = values.pop(at)
    _replace(use, values)
    return out


def _order(use: _Use) -> Value:
    if use.cell.exact:
        _replace(use, list(use.cell.items.values())[::-1])
    return _MISSING


def _shuffle(use: _Use) -> Value:
    _blur(use)
    return _MISSING


def _copy(use: _Use) -> Value:
    return use.heap.allocate(use.cell)


def _clear(use: _Use) -> Value:
    use.heap.state.heap[use.address] = Cell(use.cell.kind, of=use.cell.of)
    return _MISSING


def _add(use: _Use) -> Value:
    _blur(use, *use.given[:1])
    return _MISSING


def _get(use: _Use) -> Value:
    key = key_of(use.given[0]) if use.given else NOTHING
    found = read(use.cell, key)
    if len(use.given) > 1 and (key is NOTHING or key not in use.cell.items):
        return join(found, use.given[1]) if use.cell.rest is not None or key is NOTHING else use.given[1]
    return found


def _setdefault(use: _Use) -> Value:
    key = key_of(use.given[0]) if use.given else NOTHING
    if key is not NOTHING and key in use.cell.items:
        return use.cell.items[key]
    value = use.given[1] if len(use.given) > 1 else _MISSING
    write(use.heap, (use.address,), key, value)
    return value


def _dict_pop(use: _Use) -> Value:
    out = _get(use)
    key = key_of(use.given[0]) if use.given else NOTHING
    if key is not NOTHING and key in use.cell.items:
        items = {name: value for name, value in use.cell.items.items() if name != key}
        use.heap.state.heap[use.address] = Cell(use.cell.kind, items, use.cell.rest, use.cell.exact, use.cell.of)
    return out


def _update(use: _Use) -> Value:
    for other in use.given:
        for more in cells(use.heap, other):
            for key, value in more.items.items():
                write(use.heap, (use.address,), key, value)
            if more.rest is not None:
                write(use.heap, (use.address,), NOTHING, more.rest)
        if other.taint:
            write(use.heap, (use.address,), NOTHING, Value(taint=other.taint))
    return _MISSING


def _values(use: _Use) -> Value:
    values = list(use.cell.items.values())
    if use.cell.rest is None and use.cell.exact:
        return of_values(use.heap, "list", values)
    return use.heap.allocate(Cell("list", {}, use.cell.all(), False))


def _keys(use: _Use) -> Value:
    keys: list[Value] = [constant(key) for key in use.cell.items]
    return (
        of_values(use.heap, "list", keys)
        if use.cell.rest is None
        else use.heap.allocate(Cell("list", {}, joined(keys), False))
    )


def _items(use: _Use) -> Value:
    pair = Cell("tuple", {0: joined([constant(key) for key in use.cell.items]), 1: use.cell.all()})
    return use.heap.allocate(Cell("list", {}, use.heap.allocate(pair), False))


def _config_set(use: _Use) -> Value:
    if len(use.given) >= 3:
        one, two = key_of(use.given[0]), key_of(use.given[1])
        write(use.heap, (use.address,), NOTHING if NOTHING in (one, two) else (one, two), use.given[2])
    return _MISSING


def _config_get(use: _Use) -> Value:
    if len(use.given) < 2:
        return use.cell.all()
    one, two = key_of(use.given[0]), key_of(use.given[1])
    return read(use.cell, NOTHING if NOTHING in (one, two) else (one, two))


def _write(use: _Use) -> Value:
    if use.given:
        before = use.cell.items.get(0, Value(text=""))
        text = (before.text if before.text is not None else HOLE) + (use.given[0].text or HOLE)
        now = Value(text=text[:1500], taint=merged(before.taint, deep(use.heap, use.given[0])))
        use.heap.state.heap[use.address] = Cell("stream", {0: now})
    return UNKNOWN


def _all(use: _Use) -> Value:
    return use.cell.all()


def _unknown(_: _Use) -> Value:
    return UNKNOWN


_METHODS: dict[tuple[str, str], Callable[[_Use], Value]] = {
    ("list", "append"): _append,
    ("list", "insert"): _insert,
    ("list", "extend"): _extend,
    ("list", "pop"): _pop,
    ("list", "popleft"): lambda use: _pop(use.given_as([constant(0)])),
    ("list", "appendleft"): lambda use: _insert(use.given_as([constant(0), *use.given])),
    ("list", "reverse"): _order,
    ("list", "sort"): _shuffle,
    ("list", "remove"): _shuffle,
    ("list", "copy"): _copy,
    ("list", "clear"): _clear,
    ("list", "index"): _unknown,
    ("list", "count"): _unknown,
    ("tuple", "index"): _unknown,
    ("tuple", "count"): _unknown,
    ("set", "add"): _add,
    ("set", "update"): lambda use: _add(use.given_as([elements(use.heap, each) for each in use.given[:1]])),
    ("set", "pop"): _all,
    ("set", "copy"): _copy,
    ("set", "discard"): _unknown,
    ("dict", "get"): _get,
    ("dict", "setdefault"): _setdefault,
    ("dict", "pop"): _dict_pop,
    ("dict", "update"): _update,
    ("dict", "copy"): _copy,
    ("dict", "clear"): _clear,
    ("dict", "values"): _values,
    ("dict", "keys"): _keys,
    ("dict", "items"): _items,
    ("config", "set"): _config_set,
    ("config", "get"): _config_get,
    ("config", "getint"): _unknown,
    ("config", "getfloat"): _unknown,
    ("config", "getboolean"): _unknown,
    ("config", "add_section"): _unknown,
    ("config", "has_option"): _unknown,
    ("config", "has_section"): _unknown,
    ("stream", "write"): _write,
    ("stream", "getvalue"): _all,
    ("stream", "read"): _all,
    ("stream", "readline"): _all,
    ("stream", "readlines"): _all,
    ("stream", "seek"): _unknown,
    ("stream", "tell"): _unknown,
    ("stream", "truncate"): _unknown,
    ("stream", "close"): _unknown,
}
