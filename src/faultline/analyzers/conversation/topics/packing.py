"""A topic map as bytes: a header in JSON that is validated, then the arrays, compressed with Zstandard.

    "FLTOPICS" version(1 byte) zstd( header length (4 bytes, big endian) | header | sums | counts | ... )

Nothing in it is code, and what is larger than the largest map there can be is refused before it is unpacked.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

import numpy as np
import zstandard
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from faultline.analyzers.conversation.topics.cells import CAPACITY, Cells, Sample
from faultline.core.errors import FaultlineError
from faultline.core.results.conversation import Quote

MAX_DIMS = 1024
MAX_BYTES = 256 << 20
"""Of a map with the most cells, dimensions and sentences there can be, and of its header."""
REMEMBERED = 4096
"""Ids that lead elsewhere; the oldest are forgotten."""
_MAGIC = b"FLTOPICS\x01"

Key = TypeVar("Key", int, str)
Count = Annotated[int, Field(ge=0, lt=1 << 62)]


class DamagedTopics(FaultlineError):
    """Bytes that are no topic map, or not of this version."""

    code = "damaged-topics"
    status = 500


class State(BaseModel):
    """All of a map but its cells."""

    model_config = ConfigDict(extra="forbid")

    minimum_group: Annotated[int, Field(ge=2, le=100)]
    period: Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
    salt: str = ""
    """The first conversation's, so that ids of two maps are not taken for each other."""
    seen: Count = 0
    grouped_at: Count = 0
    forgotten: Count = 0
    newest: int | None = None
    """Number of the newest period, counted from 1970."""
    base: Annotated[float, Field(ge=-1.0, le=1.0)] = 0.0
    """Mean similarity of any two, from which the others are measured."""
    next_label: Count = 0
    ids: dict[int, str] = Field(default_factory=dict)
    """Ids of the topics by their labels; a lower label is an older topic."""
    waves: list[int] = Field(default_factory=list)
    """Labels of the topics whose growth has been told and is not over."""
    moved_topics: dict[str, str] = Field(default_factory=dict, max_length=REMEMBERED)
    moved_cells: dict[int, int] = Field(default_factory=dict, max_length=REMEMBERED)


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: State
    dims: Annotated[int, Field(ge=0, le=MAX_DIMS)]
    size: Annotated[int, Field(ge=0, le=CAPACITY)]
    born: Count
    samples: list[list[tuple[Count, float, str, int, int, int, str]]]


def remember(moved: dict[Key, Key], more: dict[Key, Key]) -> None:
    """Note what leads where, and forget the oldest beyond `REMEMBERED`."""
    for key, to in moved.items():
        # One step is enough for ever: what leads to something that moves on leads there at once.
        moved[key] = more.get(to, to)
    moved.update(more)
    for key in list(moved)[: max(0, len(moved) - REMEMBERED)]:
        del moved[key]


def pack(state: State, cells: Cells | None, total: NDArray[np.float64]) -> bytes:
    """A map as bytes."""
    header = _Header(
        state=state,
        dims=cells.dims if cells else 0,
        size=cells.size if cells else 0,
        born=cells.born if cells else 0,
        samples=[
            [
                (s.person, s.near, s.conversation, s.quote.message, s.quote.start, s.quote.end, s.quote.text)
                for s in kept
            ]
            for kept in (cells.samples if cells else ())
        ],
    )
    text = header.model_dump_json().encode()
    parts = [len(text).to_bytes(4, "big"), text]
    if cells is not None:
        parts += [getattr(cells, name)[: cells.size].tobytes() for name in cells.layout(0)]
        parts.append(total.tobytes())
    return _MAGIC + zstandard.ZstdCompressor(level=3, write_content_size=True).compress(b"".join(parts))


def unpack(raw: bytes) -> tuple[State, Cells | None, NDArray[np.float64]]:
    """What `pack` gave.

    Raises:
        DamagedTopics: it is not that.

    """
    try:
        with np.errstate(invalid="ignore"):  # what is no number becomes one here, and is refused below
            return _unpack(raw)
    except (ValueError, zstandard.ZstdError) as error:
        raise DamagedTopics("The topics that were stored cannot be read; they have to be found anew.") from error


def _unpack(raw: bytes) -> tuple[State, Cells | None, NDArray[np.float64]]:
    if not raw.startswith(_MAGIC):
        raise ValueError("not a topic map")
    body = raw[len(_MAGIC) :]
    if not 0 < zstandard.frame_content_size(body) <= MAX_BYTES:
        raise ValueError("too large for a topic map")
    body = zstandard.ZstdDecompressor().decompress(body, max_output_size=MAX_BYTES)
    end = 4 + int.from_bytes(body[:4], "big")
    try:
        header = _Header.model_validate_json(body[4:end])
    except ValidationError as error:
        raise ValueError("no header of a topic map") from error
    if not header.dims:
        return header.state, None, np.zeros(0)
    cells = Cells(header.dims, max(8, header.state.minimum_group))
    for name, (dtype, shape) in cells.layout(header.size).items():
        many = int(np.prod(shape))
        array = np.frombuffer(body, dtype=dtype, count=many, offset=end).reshape(shape)
        getattr(cells, name)[: header.size] = array
        end += array.nbytes
    total = np.frombuffer(body, dtype=np.float64, count=header.dims, offset=end).copy()
    if end + total.nbytes != len(body):
        raise ValueError("more than a topic map")
    cells.size, cells.born = header.size, header.born
    cells.samples = [
        [Sample(p, near, ident, Quote(message=m, start=s, end=e, text=text)) for p, near, ident, m, s, e, text in kept]
        for kept in header.samples
    ]
    _check(header, cells, total)
    return header.state, cells, total


def _check(header: _Header, cells: Cells, total: NDArray[np.float64]) -> None:
    rows = slice(0, header.size)
    sound = (
        (np.linalg.norm(cells.sums[rows].astype(np.float64), axis=1) <= cells.counts[rows] * 1.001).all()
        and (np.abs(cells.moods[rows]) <= cells.counts[rows]).all()
        and (np.abs(total) <= header.state.seen).all()
        and (cells.counts[rows] > 0).all()
        and (cells.periods >= 0).all()
        and (cells.earlier >= 0).all()
        and len(cells.samples) == header.size
        and all(len(kept) <= cells.keep for kept in cells.samples)
        and len(np.unique(cells.serials[rows])) == header.size
        and set(np.unique(cells.labels[rows]).tolist()) - {-1} <= set(header.state.ids)
        and set(header.state.waves) <= set(header.state.ids)
    )
    if not sound:
        raise ValueError("arrays that no topic map has")
