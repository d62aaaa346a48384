"""Rules as data: patterns of syntax, in TOML, that ast-grep finds.

A file `NAME.toml` in a folder of patterns:

    languages = ["javascript", "typescript", "tsx"]

    [[pattern]]
    rule = "security/xss"                       # in the catalogue
    match = ["$_.innerHTML = $X"]               # any of these; a string is a pattern, a table a rule of ast-grep's
    words = ["innerHTML"]                       # not looked for in a text that has none of these words; by default
                                                # of each pattern its longest one
    unless = { inside = { kind = "..." } }      # a rule of ast-grep's that must not hold of the match
    where = { X = "built" }                     # what a variable must hold: constant, variable, built, parameter,
                                                # untrusted, or a regular expression after `~`; more than one as a list;
                                                # `!` turns round. `match`, `line`, `function` and `file` are no
                                                # variables: the text of the match, its whole lines, the function
                                                # around it, the file
    loop = true                                 # only in the body of a loop
    message = "..."                             # what is so here, in a sentence; ends with a full stop
    fix = "..."                                 # what to do, where more can be said than the rule does
    rewrite = "structuredClone($X)"             # what the match shall become
    severity = "low"                            # where it is another than the rule's
    confidence = 0.5
    bad = ["..."]                               # texts in which it is found, and
    good = ["..."]                              # those in which it is not; a test runs them

What a variable holds is found in one file (`values.py`). Where data of strangers reaches `X`, the lines it comes by are
told, and nobody doubts the finding as much.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, TypeAdapter

from faultline.analyzers.review.grammars import GRAMMARS, Grammar
from faultline.analyzers.review.language import Language
from faultline.analyzers.review.observation import Check, Observation
from faultline.analyzers.review.source import Source
from faultline.analyzers.review.values import Values
from faultline.core.finding import Edit, Noun, Severity

if TYPE_CHECKING:
    from ast_grep_py import SgNode

SURE: Final = 0.9
"""How sure a pattern is when data of strangers is seen to reach it."""

_MOST_AROUND: Final = 20_000
_TEXTS_AROUND: Final = frozenset({"match", "line", "function", "file"})

_WORD = re.compile(r"(?<![$\w])[A-Za-z_]\w*")
_TOKENS = re.compile(r"[A-Za-z_]\w*")
_HOLE = re.compile(r"\$\$\$([A-Z_][A-Z0-9_]*)|\$([A-Z_][A-Z0-9_]*)")


class Pattern(Noun):
    """One entry; the fields are said at the top."""

    rule: str
    languages: tuple[Language, ...] = ()
    match: str | dict[str, Any] | tuple[str | dict[str, Any], ...]
    words: tuple[str, ...] = ()
    unless: dict[str, Any] | None = None
    where: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    loop: bool = False
    message: str = Field(pattern=r"\.$")
    fix: str | None = None
    rewrite: str | None = None
    severity: Severity | None = None
    confidence: float | None = None
    bad: tuple[str, ...] = Field(min_length=1)
    good: tuple[str, ...] = Field(min_length=1)

    @property
    def gate(self) -> frozenset[str]:
        """Words of which a text must hold one."""
        if self.words:
            return frozenset(self.words)
        matches = (self.match,) if isinstance(self.match, str | dict) else self.match
        return frozenset(max(_WORD.findall(str(each)), key=len) for each in matches)

    def config(self, language: Language) -> dict[str, Any]:
        """The rule as ast-grep takes it."""
        grammar = GRAMMARS[language]
        matches = (self.match,) if isinstance(self.match, str | dict) else self.match
        either = [form for each in matches for form in _forms(each, language)]
        every: list[dict[str, Any]] = [either[0] if len(either) == 1 else {"any": either}]
        if self.loop:
            every.append(_in_loop(grammar))
        if self.unless is not None:
            every.append({"not": self.unless})
        return {"rule": every[0] if len(every) == 1 else {"all": every}}


class _File(Noun):
    languages: tuple[Language, ...] = ()
    pattern: tuple[Pattern, ...] = ()


def _forms(match: str | dict[str, Any], language: Language) -> list[dict[str, Any]]:
    """A pattern, with and without the comma beside each `$$$`: ast-grep wants it to be there."""
    if isinstance(match, dict):
        return [match]
    forms = [match]
    for gap in (", $$$)", "($$$, ", ", $$$]", "[$$$, ", ", $$$ }", "{ $$$, "):
        short = gap.replace("$$$", "").replace(", ", "").replace(",", "")
        short = {"{": "{ ", "}": " }"}.get(short.strip(), short)
        forms += [each.replace(gap, short) for each in forms if gap in each]
    return [_form(each, language) for each in forms]


def _form(pattern: str, language: Language) -> dict[str, Any]:
    # Alone, the parsers of Go and C take a call for a conversion or a declaration, and that of C# no assignment.
    if pattern.endswith(")") and " = " not in pattern:
        if language is Language.GO:
            return {"pattern": {"context": f"func f() {{ {pattern} }}", "selector": "call_expression"}}
        if language in (Language.C, Language.CPP):
            return {"pattern": {"context": f"int f() {{ {pattern}; }}", "selector": "call_expression"}}
    if language is Language.CSHARP and (" = " in pattern or " += " in pattern):
        return {"pattern": {"context": f"class A {{ void F() {{ {pattern}; }} }}", "selector": "assignment_expression"}}
    return {"pattern": pattern}


def _in_loop(grammar: Grammar) -> dict[str, Any]:
    stop = {"any": [{"kind": kind} for kind in grammar.functions]}
    loops: list[dict[str, Any]] = [{"kind": kind, "field": "body"} for kind in grammar.loops]
    return {"any": [{"inside": {**loop, "stopBy": stop}} for loop in loops]}


def load(package: str) -> tuple[Pattern, ...]:
    """The patterns of all TOML files that lie in a package.

    Raises:
        ValueError: a file is not as it should be.

    """
    found: list[Pattern] = []
    for file in sorted(files(package).iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            read = TypeAdapter(_File).validate_python(tomllib.loads(file.read_text("utf-8")))
            found += [
                each if each.languages else each.model_copy(update={"languages": read.languages})
                for each in read.pattern
            ]
    return tuple(found)


class Patterns:
    """A check that finds the patterns of a package.

    Args:
        package: the folder with the TOML files, as a module's name; read when the first source of a language that has
            patterns comes.

    """

    def __init__(self, package: str) -> None:
        self._package = package

    def __call__(self, source: Source) -> Iterable[Observation]:
        """All that they find."""
        language = source.language
        if language is None or language not in GRAMMARS:
            return
        patterns = _compiled(self._package).get(language, ())
        words = frozenset(_TOKENS.findall(source.text))
        chosen = [each for each in patterns if not each[0].gate.isdisjoint(words)]
        if not chosen or source.syntax is None:
            return
        values = Values(source)
        root = source.syntax.root()
        for pattern, config in chosen:
            for node in root.find_all(config):
                if (seen := _observed(pattern, node, values, source)) is not None:
                    yield seen


@cache
def _compiled(package: str) -> Mapping[Language, Sequence[tuple[Pattern, Any]]]:
    by_language: dict[Language, list[tuple[Pattern, Any]]] = defaultdict(list)
    for pattern in load(package):
        for language in pattern.languages:
            by_language[language].append((pattern, pattern.config(language)))
    return by_language


def _observed(pattern: Pattern, node: SgNode, values: Values, source: Source) -> Observation | None:
    because: set[int] = set()
    for name, wanted in pattern.where.items():
        asked = (wanted,) if isinstance(wanted, str) else wanted
        if name in _TEXTS_AROUND:
            text = _around(name, node, values, source)
            if any((re.search(each.lstrip("!~"), text) is not None) == each.startswith("!") for each in asked):
                return None
            continue
        held = node.get_match(name)
        if held is None or not all(_satisfied(each, held, values, because) for each in asked):
            return None
        if not because and not {"variable", "built"}.isdisjoint(asked):
            because.update(values.untrusted(held))
    where = node.range()
    line = where.start.line + 1
    reached = f" Data of a request reaches it (line {min(because)})." if because else ""
    return Observation(
        pattern.rule,
        line,
        end_line=min(where.end.line + 1, line + 9),
        message=pattern.message + reached,
        because=tuple(sorted(because - {line})),
        fix=pattern.fix,
        edits=_edits(pattern, node, source),
        severity=pattern.severity if not because else None,
        confidence=SURE if because else pattern.confidence,
    )


def _around(what: str, node: SgNode, values: Values, source: Source) -> str:
    if what == "match":
        return node.text()[:_MOST_AROUND]
    if what == "line":
        where = node.range()
        return "\n".join(source.lines[where.start.line : where.end.line + 1])[:_MOST_AROUND]
    return values.around(node)[:_MOST_AROUND] if what == "function" else source.text


def _satisfied(what: str, node: SgNode, values: Values, because: set[int]) -> bool:
    if not what.startswith("!"):
        return _holds(what, node, values, because)
    if not what.startswith("!~^"):
        return not _holds(what[1:], node, values, set())
    # A whole expression that does no harm: a name is one only where all that it may hold are.
    own, *assigned = (re.search(what[2:], text) is not None for text in values.spelled(node))
    return not (own or (assigned and all(assigned)))


def _holds(what: str, node: SgNode, values: Values, because: set[int]) -> bool:
    if what.startswith("~"):
        return any(re.search(what[1:], text) for text in values.spelled(node))
    if what == "built":
        return values.built(node)
    if what == "variable":
        return values.variable(node)
    if what == "constant":
        return not values.variable(node)
    if what == "parameter":
        return values.parameter(node)
    assert what == "untrusted", what
    lines = values.untrusted(node)
    because.update(lines)
    return bool(lines)


def _edits(pattern: Pattern, node: SgNode, source: Source) -> tuple[Edit, ...]:
    """The lines of the match with the rewriting in its place."""
    if pattern.rewrite is None:
        return ()

    def filled(hole: re.Match[str]) -> str:
        if hole[1] is None:
            one = node.get_match(hole[2])
            return one.text() if one is not None else ""
        many = node.get_multiple_matches(hole[1])
        return source.text[many[0].range().start.index : many[-1].range().end.index] if many else ""

    where = node.range()
    first, last = where.start.line, where.end.line
    head = source.lines[first][: where.start.column]
    tail = source.lines[last][where.end.column :]
    return (
        Edit(
            path=source.path,
            start_line=first + 1,
            end_line=last + 1,
            replacement=head + _HOLE.sub(filled, pattern.rewrite) + tail,
        ),
    )


def checks(package: str) -> tuple[Check, ...]:
    """The check of a package's patterns, as an agent takes it."""
    return (Patterns(package),)
