"""From ruff's codes to rules of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from faultline.analyzers.review.engines import ruff
from faultline.analyzers.review.observation import Check, Observation
from faultline.analyzers.review.source import Source


def check_of(table: Mapping[str, str]) -> Check:
    """A check that tells ruff's findings of these codes as rules of ours; `table` is by code."""

    def check(source: Source) -> Iterable[Observation]:
        for record in source.diagnostics.of("ruff", source):
            if (rule := table.get(record["code"])) is not None:
                message = record["message"]
                yield Observation(
                    rule,
                    line=record["location"]["row"],
                    end_line=last_line(record),
                    message=message if message.endswith((".", "?", "!")) else f"{message}.",
                    edits=ruff.edits(source, record),
                    code=record["code"],
                )

    return check


def last_line(record: Mapping[str, object]) -> int:
    """The last line of a record, inclusive, and never more than ten after the first: a comment has to fit a screen."""
    start, end = record["location"], record["end_location"]
    assert isinstance(start, dict)
    assert isinstance(end, dict)
    row = end["row"] - (end["column"] == 1 and end["row"] > start["row"])
    return int(min(row, start["row"] + 9))
