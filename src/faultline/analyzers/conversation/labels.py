"""Labelled examples to learn intents from: a table or JSON with a text and its label."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from faultline.analyzers.conversation.readers import fields, table
from faultline.analyzers.conversation.readers.fault import Fault
from faultline.analyzers.conversation.readers.source import Source, mended, open_source
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected

LABEL = fields.words(
    "label intent category class tag topic target expected y labelname classname intentname absicht kategorie thema"
)
MAX_DOCUMENT = 64 << 20
"""Characters of a JSON document of examples, which is read as a whole."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what it is about."""

    text: str
    label: str
    line: int


def read_labels(artifact: Artifact) -> Iterator[Example | Fault]:
    """Read labelled examples; a row without a text or a label is a Fault.

    Raises:
        ArtifactRejected: it is no text, or no form in which labels come.

    """
    source = open_source(artifact)
    begin = source.head.lstrip("\ufeff \t\n")
    if begin.startswith("["):
        yield from _document(source)
    elif begin.startswith("{"):
        yield from _lines(source)
    elif (form := table.with_header(source.head) or table.without_header(source.head)) is not None:
        yield from _table(source, form)
    elif begin:
        raise ArtifactRejected("is no table and no JSON; labels come in the columns text and label", name=artifact.name)


def _lines(source: Source) -> Iterator[Example | Fault]:
    for line in source.lines():
        if isinstance(line, Fault):
            yield line
        elif line.text.strip():
            try:
                value = json.loads(line.text)
            except (ValueError, RecursionError):
                yield Fault(line.number, "is not JSON")
                continue
            yield _example(value, line.number)


def _document(source: Source) -> Iterator[Example | Fault]:
    text = ""
    for chunk in source.chunks():
        text += chunk
        if len(text) > MAX_DOCUMENT:
            raise ArtifactRejected("is larger than 64 MB; write one example a line", name=source.artifact.name)
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ArtifactRejected(f"is not JSON: {error}", name=source.artifact.name) from error
    for number, value in enumerate(values, start=1):
        yield _example(value, number)


def _table(source: Source, form: table.Form) -> Iterator[Example | Fault]:
    if not form.header:
        if len(form.columns) != 2:
            raise ArtifactRejected("has no header; name the columns text and label", name=source.artifact.name)
        form = table.Form(form.delimiter, tuple(_sides(form.columns)), header=False, escaped=form.escaped)
    elif not any(fields.folded(name) in LABEL for name in form.columns):
        names = ", ".join(form.columns)
        raise ArtifactRejected(f"has no column called label; its columns are: {names}", name=source.artifact.name)
    for item in table.records(source.lines(), form):
        yield item if isinstance(item, Fault) else _example(item.cells, item.line)


def _sides(columns: tuple[str, ...]) -> Iterator[str]:
    """Of two columns without names the wordier one, which has been found, is the text."""
    return ("text" if name == "text" else "label" for name in columns)


def _example(value: object, line: int) -> Example | Fault:
    if isinstance(value, list) and len(value) == 2:
        value = {"text": value[0], "label": value[1]}
    if not isinstance(value, Mapping):
        return Fault(line, "is no object with a text and a label")
    text = fields.pick(value, fields.TEXT, _words)
    label = fields.pick(value, LABEL, _words)
    if text is None or label is None:
        missing = "text" if text is None else "label"
        return Fault(line, f"has no {missing}")
    return Example(text, label, line)


def _words(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return mended(str(value)).strip() or None
