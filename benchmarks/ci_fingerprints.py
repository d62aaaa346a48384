"""Whether a failure keeps its fingerprint on another runner, and two failures never share one.

200 of the labelled logs are perturbed: other checkout folders, times, ids, numbers, and the output of another process
mixed in between. A split is a failure whose fingerprint changes; a false merge is a failure that has the fingerprint of
one whose labelled chunk, without numbers and folders, has no line in common with its own.
"""

from __future__ import annotations

import gzip
import hashlib
import random
import re
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from ci_runner import LABELS, LOGS, present, read_jsonl, run_faultline
from measure import row

COUNT = 200
MAX_SPLITS, MAX_MERGES = 0.03, 0.01

_FOLDER = re.compile(r"/(?:home|Users)/travis/build/[\w.-]+/[\w.-]+")
_CLOCK = re.compile(r"\b\d\d:\d\d:\d\d\b")
_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
_HEX = re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,40}\b")
_SECONDS = re.compile(r"\b\d+\.\d+(?= ?s(?:ec(?:ond)?s?)?\b)")
_PLACE = re.compile(r"(?<=:)\d+(?=:\d+\b)")
_FRAME = re.compile(r"travis_|exited with|^\$ |\x1b\[0K\$")


def perturb(text: str, seed: str) -> str:
    """The same failure as another runner would log it, at another time, with another process writing in between."""
    chance = random.Random(seed)
    digits = "0123456789abcdef"
    folder = f"/builds/{chance.choice(['team', 'ci-7f', 'pool/x2'])}/{chance.randrange(10**6)}/src"
    text = _FOLDER.sub(folder, text)
    text = _CLOCK.sub(lambda _: f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}", text)
    text = _DATE.sub(lambda _: f"2031-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}", text)
    text = _HEX.sub(lambda found: "a1" + "".join(chance.choice(digits) for _ in found.group(0)[2:]), text)
    text = _SECONDS.sub(lambda _: f"{chance.uniform(0, 500):.3f}", text)
    text = _PLACE.sub(lambda found: str(int(found.group(0)) + chance.randrange(40)), text)
    rows: list[str] = []
    for line in text.split("\n"):
        rows.append(line)
        if chance.random() < 0.05 and not _FRAME.search(line):
            rows.append(f"worker_{chance.randrange(1, 4)}  | heartbeat {chance.randrange(10**5)} ok\r")
    return "\n".join(rows)


def key(text: str) -> set[str]:
    """The labelled lines without numbers and folders, to tell whether two failures have anything in common."""
    bare = (re.sub(r"\d+", "#", re.sub(r"(?:/[\w.-]+)+/", "/", line.strip())) for line in text.splitlines())
    return {line for line in bare if len(line) > 8}


def main() -> int:
    """Print the share of splits and false merges; 1 when a limit is missed."""
    if not present():
        return 0
    chosen = sorted(read_jsonl(LABELS), key=lambda label: hashlib.sha256(label["log"].encode()).hexdigest())[:COUNT]
    with tempfile.TemporaryDirectory() as temp:
        originals, changed = [], []
        for label in chosen:
            text = gzip.decompress((LOGS / label["log"]).read_bytes()).decode("utf-8", "replace")
            name = label["log"].replace("/", "_").removesuffix(".gz")
            for paths, prefix, content in (
                (originals, "a", text),
                (changed, "b", perturb(text, label["log"])),
            ):
                path = Path(temp) / f"{prefix}-{name}"
                path.write_text(content, encoding="utf-8", newline="")
                paths.append(path)
        before = {r["artifact"]["name"]: r["result"]["fingerprint"] for r in run_faultline(originals)}
        after = {r["artifact"]["name"]: r["result"]["fingerprint"] for r in run_faultline(changed)}
    first = [before[str(path)] for path in originals]
    second = [after[str(path)] for path in changed]
    splits = sum(one != other for one, other in zip(first, second, strict=True))
    groups: dict[str | None, list[int]] = defaultdict(list)
    for index, name in enumerate(first):
        groups[name].append(index)
    merged = {
        index
        for members in groups.values()
        for index in members
        for other in members
        if index != other and not key(chosen[index]["chunk"]) & key(chosen[other]["chunk"])
    }
    print(f"{len(groups)} fingerprints of {len(chosen)} failures")
    kept = [
        row("splits after perturbation", splits / len(chosen), "", at_most=MAX_SPLITS),
        row("failures in a false merge", len(merged) / len(chosen), "", at_most=MAX_MERGES),
    ]
    if "--show" in sys.argv:
        for index in sorted(merged):
            print("merged", chosen[index]["log"], first[index])
        for index, (one, other) in enumerate(zip(first, second, strict=True)):
            if one != other:
                print("split ", chosen[index]["log"])
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
