"""The `json` and `jsonl` formats: the report as its contract says, and the envelope beside it when there is one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, TextIO

from faultline.engine.pipeline import Outcome


def render_json(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """Each report as one indented object."""
    for outcome in outcomes:
        out.write(json.dumps(document(outcome), indent=2, ensure_ascii=False) + "\n")
        out.flush()


def render_json_array(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """One array of all reports."""
    between = "[\n"
    for outcome in outcomes:
        out.write(between + json.dumps(document(outcome), indent=2, ensure_ascii=False))
        out.flush()
        between = ",\n"
    out.write("\n]\n" if between == ",\n" else "[]\n")


def render_jsonl(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """One compact object a line, each flushed when it is ready."""
    for outcome in outcomes:
        out.write(json.dumps(document(outcome), separators=(",", ":"), ensure_ascii=False) + "\n")
        out.flush()


def document(outcome: Outcome) -> dict[str, Any]:
    """The report as plain data, with `envelope` beside its fields when the outcome has one."""
    fields = outcome.report.model_dump(mode="json")
    if outcome.envelope is not None:
        fields["envelope"] = asdict(outcome.envelope)
        if (use := outcome.envelope.use) is not None:  # as text, for a sum of money is no binary fraction
            fields["envelope"]["use"]["dollars"] = format(use.dollars, "f")
        fields["envelope"]["durations"] = {name: round(s, 6) for name, s in outcome.envelope.durations.items()}
    return fields
