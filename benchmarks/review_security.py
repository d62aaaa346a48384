"""How many weaknesses the security agent finds in Python, and how many safe twins it flags, next to bandit and semgrep.

Over the project's own labelled samples: those of the data flows (`before` was written before the pass, `aside` away
from it, `bodies` and the combined paths with it) and those of the weaknesses that show in one place. All tools see the
same files in the same run; a tool finds a sample where it reports one of the rule's CWEs, or one of those that the tool
itself gives to what the rule names.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.analyzers.review.security.flows.paths import paths  # noqa: E402
from tests.analyzers.review.security.flows.samples import GROUPS, samples  # noqa: E402

from faultline.analyzers.review import security  # noqa: E402
from faultline.analyzers.review.rules import catalogue  # noqa: E402 - the samples are found by the path above
from faultline.analyzers.review.source import Source  # noqa: E402

SCORE = 0.60
"""Mean over the rules of the share of real samples found minus that of safe ones flagged."""
MILLISECONDS = 10.0
OTHERS = {
    "code-injection": {"CWE-78", "CWE-95"},
    "unsafe-deserialization": {"CWE-20"},
    "ssrf": {"CWE-22"},
    "xxe": {"CWE-20"},
    "xpath-injection": {"CWE-643"},
    "template-injection": {"CWE-79", "CWE-96"},
    "weak-random": {"CWE-330"},
}
"""By what other numbers the tools know the same."""


@dataclass(frozen=True)
class Case:
    """A labelled file."""

    group: str
    rule: str
    real: bool
    code: str


def cases() -> Iterator[Case]:
    """All samples there are."""
    for group in GROUPS:
        yield from (Case(group, each.rule, each.real, each.code) for each in samples(group))
    for rule, real, code in paths():
        yield Case("paths", rule, real, code)
    folder = ROOT / "tests/analyzers/review/security/python/samples"
    for file in sorted(folder.glob("*.toml")):
        for each in tomllib.loads(file.read_text("utf-8")).get("case", ()):
            for label, real in (("bad", True), ("good", False)):
                codes = each.get(label, ())
                for code in [codes] if isinstance(codes, str) else codes:
                    yield Case(f"python/{file.stem}", each["rule"], real, code.lstrip())


def wanted(rule: str) -> set[str]:
    """The CWEs by which a tool shows that it means a rule."""
    known = catalogue().get(f"security/{rule}")
    return {*(known.cwe if known else ()), *OTHERS.get(rule, ())}


def ours(found: Sequence[Case]) -> tuple[list[bool], float]:
    """Which cases our checks find, and milliseconds for each file."""
    hits = []
    begun = perf_counter()
    for case in found:
        source = Source("app.py", case.code)
        hits.append(any(each.rule == f"security/{case.rule}" for check in security.CHECKS for each in check(source)))
    return hits, (perf_counter() - begun) * 1000 / len(found)


def program(name: str) -> str | None:
    """A tool beside our Python, or on the path."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def bandit(found: Sequence[Case], folder: Path, command: str) -> list[bool]:
    """Which cases bandit finds."""
    done = subprocess.run([command, "-r", "-f", "json", "-q", str(folder)], capture_output=True, text=True)
    told: dict[str, set[str]] = defaultdict(set)
    for each in json.loads(done.stdout)["results"]:
        told[Path(each["filename"]).name].add(f"CWE-{each['issue_cwe'].get('id')}")
    return [bool(told[f"f{number}.py"] & wanted(case.rule)) for number, case in enumerate(found)]


def semgrep(found: Sequence[Case], folder: Path, command: str, rules: Path) -> list[bool]:
    """Which cases semgrep finds with rules that lie in a folder or file."""
    done = subprocess.run(
        [
            command,
            "scan",
            "--json",
            "--quiet",
            "--metrics=off",
            "--disable-version-check",
            "--config",
            str(rules),
            str(folder),
        ],
        capture_output=True,
        text=True,
    )
    told: dict[str, set[str]] = defaultdict(set)
    for each in json.loads(done.stdout)["results"]:
        named = each["extra"]["metadata"].get("cwe", [])
        for cwe in [named] if isinstance(named, str) else named:
            told[Path(each["path"]).name].add(cwe.partition(":")[0].strip())
    return [bool(told[f"f{number}.py"] & wanted(case.rule)) for number, case in enumerate(found)]


