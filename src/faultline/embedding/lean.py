"""MiniLM's graph, changed so that its vocabulary stays in int8.

The file has the vectors of 30,522 word pieces as int8 with a scale each, and a graph that turns them all into floats
before it picks those of a text. Picking first and turning the few into floats then is the same arithmetic. With the
runtime's folding of constants off as well, the peak of a process that encodes one text falls from 283 MB to 150 MB
(measured); off alone it would have to turn the whole vocabulary for each batch.

A model is a Protocol Buffers message, whose fields are a number with a wire type, then the content (protobuf.dev,
"Encoding"). Only what ONNX needs of that is read here, and only of a file whose digest is known.
"""

from __future__ import annotations

from collections.abc import Iterator

_GRAPH, _NODE = 7, 1  # of ModelProto and GraphProto in onnx.proto
_INPUT, _OUTPUT, _OPERATOR, _ATTRIBUTE = 1, 2, 4, 5  # of NodeProto
_NAME, _INTEGER, _KIND = 1, 3, 20  # of AttributeProto
_KIND_INTEGER, _FLOAT = 2, 1

_WORDS = "inner.embeddings.word_embeddings.weight"
_REPLACED = {_WORDS + "_f", _WORDS, "embedding"}


def lean(model: bytes) -> bytes:
    """The model with its vocabulary picked from before it becomes floats."""
    written: list[bytes | memoryview] = []
    for number, whole, content in _fields(memoryview(model)):
        if number != _GRAPH:
            written.append(whole)
            continue
        graph: list[bytes | memoryview] = [_field(_NODE, node) for node in _nodes()]
        graph += [piece for of, piece, node in _fields(content) if of != _NODE or _output(node) not in _REPLACED]
        written += [_tag(_GRAPH, 2), _varint(sum(map(len, graph))), *graph]
    return b"".join(written)


def _nodes() -> list[bytes]:
    return [
        _node("Gather", [_WORDS + "_q", "input_ids"], "lean_q", axis=0),
        _node("Gather", [_WORDS + "_scale", "input_ids"], "lean_scale", axis=0),
        _node("Cast", ["lean_q"], "lean_f", to=_FLOAT),
        _node("Mul", ["lean_f", "lean_scale"], "embedding"),
    ]


def _node(operator: str, inputs: list[str], output: str, **attributes: int) -> bytes:
    parts = [_field(_INPUT, name.encode()) for name in inputs]
    parts += [_field(_OUTPUT, output.encode()), _field(_OPERATOR, operator.encode())]
    for name, value in attributes.items():
        kind = _tag(_KIND, 0) + _varint(_KIND_INTEGER)
        parts.append(_field(_ATTRIBUTE, _field(_NAME, name.encode()) + _tag(_INTEGER, 0) + _varint(value) + kind))
    return b"".join(parts)


def _output(node: memoryview) -> str:
    return next((bytes(name).decode() for number, _, name in _fields(node) if number == _OUTPUT), "")


def _field(number: int, content: bytes) -> bytes:
    return _tag(number, 2) + _varint(len(content)) + content


def _tag(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """Number, the whole field with its tag, and its content, of each field; numbers have no content."""
    at = 0
    while at < len(message):
        begin = at
        tag, at = _read(message, at)
        number, wire = tag >> 3, tag & 7
        if wire == 2:
            size, at = _read(message, at)
            yield number, message[begin : at + size], message[at : at + size]
            at += size
            continue
        at = _read(message, at)[1] if wire == 0 else at + (8 if wire == 1 else 4)
        yield number, message[begin:at], message[:0]


def _read(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
