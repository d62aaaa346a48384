"""How much a review says about released changes of open-source packages, next to plain `ruff check` on the same lines.

Each change is the step from one released source distribution to the next: it was reviewed by its maintainers, and ran
for thousands of users, so nearly all that a tool says about it is noise. Three packages served to choose the rules'
severities; three were kept back (`--held-out`). Everything from severity `low` up counts; `info` is not posted.

The distributions come through pip, once, into a folder of the system's for temporary files. Where no registry is
reached, it says so and ends with 0.
"""

from __future__ import annotations

import difflib
import json
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from faultline.analyzers.review.bundle import Bundle, pack
from faultline.core.artifact import Artifact
from faultline.core.finding import Finding, Severity
from faultline.engine import analyze
from measure import row

TUNING = {
    "flask": "3.0.0 3.0.1 3.0.2 3.0.3 3.1.0 3.1.1 3.1.2",
    "requests": "2.29.0 2.30.0 2.31.0 2.32.2 2.32.3 2.32.4 2.32.5",
    "marshmallow": "4.0.0 4.0.1 4.1.0 4.1.1 4.1.2 4.2.0 4.3.0",
}
HELD_OUT = {
    "jinja2": "3.0.1 3.0.2 3.0.3 3.1.0 3.1.1 3.1.2 3.1.3",
    "tornado": "6.4.2 6.5 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5",
    "httpie": "2.4.0 2.5.0 2.6.0 3.0.0 3.0.1 3.0.2 3.1.0",
}
FAMILIES = "F,B,PLE,PLW,RUF,ASYNC,TRY,DTZ,BLE,PERF,C4,E,W,N,UP,SIM,RET,I,S,C90"
"""What `ruff check` is asked for beside: the families that the five agents draw on."""
KEPT = frozenset((".py", ".pyi", ".toml", ".cfg", ".txt", ".js", ".ts", ".html", ".yml", ".yaml"))
MAX_BYTES = 1_000_000
STORE = Path(tempfile.gettempdir()) / "faultline-benchmarks" / "sdists"


@dataclass(frozen=True, slots=True)
class Step:
    """From one release to the next."""

    name: str
    bundle: bytes
    added: dict[str, frozenset[int]]
    heads: dict[str, bytes]


def fetched(package: str, version: str) -> Path | None:
    """The source distribution in the store, downloaded if need be; None where that is not possible."""
    STORE.mkdir(parents=True, exist_ok=True)
    if not (found := _stored(package, version)):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "-d"]
        subprocess.run([*command, STORE, f"{package}=={version}"], check=False, capture_output=True, timeout=300)
        found = _stored(package, version)
    return found


def _stored(package: str, version: str) -> Path | None:
    names = (each for each in STORE.glob("*.tar.gz") if each.name.lower() == f"{package}-{version}.tar.gz")
    return next(names, None)


def files(archive: Path) -> dict[str, bytes]:
    """The text files of a distribution, by their paths below its top folder; read in memory, never unpacked."""
    read = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            path = member.name.partition("/")[2]
            made = any(part.endswith(".egg-info") for part in path.split("/"))
            if member.isfile() and member.size <= MAX_BYTES and Path(path).suffix in KEPT and not made:
                stream = tar.extractfile(member)
                assert stream
                read[path] = stream.read()
    return read


def step(name: str, old: dict[str, bytes], new: dict[str, bytes]) -> Step:
    """The change between two sets of files, as a bundle."""
    changed = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
    diff, added = [], {}
    for path in changed:
        before, after = (_lines(each.get(path)) for each in (old, new))
        diff.append(f"diff --git a/{path} b/{path}\n")
        if path not in old:
            diff.append("new file mode 100644\n")
        elif path not in new:
            diff.append("deleted file mode 100644\n")
        names = ("/dev/null" if path not in old else f"a/{path}", "/dev/null" if path not in new else f"b/{path}")
        diff += difflib.unified_diff(before, after, *names)
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        blocks = (each for each in matcher.get_opcodes() if each[0] in ("insert", "replace"))
        added[path] = frozenset(line + 1 for _, _, _, start, end in blocks for line in range(start, end))
    bundle = Bundle(
        diff="".join(diff).encode(),
        bases={path: old[path] for path in changed if path in old},
        heads={path: new[path] for path in changed if path in new},
        tree={path: data for path, data in new.items() if path not in changed},
    )
    return Step(name, pack(bundle), added, {path: new[path] for path in changed if path in new})


def _lines(data: bytes | None) -> list[str]:
    text = (data or b"").decode("utf-8", "replace").replace("\r\n", "\n")
    return [f"{line}\n" for line in text.split("\n")[: -1 if text.endswith("\n") else None]] if text else []


def plain_ruff(change: Step) -> int:
    """What `ruff check` with the same families says about the added lines."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (path, data) in enumerate(sorted(change.heads.items())):
            if path.endswith(".py"):
                (Path(folder) / f"{number}.py").write_bytes(data)
        names = dict(enumerate(sorted(change.heads)))
        command = [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--isolated",
            "--no-cache",
            "--exit-zero",
            "--select",
            FAMILIES,
        ]
        done = subprocess.run([*command, "--output-format", "json", folder], capture_output=True, check=True)
        return sum(
            each["location"]["row"] in change.added[names[int(Path(each["filename"]).stem)]]
            for each in json.loads(done.stdout)
        )


def steps(packages: dict[str, str]) -> list[Step] | None:
    """All changes between the releases; None where one of them cannot be had."""
    found = []
    for package, versions in packages.items():
        archives = [fetched(package, version) for version in versions.split()]
        if None in archives:
            return None
        trees = [files(each) for each in archives if each]
        names = versions.split()
        found += [
            step(f"{package} {names[at]} -> {names[at + 1]}", trees[at], trees[at + 1]) for at in range(len(trees) - 1)
        ]
    return found


def told(change: Step) -> list[Finding]:
    """What the review says that would be posted."""
    report = analyze(Artifact.from_bytes("review", f"{change.name}.zip", change.bundle)).report
    return [each for each in report.findings if each.severity.at_least(Severity.LOW)]


def main() -> int:
    """Print comments a change and per 100 added lines; 1 when a limit is missed."""
    packages = HELD_OUT if "--held-out" in sys.argv[1:] else TUNING
    changes = steps(packages)
    if changes is None:
        print("the source distributions: not present, and no registry to fetch them from")
        return 0
    rules: Counter[str] = Counter()
    counts, lines, ruffs = [], 0, 0
    for change in changes:
        findings = told(change)
        added = sum(map(len, change.added.values()))
        rules.update(each.rule_id for each in findings)
        counts.append(len(findings))
        lines += added
        ruffs += (beside := plain_ruff(change))
        print(f"{change.name:<32} {added:>6} lines added {len(findings):>4} comments, ruff check {beside:>4}")
        if "--verbose" in sys.argv[1:]:
            for each in findings:
                at = each.location
                print(f"    {each.severity} {each.rule_id} {at.path if at else ''}:{at.start_line if at else ''}")
                print(f"        {each.description[:150]}\n        {(each.evidence or ('',))[0].strip()[:120]}")
    for rule, count in rules.most_common():
        print(f"    {rule:<50} {count:>4}")
    kept = [
        row("comments a change, median", statistics.median(counts), "", at_most=2),
        row("comments per 100 added lines", 100 * sum(counts) / lines, "", at_most=0.5),
    ]
    row("ruff check per 100 added lines", 100 * ruffs / lines, "", against=100 * sum(counts) / lines)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
