"""Deployments: planted faults found on their line, what is said of clean files, and the time for 2,000 lines.

The clean files and the faults are those of the tests (`tests/analyzers/design/twins`), so the recall says that nothing
was lost, not how it is on files that nobody here has seen: that is `design_mutations.py`.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from time import process_time

from faultline.analyzers.design.analyzer import DesignOptions
from faultline.analyzers.design.bundle import pack
from faultline.core.artifact import Artifact
from faultline.core.finding import Finding
from faultline.engine import analyze
from measure import row

TWINS = Path(__file__).parents[1] / "tests" / "analyzers" / "design" / "twins"
MAX_S = 0.2
LINES = 2_000


def main() -> int:
    """Print the figures."""
    if not TWINS.is_dir():
        print("not present: the twins of the tests")
        return 0
    clean = {path.name: path.read_text("utf-8") for path in sorted(TWINS.iterdir()) if path.suffix != ".toml"}
    faults = [each for each in tomllib.loads((TWINS / "faults.toml").read_text("utf-8"))["fault"] if "rule" in each]
    found = 0
    for fault in faults:
        text = clean[fault["file"]].replace(fault["old"], fault["new"], 1)
        place = f"\n{text}".find(f"\n{fault['at']}")
        line = text[: place if place >= 0 else text.index(fault["at"])].count("\n") + 1
        found += any(
            line in (place.start_line for place in (*each.places, *([each.location] if each.location else [])))
            for each in told(fault["file"], text)
            if each.rule_id == fault["rule"]
        )
    flagged = sum(bool(told(name, text)) for name, text in clean.items())
    kept = [
        row("faults planted", len(faults), ""),
        row("found on their line", 100 * found / len(faults), "%", at_least=90),
        row("clean files with something told", 100 * flagged / len(clean), "%", at_most=2),
    ]
    for name in ("forum.k8s.yaml", "shop.compose.yaml", "platform.tf"):
        kept.append(row(f"CPU of {LINES} lines like {name}", seconds(name, clean[name]), "s", at_most=MAX_S))
    return 0 if all(kept) else 1


def told(name: str, text: str) -> list[Finding]:
    """What is told of one file at the default level."""
    return list(
        analyze(
            Artifact.from_bytes("design", "design.zip", pack({name: text.encode()})), DesignOptions()
        ).report.findings
    )


def seconds(name: str, text: str) -> float:
    """CPU of all agents for a file of so many lines, made of copies with other names; the best of three."""
    copies = LINES // text.count("\n") + 1
    if name.endswith(".tf"):
        large = "\n".join(text.replace('" {', f'{copy}" {{') for copy in range(copies))
    elif "k8s" in name:
        large = "\n---\n".join(
            text.replace("forum", f"forum{copy}").replace("digest", f"digest{copy}") for copy in range(copies)
        )
    else:
        head, _, rest = text.partition("services:\n")
        body, _, tail = rest.partition("\nvolumes:")
        services = "\n".join(_renamed(body, copy) for copy in range(copies))
        large = f"{head}services:\n{services}\nvolumes:{tail}"
    best = float("inf")
    for _ in range(3):
        begun = process_time()
        told(name, large)
        best = min(best, process_time() - begun)
    return best


def _renamed(services: str, copy: int) -> str:
    for each in ("gateway", "catalog", "checkout", "bookdb", "cache"):
        services = services.replace(f" {each}:", f" {each}{copy}:").replace(f"@{each}:", f"@{each}{copy}:")
    return services


if __name__ == "__main__":
    sys.exit(main())
