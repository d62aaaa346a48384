r"""Signatures: how a tool marks failure, kept as data in `signatures/*.toml`.

Each `[[signature]]` says how its line is recognised and, by the tool's own grammar, where its block of evidence begins
and ends. All patterns are RE2 (linear time on hostile input), matched on what a person sees (see `lines`).

    id          unique, "<tool>.<what>"
    family      number of the signature family in docs/signatures.md
    tool        what to call the tool in an answer
    category    class of the cause (`Category`)
    role        cause | summary | symptom | wrapper
    rank        0..100, how well this block explains a failure; by default that of its role
    probes      texts, at least one of which stands in every line that `match` accepts: they feed the fast scan. Each is
                literal, or between slashes a short pattern, as `/\.py:\d/`, where no literal is rare enough
    match       recognises the line; named groups may be used in `title` and `fix`; a group `test` names a failed test
    unless      a line that also matches this is no hit
    next        no hit unless the line below matches this
    above       no hit unless one of the lines above (at most `up_max`) matches this
    up_to       the block begins at the nearest line above (at most `up_max`) that matches this
    up_while    the block takes in the lines directly above that match this
    indent      the block goes on with lines indented deeper than its first
    while       the block goes on with lines that match this
    until       the block ends before a line that matches this
    through     the block ends after a line that matches this
    blanks      how many blank lines in a row may stand inside the block (1 by default)
    max         the most lines a block may have
    names       finds names of failed tests in the block's lines (group 1)
    title, fix  one sentence each; `{group}` is filled in from `match`

With neither `indent`, `while`, `until` nor `through` a block is its one line.
"""

from __future__ import annotations

import string
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

import re2

from faultline.core.results.ci import Category

Role = Literal["cause", "summary", "symptom", "wrapper"]
_RANK: dict[Role, int] = {"cause": 60, "summary": 40, "symptom": 25, "wrapper": 5}

EXPLAINS, EXACT_RANK = 50, 70
"""From these ranks on a block explains a failure, and does so exactly."""


