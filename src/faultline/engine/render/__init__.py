"""Shows outcomes: one renderer a format, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TextIO

from faultline.engine.pipeline import Outcome
from faultline.engine.render import data, github, markdown, sarif, text

Renderer = Callable[[Iterable[Outcome], TextIO], None]
"""Writes outcomes to a text stream, each as soon as it comes where the format allows that."""

RENDERERS: Mapping[str, Renderer] = {
    "text": text.render,
    "json": data.render_json,
    "jsonl": data.render_jsonl,
    "markdown": markdown.render,
    "sarif": sarif.render,
    "github": github.render,
}

DATA_FORMATS = frozenset({"json", "jsonl", "sarif"})
"""Formats for programs: always UTF-8, whatever the terminal's encoding (RFC 8259, section 8.1)."""


def renderer(name: str, *, several: bool = False) -> Renderer:
    """Choose the renderer of a format.

    `several` says whether the user asked about more than one artifact. `json` is then an array, and stays one when
    only one of the artifacts turns out to be readable.
    """
    return data.render_json_array if several and name == "json" else RENDERERS[name]
