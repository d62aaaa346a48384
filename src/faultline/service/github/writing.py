"""Text of strangers in Markdown of ours, and the marks by which we know our comments again.

A mark is an HTML comment that nobody sees, and always the last line of what we post: whatever a comment quotes, it
stands before that, so that code under review cannot forge one.
"""

from __future__ import annotations

import re

from faultline.core.finding import Finding, Severity
from faultline.engine.render.markup import code, prose
from faultline.engine.render.untrusted import one_line, plain

MAX_COMMENT = 60_000
"""Characters; GitHub takes 65,536."""
_MARK = re.compile(r"<!-- faultline:(finding|fixed|summary|review|help) ?([0-9a-f]{0,64}) -->")
# `prose` stops @name and #1; GitHub also knows issues as GH-1, and revisions by 7 to 40 hexadecimal digits.
_ISSUE = re.compile(r"(?i)\b(GH)-(?=\d)")
_REVISION = re.compile(r"\b(?=[0-9a-f]{0,39}\d)([0-9a-f]{6})(?=[0-9a-f]{1,34}\b)")
_BLOCK = re.compile(r"(?:[-+#=>]|\d{1,9}(?=[.)]))")
_TICKS = re.compile(r"`+")
_QUOTED = re.compile(r"(?<!`)(`[^`]+`)(?!`)")
WORDS = {each: each.value.capitalize() for each in Severity}


def sentence(text: str) -> str:
    """One line that renders as it stands, within a line of ours: no markup, no link, nobody and nothing referred to."""
    parts = _QUOTED.split(one_line(text, 2_000))
    words = (prose(each) if number % 2 else _unlinked(each) for number, each in enumerate(parts) if each)
    return "".join(words).strip()


def paragraph(text: str) -> str:
    """The same at the start of a line, where it must not begin a list, a heading or a quotation."""
    line = sentence(text)
    match = _BLOCK.match(line)
    if match is None:
        return line
    end = match.end()
    return f"{line[:end]}\\{line[end:]}" if line[0].isdigit() else f"\\{line}"


def place(path: str, line: int | None = None) -> str:
    """A path and a line as code."""
    return code(f"{path}:{line}" if line else path)


def mark(kind: str, name: str = "") -> str:
    """A mark; it must be the last line."""
    return f"<!-- faultline:{kind}{' ' + name if name else ''} -->"


def marked(body: str) -> tuple[str, str] | None:
    """Kind and name of a comment's mark; None where it has none."""
    match = _MARK.fullmatch(body.rstrip().rpartition("\n")[2].strip())
    return (match[1], match[2]) if match else None


def suggestion(replacement: str | None) -> str | None:
    """A fence that replaces the lines it stands at; None where the text would not arrive as it is."""
    if replacement is None:
        return "```suggestion\n```"
    # What cannot be seen must not be committed by a click.
    if plain(replacement) != replacement:
        return None
    ticks = "`" * max(3, 1 + max(map(len, _TICKS.findall(replacement)), default=0))
    return f"{ticks}suggestion\n{replacement}\n{ticks}"


def as_fixed(body: str, fingerprint: str, sha: str) -> str:
    """A comment that says first that what it was about is gone."""
    above = body.rstrip().rpartition("\n")[0].rstrip()
    return f"**Fixed** in {sha[:7]}.\n\n{above}\n\n{mark('fixed', fingerprint)}"


def headline(finding: Finding) -> str:
    """Severity, title, rule and weaknesses."""
    weaknesses = f", {', '.join(finding.cwe[:3])}" if finding.cwe else ""
    return (
        f"**{WORDS[finding.severity]}: {sentence(finding.title) or 'Finding'}** ({code(finding.rule_id)}{weaknesses})"
    )


def _unlinked(text: str) -> str:
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :] if text.strip() else ""
    said = prose(text)
    return lead + _REVISION.sub("\\1\u200b", _ISSUE.sub("\\1\u200b-", said)) + trail
