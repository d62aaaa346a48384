"""Lists, dicts, sets, objects, configparser and StringIO, as cells of the heap."""

from __future__ import annotations

from collections.abc import Sequence
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
        results.append(model(heap, address, cell, list(arguments) + list(keywords.values())))
    return joined(results) if results else None


def _replace(heap: _Heap, address: Address, kind: str, values: list[Value]) -> None:
    heap.state.heap[address] = Cell(kind, dict(enumerate(values)))


def _blur(heap: _Heap, address: Address, cell: Cell, *more: Value) -> None:
    heap.state.heap[address] = Cell(cell.kind, {}, joined([cell.all(), *more]), False, cell.of)


def _append(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    if given:
        if cell.exact and cell.rest is None and len(cell.items) < _MOST:
            heap.state.heap[address] = Cell(cell.kind, cell.items | {len(cell.items): given[0]})
        else:
            _blur(heap, address, cell, given[0])
    return _MISSING


def _insert(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    if len(given) == 2:
        at = given[0].const
        if cell.exact and isinstance(at, int) and len(cell.items) < _MOST:
            values = list(cell.items.values())
            values.insert(at, given[1])
            _replace(heap, address, cell.kind, values)
        else:
            _blur(heap, address, cell, given[1])
    return _MISSING


def _extend(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    if given:
        more = sequence(heap, given[0])
        if cell.exact and more is not None and len(cell.items) + len(more) <= _MOST:
            _replace(heap, address, cell.kind, [*cell.items.values(), *more])
        else:
            _blur(heap, address, cell, elements(heap, given[0]))
    return _MISSING


def _pop(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    at = given[0].const if given else -1
    if not (cell.exact and isinstance(at, int) and cell.items):
        _blur(heap, address, cell)
        return cell.all()
    values = list(cell.items.values())
    if not -len(values) <= at < len(values):
        return UNKNOWN
    out = values.pop(at)
    _replace(heap, address, cell.kind, values)
    return out


def _order(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    if cell.exact:
        _replace(heap, address, cell.kind, list(cell.items.values())[::-1])
    return _MISSING


def _shuffle(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    _blur(heap, address, cell)
    return _MISSING


def _copy(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    return heap.allocate(cell)


def _clear(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    heap.state.heap[address] = Cell(cell.kind, of=cell.of)
    return _MISSING


def _add(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    _blur(heap, address, cell, *given[:1])
    return _MISSING


def _get(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    key = key_of(given[0]) if given else NOTHING
    found = read(cell, key)
    if len(given) > 1 and (key is NOTHING or key not in cell.items):
        return join(found, given[1]) if cell.rest is not None or key is NOTHING else given[1]
    return found


def _setdefault(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    key = key_of(given[0]) if given else NOTHING
    if key is not NOTHING and key in cell.items:
        return cell.items[key]
    value = given[1] if len(given) > 1 else _MISSING
    write(heap, (address,), key, value)
    return value


def _dict_pop(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    out = _get(heap, address, cell, given)
    key = key_of(given[0]) if given else NOTHING
    if key is not NOTHING and key in cell.items:
        items = {name: value for name, value in cell.items.items() if name != key}
        heap.state.heap[address] = Cell(cell.kind, items, cell.rest, cell.exact, cell.of)
    return out


def _update(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    for other in given:
        for more in cells(heap, other):
            for key, value in more.items.items():
                write(heap, (address,), key, value)
            if more.rest is not None:
                write(heap, (address,), NOTHING, more.rest)
        if other.taint:
            write(heap, (address,), NOTHING, Value(taint=other.taint))
    return _MISSING


def _values(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    values = list(cell.items.values())
    if cell.rest is None and cell.exact:
        return of_values(heap, "list", values)
    return heap.allocate(Cell("list", {}, cell.all(), False))


def _keys(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    keys: list[Value] = [constant(key) for key in cell.items]
    return of_values(heap, "list", keys) if cell.rest is None else heap.allocate(Cell("list", {}, joined(keys), False))


def _items(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    pair = Cell("tuple", {0: joined([constant(key) for key in cell.items]), 1: cell.all()})
    return heap.allocate(Cell("list", {}, heap.allocate(pair), False))


def _config_set(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    if len(given) >= 3:
        one, two = key_of(given[0]), key_of(given[1])
        write(heap, (address,), NOTHING if NOTHING in (one, two) else (one, two), given[2])
    return _MISSING


def _config_get(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    if len(given) < 2:
        return cell.all()
    one, two = key_of(given[0]), key_of(given[1])
    return read(cell, NOTHING if NOTHING in (one, two) else (one, two))


def _write(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    if given:
        before = cell.items.get(0, Value(text=""))
        text = (before.text if before.text is not None else HOLE) + (given[0].text or HOLE)
        now = Value(text=text[:1500], taint=merged(before.taint, deep(heap, given[0])))
        heap.state.heap[address] = Cell("stream", {0: now})
    return UNKNOWN


def _all(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    return cell.all()


def _number(heap: _Heap, address: Address, cell: Cell, given: list[Value]) -> Value:
    return UNKNOWN


_METHODS = {
    ("list", "append"): _append,
    ("list", "insert"): _insert,
    ("list", "extend"): _extend,
    ("list", "pop"): _pop,
    ("list", "popleft"): lambda heap, address, cell, given: _pop(heap, address, cell, [constant(0)]),
    ("list", "appendleft"): lambda heap, address, cell, given: _insert(heap, address, cell, [constant(0), *given]),
    ("list", "reverse"): _order,
    ("list", "sort"): _shuffle,
    ("list", "remove"): _shuffle,
    ("list", "copy"): _copy,
    ("list", "clear"): _clear,
    ("list", "index"): _number,
    ("list", "count"): _number,
    ("tuple", "index"): _number,
    ("tuple", "count"): _number,
    ("set", "add"): _add,
    ("set", "update"): lambda heap, address, cell, given: _add(heap, address, cell, [elements(heap, given[0])]),
    ("set", "pop"): _all,
    ("set", "copy"): _copy,
    ("set", "discard"): _number,
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
    ("config", "getint"): _number,
    ("config", "getfloat"): _number,
    ("config", "getboolean"): _number,
    ("config", "add_section"): _number,
    ("config", "has_option"): _number,
    ("config", "has_section"): _number,
    ("stream", "write"): _write,
    ("stream", "getvalue"): _all,
    ("stream", "read"): _all,
    ("stream", "readline"): _all,
    ("stream", "readlines"): _all,
    ("stream", "seek"): _number,
    ("stream", "tell"): _number,
    ("stream", "truncate"): _number,
    ("stream", "close"): _number,
}
