"""Learns intents from labelled examples, shows how well, and writes them down."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from faultline import embedding
from faultline.analyzers.conversation.labels import Example, read_labels
from faultline.cli import inputs
from faultline.cli.exits import Exit
from faultline.cli.progress import waiting
from faultline.cli.weights import prepare
from faultline.core.errors import ArtifactRejected, UsageError
from faultline.engine.render.untrusted import one_line, plural

if TYPE_CHECKING:
    from faultline.analyzers.conversation.learning import Trained

SUFFIX = ".taxonomy"
MAX_FAULTS = 20
"""So many lines that could not be read are named; the rest is counted."""
MAX_LABEL = 40


def learn(name: str, output: str | None, *, as_json: bool) -> Exit:
    """Learn from the labelled examples in a file and write the taxonomy.

    Args:
        name: the file as on the command line.
        output: where to write; None for beside the labels.
        as_json: print the scores for a program.

    Raises:
        ArtifactRejected: the labels cannot be read.
        UsageError: nothing can be learned from them, or the taxonomy cannot be written.

    """
    if not embedding.available():
        raise embedding.MissingExtra
    if output is None and name == inputs.STDIN:
        raise UsageError("labels from standard input need --output FILE")
    target = Path(output) if output is not None else Path(name).with_suffix(SUFFIX)
    examples = _examples(name)
    prepare()
    from faultline.analyzers.conversation import taxonomy

    with waiting(f"learning from {plural(len(examples), 'example')}"):
        trained = taxonomy.train([each.text for each in examples], [each.label for each in examples])
    data = trained.taxonomy.to_bytes()
    _write(target, data)
    if as_json:
        print(json.dumps(_document(trained, target, len(data)), indent=2, ensure_ascii=False))
    else:
        _show(trained, target, len(data))
    return Exit.OK


def _examples(name: str) -> list[Example]:
    examples, faults = [], 0
    with ExitStack() as cleanup:
        artifact = inputs.artifact("conversation", name, cleanup)
        for item in read_labels(artifact):
            if isinstance(item, Example):
                examples.append(item)
                continue
            faults += item.lost
            if faults <= MAX_FAULTS:
                print(f"faultline: {one_line(artifact.name)}: not read: {one_line(str(item))}", file=sys.stderr)
        if faults > MAX_FAULTS:
            print(f"faultline: and {faults - MAX_FAULTS:,} more lines that cannot be read", file=sys.stderr)
        if not examples:
            raise ArtifactRejected("holds no labelled example", name=artifact.name)
    return examples


def _write(target: Path, data: bytes) -> None:
    """Write all of it or nothing: an analysis may read the old one at this very moment."""
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}-", delete=False) as made:
            made.write(data)
        Path(made.name).chmod(0o644)
        Path(made.name).replace(target)
    except OSError as error:
        raise UsageError(f"{one_line(str(target))}: cannot be written: {error.strerror}") from error


def _document(trained: Trained, target: Path, size: int) -> dict[str, object]:
    return {
        "taxonomy": str(target),
        "bytes": size,
        "version": trained.taxonomy.version,
        "labels": list(trained.taxonomy.labels),
        "scores": asdict(trained.scores),
        "warnings": list(trained.warnings),
    }


def _show(trained: Trained, target: Path, size: int) -> None:
    scores = trained.scores
    how = f"{scores.folds}-fold cross-validation" if scores.folds > 1 else "judged by a quarter that was held out"
    print(f"{len(scores.labels)} intents from {scores.examples:,} examples, {how}")
    print()
    width = min(MAX_LABEL, max(6, *(len(each.label) for each in scores.labels)))
    print(f"  {'intent':<{width}}  examples  precision  recall    F1")
    for each in sorted(scores.labels, key=lambda each: (each.f1, each.label)):
        row = f"{one_line(each.label, width):<{width}}  {each.examples:>8,}  {each.precision:>9.2f}"
        print(f"  {row}  {each.recall:>6.2f}  {each.f1:>4.2f}")
    print()
    print(f"  right           {scores.accuracy:.1%}, mean F1 {scores.macro_f1:.2f}")
    print(f"  by tier         {scores.static_accuracy:.1%} by static vectors, {scores.minilm_accuracy:.1%} by MiniLM")
    print(f"  goes to MiniLM  {scores.escalated:.0%} of the texts")
    print(f"  confidence      off by {scores.calibration_error:.3f} on average")
    for warning in _few(trained.warnings):
        print(f"  ! {one_line(warning, 400)}")
    print()
    print(f"wrote {one_line(str(target))} ({size / 1000:,.0f} KB), version {trained.taxonomy.version}")


def _few(warnings: Sequence[str]) -> list[str]:
    if len(warnings) <= MAX_FAULTS:
        return list(warnings)
    return [*warnings[:MAX_FAULTS], f"and {len(warnings) - MAX_FAULTS:,} more"]
