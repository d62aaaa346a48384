"""Comments that say that something is not to be told: `noqa`, `nosec`, `eslint-disable-line`, `NOLINT`, our own.

    x = eval(text)  # noqa: S307             flake8, ruff          # nosec B307             bandit, gosec
    run(text)  // eslint-disable-line no-eval, NOLINT(name)        // eslint-disable-next-line, NOLINTNEXTLINE
    query(text)  // nosemgrep                                      //nolint:gosec
    x = 1  # faultline: ignore[style/*] because it is so           also on a line of its own, for the next one
    # faultline: ignore-file[security/weak-hash] checksums only    among the first 20 lines, for the whole file

Only those count that the base had, on the same line or on the one that it replaces: who proposes a change must not
switch off what looks at it. A new one counts once it is merged, and until then the finding says so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from faultline.analyzers.review.change import ChangedFile
from faultline.analyzers.review.linemap import LineMap
from faultline.analyzers.review.news import code_of_line, likeness
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.source import Source
from faultline.analyzers.review.weaknesses import numbers, numbers_of
from faultline.core.globs import rule_matches

ARRIVES: Final = "A comment that would suppress this comes with the change itself; it counts once it is merged."
HEAD_LINES: Final = 20
LIKE: Final = 0.5
MAX_LINES: Final = 50
"""Lines of a finding that are looked at for a comment."""
_WORD = re.compile(r"\w+")
_MARK = re.compile(r"#|//|/\*|--|<!--|;")
_HINT = re.compile(r"noqa|nosec|nosemgrep|nolint|eslint-|oxlint-|faultline:", re.IGNORECASE)
_CODES = r"[A-Za-z0-9_@/.*-]{1,80}(?:[ \t]{0,3},[ \t]{0,3}[A-Za-z0-9_@/.*-]{1,80}){0,20}"
_FORMS: Final = tuple(
    (re.compile(form), whose)
    for form, whose in (
        (r"(?i:faultline: {0,3})(?P<file>(?i:ignore-file))(?:\[(?P<codes>[^\]\n]{1,400})\])?", "faultline"),
        (r"(?i:faultline: {0,3}ignore)(?!-)(?:\[(?P<codes>[^\]\n]{1,400})\])?", "faultline"),
        (rf"(?P<file>(?i:ruff|flake8)): {{0,3}}(?i:noqa)(?::[ \t]{{0,3}}(?P<codes>{_CODES}))?", "noqa"),
        (rf"(?i:noqa)\b(?::[ \t]{{0,3}}(?P<codes>{_CODES}))?", "noqa"),
        (r"(?i:nosec)\b(?::|(?= ))?[ \t]{0,3}(?P<codes>[BG]\d{3}(?:[ \t,]{1,3}[BG]\d{3}){0,20})?", "nosec"),
        (rf"(?i:nosemgrep)\b(?::[ \t]{{0,3}}(?P<codes>{_CODES}))?", "nosemgrep"),
        (rf"(?:eslint|oxlint)-disable-(?P<where>next-line|line)[ \t]{{0,3}}(?P<codes>{_CODES})?", "eslint"),
        (rf"(?P<file>(?:eslint|oxlint)-disable)(?![-\w])[ \t]{{0,3}}(?P<codes>{_CODES})?", "eslint"),
        (r"NOLINT(?P<where>NEXTLINE)?(?!BEGIN|END)\b(?:\((?P<codes>[^()\n]{1,400})\))?", "nolint"),
        (rf"(?<![\w-])nolint\b(?::(?P<codes>{_CODES}))?", "nolint"),
    )
)
_SECURITY_ONLY: Final = ("nosec", "nosemgrep")
_SECURITY_TOOLS: Final = ("gosec",)


@dataclass(frozen=True, slots=True)
class Directive:
    """What one comment says: the line it is about, 0 for the whole file, whose words it has, and what it names."""

    target: int
    whose: str
    codes: frozenset[str]
    text: str

    def covers(self, names: Names) -> bool:
        """Whether it means a finding that goes by these names."""
        if not self.codes:
            return self.whose not in _SECURITY_ONLY or names.rule.startswith("security/")
        return any(self._means(code, names) for code in self.codes)

    def _means(self, code: str, names: Names) -> bool:
        if rule_matches(code, names.rule):
            return True
        if names.rule.startswith("security/") and (names.cwe & numbers_of(code) or code in _SECURITY_TOOLS):
            return True
        last = re.split(r"[./]", code)[-1].lower()
        told = {last_part(name) for name in (*names.codes, names.rule)}
        # flake8 takes the beginning of a code for all that begin so.
        return last in told or (self.whose == "noqa" and any(name.startswith(code) for name in names.codes))


@dataclass(frozen=True, slots=True)
class Names:
    """All that a finding goes by: our rule, its CWE numbers, and the codes of the tools that saw it."""

    rule: str
    cwe: frozenset[int]
    codes: frozenset[str]


def names_of(each: Observation, codes: frozenset[str] = frozenset()) -> Names:
    """The names of an observation; `codes` are those of others that saw the same."""
    own = {each.code} if each.code else set()
    return Names(each.rule, numbers(catalogue()[each.rule].cwe), codes | own)


def last_part(name: str) -> str:
    """A tool's name for a rule without the names of the tool and the plugin: `eslint(no-eval)` as `no-eval`."""
    return re.split(r"[/(:]", name.rstrip(")"))[-1].lower()


