"""How well the rules of the languages other than Python tell bad code from good, and how fast they are.

Two sets, both our own: the examples that stand beside every pattern (`bad` and `good`), and the samples of the tests,
for each language a file that is insecure and its clean twin. What share of bad lines is found (TPR) and of good texts
flagged (FPR) among one's own examples says that nothing broke, not how the rules do elsewhere. For that, name a folder
of other people's code: findings per 1,000 lines of it are printed, by language and rule.

    python benchmarks/review_languages.py [FOLDER]
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.analyzers.review.languages.scoring import CHECKS, scores
from tests.analyzers.review.languages.test_patterns import PACKAGES, found_by

from faultline.analyzers.review.language import Language, language_of
from faultline.analyzers.review.patterns import load
from faultline.analyzers.review.source import Source

LEAST_FOUND = 0.95
MOST_FLAGGED = 0.05
MOST_SECONDS = 0.030
"""CPU time for a file of the samples, all checks of all three agents together, once the patterns are read."""
MOST_BYTES = 400_000
_PASSED_OVER = frozenset({"node_modules", "dist", "build", "umd", "test", "tests", "__tests__", "spec", ".git"})


def examples() -> tuple[float, float]:
    """The shares of bad and of good examples of the patterns that are found; printed by language."""
    found: dict[Language, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for package in PACKAGES:
        for pattern in load(package):
            for language in pattern.languages:
                for bad, texts in ((True, pattern.bad), (False, pattern.good)):
                    found[language].update((bad, found_by(pattern, language, text)) for text in texts)
    total: Counter[tuple[bool, bool]] = Counter()
    for language, counts in sorted(found.items()):
        total += counts
        print(f"  {language:<12} {_shares(counts)}")
    print(f"  {'all':<12} {_shares(total)}")
    return _share(total, bad=True), _share(total, bad=False)


def _share(counts: Counter[tuple[bool, bool]], *, bad: bool) -> float:
    return counts[bad, True] / max(counts[bad, True] + counts[bad, False], 1)


def _shares(counts: Counter[tuple[bool, bool]]) -> str:
    bad, good = (counts[each, True] + counts[each, False] for each in (True, False))
    return f"TPR {_share(counts, bad=True):.3f} of {bad:>4}   FPR {_share(counts, bad=False):.3f} of {good:>4}"


def samples() -> tuple[float, float]:
    """The shares of lines found and of clean files flagged, and seconds a file."""
    every = list(scores())
    started = process_time()
    every = list(scores())
    seconds = (process_time() - started) / len(every)
    lines = sum(len(each.expected) for each in every)
    found = lines - sum(len(each.missed) for each in every)
    clean = [each for each in every if not each.expected]
    flagged = sum(1 for each in clean if each.false)
    more = sum(len(each.false) for each in every)
    print(f"  {found} of {lines} lines found, {flagged} of {len(clean)} clean files flagged, {more} told in vain")
    print(f"  {seconds * 1000:.1f} ms of CPU a file")
    return (1.0 if seconds <= MOST_SECONDS else 0.0) * found / lines, flagged / len(clean)


def noise(folder: Path) -> None:
    """Findings per 1,000 lines of a folder, by language; then by rule."""
    lines, told, rules = Counter[str](), Counter[str](), Counter[str]()
    started = process_time()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        language = language_of(inside.as_posix())
        if language in (None, Language.PYTHON) or not _PASSED_OVER.isdisjoint(inside.parts) or ".min." in path.name:
            continue
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            continue
        source = Source(inside.as_posix(), path.read_text("utf-8", "replace"))
        lines[language] += len(source.lines)
        seen = {(each.rule, each.line) for check in CHECKS for each in check(source)}
        told[language] += len(seen)
        rules.update(rule for rule, _ in seen)
    for name, count in lines.most_common():
        print(f"  {name:<16} {count:>8} lines  {told[name]:>5} told  {told[name] / count * 1000:.2f} per 1,000")
    print(
        f"  {process_time() - started:.1f} s of CPU; " + ", ".join(f"{rule} {n}" for rule, n in rules.most_common(12))
    )


def main() -> int:
    print("examples beside the patterns")
    found, flagged = examples()
    print("samples")
    lines, files = samples()
    if len(sys.argv) > 1:
        print(f"noise in {sys.argv[1]}")
        noise(Path(sys.argv[1]))
    return int(min(found, lines) < LEAST_FOUND or max(flagged, files) > MOST_FLAGGED)


if __name__ == "__main__":
    raise SystemExit(main())
