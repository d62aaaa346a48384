"""Shows outcomes: one renderer a format, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from faultline.engine.pipeline import Outcome

Renderer = Callable[[Iterable["Outcome"], TextIO], None]
"""Writes outcomes to a text stream, each as soon as it comes where the format allows that."""

RENDERERS: Final[Mapping[str, str]] = {
    "text": "text.render",
    "json": "data.render_json",
    "jsonl": "data.render_jsonl",
    "markdown": "markdown.render",
    "sarif": "sarif.render",
    "github": "github.render",
}
"""By format the renderer, in a module beside this one; by name, so that a run loads one: all of them take 0.01 s."""

DATA_FORMATS = frozenset({"json", "jsonl", "sarif"})
"""Formats for programs: always UTF-8, whatever the terminal's encoding (RFC 8259, section 8.1)."""


def renderer(name: str, *, several: bool = False) -> Renderer:
    """Choose the renderer of a format.

    `several` says whether the user asked about more than one artifact. `json` is then an array, and stays one when
    only one of the artifacts turns out to be readable.
    """
    module, _, function = RENDERERS[name].partition(".")
    if several and name == "json":
        function = "render_json_array"
    chosen: Renderer = getattr(import_module(f"faultline.engine.render.{module}"), function)
    return chosen
