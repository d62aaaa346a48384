"""Settings: the tables of `.faultline.toml`, one a kind, all of the same shape.

    [review]
    exclude = ["docs/**", "*_pb2.py"]          # paths that nobody looks at
    ignore = ["style/*", "S101", "CWE-400"]    # rules by id, by their tool's code, by weakness

    [review.severity]
    "logic/*" = "low"

    [[review.paths]]
    paths = ["scripts/**"]
    ignore = ["security/assert-as-guard"]

A file that is not as it should be changes nothing: what is wrong with it is said in the report, and the defaults hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, TypeVar

from pydantic import Field, StringConstraints, ValidationError

from faultline.core.finding import Noun, Severity
from faultline.core.globs import MAX_PATTERN, any_matches, rule_matches

NAME: Final = ".faultline.toml"
MAX_BYTES: Final = 64 * 1024
MAX_PATTERNS: Final = 200
_MAX_DEPTH: Final = 50
"""Brackets that may be open at once, and parts of a dotted key."""

Pattern = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MAX_PATTERN)]
Patterns = Annotated[tuple[Pattern, ...], Field(max_length=MAX_PATTERNS)]


class Paths(Noun):
    """Rules that are not told in some of the files: one `[[review.paths]]`."""

    paths: Annotated[Patterns, Field(min_length=1)]
    ignore: Patterns


class Settings(Noun):
    """The table of one kind.

    `exclude` are globs of paths that nobody looks at. `ignore` are rules that are not told: globs of their ids, of the
    codes that their tools give them, or of CWE numbers. `severity` gives rules another severity, by glob as well; the
    last one that fits holds. `paths` are rules that are not told in some files. `problems` are what was wrong with the
    file, a sentence each.
    """

    exclude: Patterns = ()
    ignore: Patterns = ()
    severity: Annotated[dict[Pattern, Severity], Field(max_length=MAX_PATTERNS)] = Field(default_factory=dict)
    paths: Annotated[tuple[Paths, ...], Field(max_length=MAX_PATTERNS)] = ()
    problems: tuple[str, ...] = ()

    def excluded(self, path: str) -> bool:
        """Whether nobody looks at this file."""
        return any_matches(self.exclude, path)

    def ignored(self, path: str, names: Iterable[str]) -> str | None:
        """Which entry says that a rule is not told in this file; None where none does.

        Args:
            path: the file's, in the repository.
            names: all that the rule goes by: its id, codes and CWE numbers.

        """
        known = list(names)
        for patterns in (self.ignore, *(each.ignore for each in self.paths if any_matches(each.paths, path))):
            for pattern in patterns:
                if any(rule_matches(pattern, name) for name in known):
                    return pattern
        return None

    def severity_of(self, names: Iterable[str]) -> Severity | None:
        """The severity that is set for a rule; None where none is."""
        known = list(names)
        set_for = [
            each for pattern, each in self.severity.items() if any(rule_matches(pattern, name) for name in known)
        ]
        return set_for[-1] if set_for else None


S = TypeVar("S", bound=Settings)


def parse(data: bytes | None, table: str, model: type[S]) -> S:
    """What a table of a `.faultline.toml` says; a file that is wrong says nothing, and `problems` why. Never fails.

    Args:
        data: the file; None where there is none.
        table: the table's name.
        model: its settings.

    """
    if data is None:
        return model()
    if len(data) > MAX_BYTES:
        return _refused(model, f"it is larger than {MAX_BYTES // 1024} KB")
    import tomllib  # here, for most runs have no such file

    try:
        text = data.decode("utf-8-sig")
        if _deep(text):
            return _refused(model, "its tables are nested too deep")
        tables = tomllib.loads(text)
    except UnicodeDecodeError:
        return _refused(model, "it is not UTF-8")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return _refused(model, "it is not valid TOML")
    mine = tables.get(table, {})
    if not isinstance(mine, Mapping):
        return _refused(model, f"`{table}` is not a table")
    return _read(mine, table, model)


def _read(said: Mapping[str, object], table: str, model: type[S]) -> S:
    """The valid entries; each wrong one is left out and told, so that one typing error does not switch all rules on."""
    kept: dict[str, object] = {}
    problems = []
    for key, value in said.items():
        if key not in model.model_fields or key == "problems":
            problems.append(f"{NAME}: `{table}.{_shown(key)}` is no setting; it was left out")
            continue
        try:
            model.model_validate({key: value})
        except (ValidationError, RecursionError):
            problems.append(f"{NAME}: `{table}.{key}` is not as it should be; it was left out")
        else:
            kept[key] = value
    return model.model_validate({**kept, "problems": tuple(problems[:10])})


def _refused(model: type[S], why: str) -> S:
    return model(problems=(f"{NAME} was left out: {why}",))


def _shown(key: str) -> str:
    return "".join(char for char in key[:40] if char.isalnum() or char in "_-")


def _deep(text: str) -> bool:
    """Whether brackets or dotted keys go deeper than tomllib reads quickly: 20,000 parts take it seconds."""
    brackets = dots = 0
    before = ""
    for char in text:
        if char in "[{":
            brackets += 1
        elif char in "]}":
            brackets = max(0, brackets - 1)
        elif char == "." and before != ".":
            dots += 1
        if char in "[]{}=,\n":
            dots = 0
        if brackets > _MAX_DEPTH or dots > _MAX_DEPTH:
            return True
        before = char
    return False
