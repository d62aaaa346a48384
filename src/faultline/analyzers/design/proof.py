"""Whether an edit mends a finding: tried out in memory, it has to hold in every respect.

it fits       lines of one file that exist
it parses     the file is of the same kind as before, and nothing more of it could not be read
it mends      all checks see this finding no more, and nothing that they did not see before
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from faultline.analyzers.design.agents import AGENTS, checks
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.reading import design_of
from faultline.core.finding import Edit, Finding, Severity

MAX_BYTES: Final = 1_000_000
"""Of all documents; looking at more once again takes too long."""
MAX_TEXT: Final = 4_000
"""Characters that an edit may put in."""


def mends(design: Design, finding: Finding, edit: Edit) -> bool:
    """Whether a finding is gone once an edit is made, and none has come."""
    edited = _edited(design, edit)
    if edited is None:
        return False
    before, after = _seen(design), _seen(edited)
    return finding.fingerprint in before and finding.fingerprint not in after and _within(after, before)


def _edited(design: Design, edit: Edit) -> Design | None:
    """The design with the edit made; None where it does not fit or the file does not parse any more."""
    documents = {each.path: each for each in _all(design)}
    target = design.by_path.get(edit.path)
    new = (edit.replacement or "").split("\n") if edit.replacement is not None else []
    if target is None or len(edit.replacement or "") > MAX_TEXT or edit.end_line > len(target.lines):
        return None
    if sum(len(each.text) for each in documents.values()) > MAX_BYTES:
        return None
    lines = [*target.lines[: edit.start_line - 1], *new, *target.lines[edit.end_line :]]
    texts = {path: each.text for path, each in documents.items()} | {edit.path: "\n".join(lines)}
    made = design_of({path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()})
    kept = [each for each in made.documents if each.path in design.by_path]
    now = {each.path: each for each in kept}.get(edit.path)
    if now is None or now.kind != target.kind or len(now.problems) > len(target.problems):
        return None
    return replace(made, documents=kept, older=design.older, config=design.config)


def _all(design: Design) -> Iterable[Document]:
    """The documents, and those that they refer to."""
    yield from design.documents
    for each in design.of(OpenApiDocument):
        yield from each.siblings.values()


def _seen(design: Design) -> dict[str, Counter[str]]:
    """What all agents see: by fingerprint how often at what."""
    from faultline.analyzers.design.squad import look  # here, for it brings this module along

    found: dict[str, Counter[str]] = {}
    for agent in AGENTS:
        findings, _, unread = look(design, checks(agent, design), Severity.INFO)
        for each in findings:
            found[each.fingerprint] = Counter(place.symbol for place in each.places) or Counter([""])
        if unread:
            found[f"unread {unread}"] = Counter([""])
    return found


def _within(after: dict[str, Counter[str]], before: dict[str, Counter[str]]) -> bool:
    return all(name in before and places.total() <= before[name].total() for name, places in after.items())
