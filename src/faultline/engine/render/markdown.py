"""The `markdown` format: for comments on pull requests and for job summaries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from faultline.engine.pipeline import Outcome
from faultline.engine.render.views import view_of


def render(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """Each report as its kind's view shows it, every block followed by an empty line."""
    for outcome in outcomes:
        for block in view_of(outcome.report).markdown(outcome.report):
            out.write(block + "\n\n")
        out.flush()