def scores(found: Sequence[Case], hits: Sequence[bool]) -> dict[str, tuple[float, float]]:
    """By rule, the share of real samples found and of safe ones flagged."""
    counts: Counter[tuple[str, bool, bool]] = Counter(
        (case.rule, case.real, hit) for case, hit in zip(found, hits, strict=True)
    )
    out = {}
    for rule in sorted({case.rule for case in found}):
        shares = []
        for real in (True, False):
            hit, missed = counts[rule, real, True], counts[rule, real, False]
            shares.append(hit / (hit + missed) if hit + missed else 0.0)
        out[rule] = (shares[0], shares[1])
    return out


def mean(shares: Mapping[str, tuple[float, float]]) -> float:
    """The mean over the rules of what is found minus what is wrongly flagged."""
    return sum(real - safe for real, safe in shares.values()) / len(shares) if shares else 0.0


def table(found: Sequence[Case], columns: Mapping[str, Sequence[bool]]) -> None:
    """A line for each rule."""
    counted = Counter(case.rule for case in found)
    by_tool = {name: scores(found, hits) for name, hits in columns.items()}
    print(f"{'rule':28}{'files':>6}  " + "".join(f"{name + ' TPR  FPR':>22}" for name in columns))
    for rule in sorted(counted):
        figures = "".join(f"{by_tool[name][rule][0]:>17.2f} {by_tool[name][rule][1]:>4.2f}" for name in columns)
        print(f"{rule:28}{counted[rule]:>6}  {figures}")
    print(f"{'mean TPR - FPR':36}" + "".join(f"{mean(by_tool[name]):>22.2f}" for name in columns))


def groups(found: Sequence[Case], hits: Sequence[bool]) -> Iterable[str]:
    """A line for each group of samples."""
    for group in dict.fromkeys(case.group for case in found):
        pairs = [(case, hit) for case, hit in zip(found, hits, strict=True) if case.group == group]
        real = [hit for case, hit in pairs if case.real]
        safe = [hit for case, hit in pairs if not case.real]
        yield f"  {group:24} found {sum(real):4} of {len(real):4}   wrongly flagged {sum(safe):3} of {len(safe):4}"


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--semgrep-rules", type=Path, help="a folder or file of semgrep rules")
    arguments = parser.parse_args()
    found = list(cases())
    hits, milliseconds = ours(found)
    columns: dict[str, Sequence[bool]] = {"faultline": hits}
    with TemporaryDirectory() as name:
        folder = Path(name)
        for number, case in enumerate(found):
            (folder / f"f{number}.py").write_text(case.code, "utf-8")
        if command := program("bandit"):
            columns["bandit"] = bandit(found, folder, command)
        else:
            print("bandit: not present")
        if (command := program("semgrep")) and arguments.semgrep_rules:
            columns["semgrep"] = semgrep(found, folder, command, arguments.semgrep_rules)
        else:
            print("semgrep: not present" if not command else "semgrep: no --semgrep-rules")
    table(found, columns)
    print("\n".join(groups(found, hits)))
    score = mean(scores(found, hits))
    for name in columns:
        if name != "faultline" and (other := mean(scores(found, columns[name]))) > 0:
            print(f"faultline / {name}: {score / other:.1f} times its mean TPR - FPR")
    print(f"score {score:.2f} (at least {SCORE}), {milliseconds:.1f} ms a file (at most {MILLISECONDS:.0f})")
    return int(score < SCORE or milliseconds > MILLISECONDS)


if __name__ == "__main__":
    sys.exit(main())