def directives(source: Source) -> Iterator[Directive]:
    """The comments of one version of a file that suppress something, in order."""
    for number, line in enumerate(source.lines, 1):
        if len(line) > 2_000 or not _HINT.search(line):
            continue
        mark = _MARK.search(line)
        if mark is None:
            continue
        comment, alone = line[mark.start() :], not line[: mark.start()].strip()
        for form, whose in _FORMS:
            if found := form.search(comment):
                groups = found.groupdict()
                if groups.get("file"):
                    if number > HEAD_LINES:
                        break
                    target = 0
                elif groups.get("where") in ("next-line", "NEXTLINE") or (alone and whose in _ALONE):
                    target = _next(source, number)
                else:
                    target = number
                codes = frozenset(filter(None, re.split(r"[\s,]+", groups.get("codes") or "")))
                yield Directive(target, whose, codes, found[0].strip())
                break


_ALONE: Final = ("faultline", "nosemgrep")


def _next(source: Source, number: int) -> int:
    """The next line that is not empty."""
    following = (at for at in range(number + 1, min(number + 5, len(source.lines)) + 1) if source.lines[at - 1].strip())
    return next(following, number + 1)


class Verdict(Enum):
    """What the comments say of a finding."""

    TOLD = auto()
    SUPPRESSED = auto()
    ARRIVING = auto()
    """There is such a comment, and the change brings it."""


class Comments:
    """The comments of both versions of a file.

    Args:
        file: the file.
        whole: whether whole files are reviewed; then there is no base to ask, and the file's own comments count.

    """

    def __init__(self, file: ChangedFile, lines: LineMap, *, whole: bool = False) -> None:
        self._file = file
        self._lines = lines
        self._whole = whole
        self._head = _by_target(file.head)
        self._base = {} if whole else _by_target(file.base)
        self._replaced = dict(self._pairs()) if self._head and self._base else {}

    def of_base(self, each: Observation) -> bool:
        """Whether a comment of the old version was about what is seen in it."""
        return _covering(self._base, each, names_of(each)) is not None

    def about(self, each: Observation, codes: frozenset[str] = frozenset()) -> tuple[Verdict, str]:
        """What the comments say of something seen in the new version, and in which words."""
        names = names_of(each, codes)
        arriving = ""
        for target in (0, *range(each.line, _end(each) + 1)):
            for directive in self._head.get(target, ()):
                if directive.covers(names):
                    if self._whole or self._known(target, names):
                        return Verdict.SUPPRESSED, directive.text
                    arriving = directive.text
        return (Verdict.ARRIVING, arriving) if arriving else (Verdict.TOLD, "")

    def _known(self, target: int, names: Names) -> bool:
        """Whether the base said the same of the line that this one was, or that it replaces."""
        before = 0 if target == 0 else self._lines.old(target) or self._replaced.get(target)
        return before is not None and any(directive.covers(names) for directive in self._base.get(before, ()))

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """New lines that a comment is about, each with the line that it replaces: its copy, or a like one beside it."""
        assert self._file.head
        assert self._file.base
        left = [target for target in self._base if target in self._lines.removed]
        new = [target for target in self._head if target in self._lines.added]
        for target in list(new):
            code = code_of_line(self._file.head, target)
            copy = next((other for other in left if code_of_line(self._file.base, other) == code), None)
            if copy is not None:
                left.remove(copy)
                new.remove(target)
                yield target, copy
        for target in new:
            near = [
                (likeness(_words(self._file.head, target), _words(self._file.base, other)), other)
                for other in left
                if self._lines.removed[other] == self._lines.added[target]
            ]
            like, best = max(near, default=(0.0, 0))
            if like >= LIKE:
                left.remove(best)
                yield target, best


def _words(source: Source, line: int) -> str:
    """The words of a line before its remark; marks and brackets make short lines all too like."""
    text = source.lines[line - 1][:2_000] if line <= len(source.lines) else ""
    return " ".join(_WORD.findall(_MARK.split(text, maxsplit=1)[0]))


def _end(each: Observation) -> int:
    return min(max(each.end_line, each.line), each.line + MAX_LINES)


def _by_target(source: Source | None) -> dict[int, Sequence[Directive]]:
    told: defaultdict[int, list[Directive]] = defaultdict(list)
    for directive in directives(source) if source is not None else ():
        told[directive.target].append(directive)
    return dict(told)


def _covering(told: dict[int, Sequence[Directive]], each: Observation, names: Names) -> Directive | None:
    targets = (0, *range(each.line, _end(each) + 1))
    return next((found for at in targets for found in told.get(at, ()) if found.covers(names)), None)
