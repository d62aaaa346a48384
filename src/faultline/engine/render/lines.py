"""Lines of styled spans, which the `text` format writes with colours or without, and the parts all views share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from faultline.core.finding import Severity
from faultline.core.report import Report
from faultline.engine.render.untrusted import one_line, plain

if TYPE_CHECKING:
    from faultline.engine.render.excerpts import Row

Span = tuple[str, str]
"""Text and the name of its rich style; an empty style is plain text."""
Line = Sequence[Span]

STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "bold yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
EMPTY: Line = ()
LABEL_WIDTH = 9


def evidence(rows: Sequence[Row]) -> Iterator[Line]:
    """Rows behind a gutter of line numbers; those that tell the error are marked `>` and coloured."""
    width = max((len(str(row.number)) for row in rows if row.number is not None), default=0)
    for row in rows:
        number = "" if row.number is None else str(row.number)
        if row.note:
            yield [("    " + " " * width + f"  {row.text}", "dim")]
        else:
            yield [
                ("  > " if row.telling else "    ", "bold red"),
                (f"{number:>{width}} | ", "dim"),
                (row.text, "red" if row.telling else ""),
            ]


def labelled(label: str, text: str, style: str = "") -> Iterator[Line]:
    """A label and what it says; further lines stand below the first."""
    for index, line in enumerate(plain(text).split("\n")):
        yield [(f"  {label if not index else '':<{LABEL_WIDTH}}", "bold"), (line, style)]


def troubles(report: Report) -> Iterator[str]:
    """One sentence for everything an agent could not do or read."""
    for run in report.agent_runs:
        if run.error is not None:
            yield f"agent {one_line(run.agent)} failed: {one_line(run.error)}"
        for unread in run.unread:
            yield f"not read: {one_line(unread)}"


def notes(report: Report) -> Iterator[str]:
    """What could not be done as asked, a sentence each."""
    return (one_line(note, 600) for note in report.notes)


def joined(names: Iterable[str], limit: int = 10) -> str:
    """Names as one line, the first `limit` of them."""
    shown = [one_line(name, 120) for name in names]
    more = f", and {len(shown) - limit:,} more" if len(shown) > limit else ""
    return ", ".join(shown[:limit]) + more