class Pattern:
    """An RE2 pattern that is compiled when it is first used: a log needs some 20 of the 2,000 there are."""

    __slots__ = ("_compiled", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._compiled: Any = None

    @property
    def compiled(self) -> Any:
        """The compiled pattern; raises re2.error."""
        if self._compiled is None:
            self._compiled = re2.compile(self.pattern, _options())
        return self._compiled

    def search(self, text: str | bytes) -> Any:
        """The first match in `text`, or None."""
        return self.compiled.search(text)


class SignatureError(ValueError):
    """A signature file breaks its own rules."""


@dataclass(frozen=True, slots=True)
class Example:
    """A piece of a log written for a signature. Lines marked `> ` are the block it must find."""

    lines: tuple[str, ...]
    block: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """One way a tool marks failure. The fields are described at the top of this module."""

    id: str
    family: int
    tool: str
    category: Category
    role: Role
    rank: int
    probes: tuple[str, ...]
    match: Pattern
    unless: Pattern | None = None
    next: Pattern | None = None
    above: Pattern | None = None
    up_to: Pattern | None = None
    up_max: int = 30
    up_while: Pattern | None = None
    indent: bool = False
    while_: Pattern | None = None
    until: Pattern | None = None
    through: Pattern | None = None
    blanks: int = 1
    max: int = 120
    names: Pattern | None = None
    title: str = ""
    fix: str = ""
    positive: tuple[Example, ...] = field(default=(), compare=False)
    negative: tuple[Example, ...] = field(default=(), compare=False)

    @property
    def one_line(self) -> bool:
        """Whether the block is only the matched line."""
        return not self.indent and self.while_ is None and self.until is None and self.through is None

    def fill(self, template: str, groups: dict[str, str]) -> str:
        """Put the matched groups into `title` or `fix`; a group that is missing leaves nothing behind."""
        return string.Formatter().vformat(template, (), _Blank(groups)).strip()


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


class Catalogue:
    """All signatures, ready to match."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self.signatures = tuple(signatures)
        behind: dict[str, list[Signature]] = {}
        for signature in signatures:
            for probe in signature.probes:
                behind.setdefault(probe, []).append(signature)
        self.probes = tuple(sorted(behind))
        self._behind = [behind[probe] for probe in self.probes]
        # A set of literals stays a small automaton; one of all patterns built new states at 60 us a line.
        self._probes = re2.Set.SearchSet(_options())
        for probe in self.probes:
            self._probes.Add(probe_pattern(probe))
        if self.probes:
            self._probes.Compile()

    def match(self, text: str) -> list[Signature]:
        """The signatures that recognise this line, best rank first."""
        # RE2 copies a `str` into bytes on each call; one copy serves all checks.
        raw = text.encode("utf-8", "surrogatepass")
        probes = self._probes.Match(raw) if self.probes else None
        if not probes:
            return []
        candidates = {s.id: s for index in probes for s in self._behind[index]}.values()
        found = [
            s
            for s in candidates
            if s.match.search(raw) is not None and (s.unless is None or s.unless.search(raw) is None)
        ]
        return sorted(found, key=lambda signature: (-signature.rank, signature.id))


def probe_pattern(probe: str) -> str:
    """The RE2 pattern of a probe."""
    if len(probe) > 2 and probe.startswith("/") and probe.endswith("/"):
        return probe[1:-1]
    return str(re2.escape(probe))


@cache
def catalogue() -> Catalogue:
    """The built-in catalogue, read once."""
    folder = resources.files("faultline.analyzers.ci") / "signatures"
    found: list[Signature] = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            found.extend(parse(entry.read_text("utf-8"), entry.name))
    if twice := {id_ for id_, count in Counter(s.id for s in found).items() if count > 1}:
        raise SignatureError(f"signature ids used twice: {', '.join(sorted(twice))}")
    return Catalogue(found)


def parse(text: str, name: str) -> list[Signature]:
    """Read one signature file; raises SignatureError with the file, the signature and the field."""
    return [_build(entry, name) for entry in tomllib.loads(text).get("signature", [])]


_PATTERNS = ("match", "unless", "next", "above", "up_to", "up_while", "while", "until", "through", "names")
_PLAIN = ("id", "family", "tool", "up_max", "indent", "blanks", "max", "title", "fix")


def _build(entry: dict[str, Any], name: str) -> Signature:
    where = f"{name}: {entry.get('id', 'a signature without id')}"
    known = {*_PATTERNS, *_PLAIN, "category", "role", "rank", "probes", "positive", "negative"}
    if unknown := set(entry) - known:
        raise SignatureError(f"{where}: unknown field {', '.join(sorted(unknown))}")
    if missing := {"id", "family", "tool", "category", "role", "probes", "match"} - set(entry):
        raise SignatureError(f"{where}: missing field {', '.join(sorted(missing))}")
    if entry["role"] not in get_args(Role):
        raise SignatureError(f"{where}: role is one of {', '.join(get_args(Role))}")
    values: dict[str, Any] = {key: entry[key] for key in _PLAIN if key in entry}
    for key in _PATTERNS:
        if key in entry:
            values["while_" if key == "while" else key] = Pattern(entry[key])
    return Signature(
        category=Category(entry["category"]),
        role=entry["role"],
        rank=entry.get("rank", _RANK[entry["role"]]),
        probes=tuple(entry["probes"]),
        positive=_examples(entry.get("positive", ())),
        negative=_examples(entry.get("negative", ())),
        **values,
    )


def _examples(texts: str | Iterable[str]) -> tuple[Example, ...]:
    """Read examples: `> ` marks a line of the block, `| ` (or `|` alone) any other line."""
    found = []
    for text in [texts] if isinstance(texts, str) else texts:
        rows = text.strip("\n").split("\n")
        found.append(
            Example(
                lines=tuple(row[2:] for row in rows),
                block=tuple(number for number, row in enumerate(rows, 1) if row.startswith(">")),
            )
        )
    return tuple(found)


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    return options
