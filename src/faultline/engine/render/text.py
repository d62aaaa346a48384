"""The `text` format: for people, with colours in a terminal and without them elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TextIO

from faultline.engine.pipeline import Envelope, Outcome
from faultline.engine.render.lines import Line
from faultline.engine.render.untrusted import plural
from faultline.engine.render.views import view_of


def render(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """Each report as its kind's view shows it, an empty line between two."""
    write = _coloured(out) if out.isatty() else _uncoloured(out)
    for index, outcome in enumerate(outcomes):
        if index:
            write(())
        for line in view_of(outcome.report).text(outcome.report):
            write(line)
        if outcome.envelope is not None:
            write([(f"  {_timings(outcome.envelope)}", "dim")])
        out.flush()


def _uncoloured(out: TextIO) -> Callable[[Line], None]:
    def write(line: Line) -> None:
        out.write("".join(text for text, _ in line).rstrip() + "\n")

    return write


def _coloured(out: TextIO) -> Callable[[Line], None]:
    # Here, for rich costs 60 ms of CPU that a pipe need not pay. It honours NO_COLOR and TERM=dumb by itself.
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False, markup=False, emoji=False, soft_wrap=True)

    def write(line: Line) -> None:
        console.print(Text.assemble(*line))

    return write


def _timings(envelope: Envelope) -> str:
    stages = ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in envelope.durations.items())
    use = envelope.use
    model = ""
    if use is not None:
        tokens = f"{use.tokens_in:,} tokens in, {use.tokens_out:,} out"
        model = f"; model: {plural(use.calls, 'call')}, {tokens}, ${use.dollars:.4f}"
    return f"took {stages}; cache {envelope.cache}{model}"
