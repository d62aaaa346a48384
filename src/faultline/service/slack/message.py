"""A finished review as Slack shows it (Block Kit).

Everything in it that strangers wrote is escaped as Slack asks for (`&`, `<`, `>`), and marked as verbatim: a name like
`@channel` or an address in it stays text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from faultline.core.finding import Severity
from faultline.engine.render.untrusted import one_line, plural

SHOWN = 5
"""Findings; the pull request shows the others."""
MAX_HEADER = 150
MAX_SECTION = 3_000
_FORMATTING = re.compile(r"[*_~`]")
_DOTS = {
    Severity.CRITICAL: ":red_circle:",
    Severity.HIGH: ":large_orange_circle:",
    Severity.MEDIUM: ":large_yellow_circle:",
    Severity.LOW: ":large_blue_circle:",
    Severity.INFO: ":white_circle:",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding in one line."""

    severity: Severity
    title: str
    path: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A finished review; `counts` are by severity, `lines` the worst of it."""

    repository: str
    number: int
    title: str
    author: str
    url: str
    counts: Mapping[Severity, int]
    fixed: int
    lines: Sequence[Line]


def message_of(told: Told) -> dict[str, Any]:
    """The message; `text` is what notifications show."""
    total = sum(told.counts.values())
    by = ", ".join(f"{told.counts[each]} {each.value}" for each in Severity if told.counts.get(each))
    counted = f"{plural(total, 'finding')} ({by})" if total else "nothing found"
    fixed = f", {told.fixed} fixed" if told.fixed else ""
    where = f"{told.repository}#{told.number}"
    blocks: list[dict[str, Any]] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": one_line(f"Faultline: {counted}", MAX_HEADER), "emoji": False},
        },
        _section(f"<{told.url}|{escaped(where)}> {escaped(told.title, 200)}\nby {escaped(told.author, 60)}{fixed}"),
    ]
    if told.lines:
        rows = []
        for each in told.lines[:SHOWN]:
            at = f" `{_plain(each.path, 120)}:{each.line or 1}`" if each.path else ""
            rows.append(f"{_DOTS[each.severity]} {escaped(each.title, 160)}{at}")
        blocks.append(_section("\n".join(rows)))
    more = total - len(told.lines[:SHOWN])
    if told.lines and more > 0:
        blocks.append({"type": "context", "elements": [_text(f"and {more} more at the pull request")]})
    return {"text": f"Faultline: {counted} in {escaped(where)}", "blocks": blocks}


def trial() -> dict[str, Any]:
    """What a test sends."""
    text = "Faultline can write here. This is a test; nothing has happened."
    return {"text": text, "blocks": [_section(text)]}


def escaped(text: str, limit: int = 300) -> str:
    """One line of text as Slack shows it, whatever it is."""
    line = one_line(text, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Where formatting characters stand between words they would format; a zero-width space before them keeps them.
    return _FORMATTING.sub("\u200b\\g<0>", line)


def _plain(text: str, limit: int) -> str:
    line = one_line(text, limit).replace("`", "'")
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _text(text)}


def _text(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text[:MAX_SECTION], "verbatim": True}
