"""Tools of others that are used where somebody has installed them: oxlint, bandit, semgrep. None is needed.

Which of them run is said by the artifact (`metadata["tools"]`, names parted by blanks), so that a report depends on
nothing else. The sources are written into a private folder under numbers of our own, with a configuration of our own:
neither names nor configuration of what is reviewed reach a tool, and its comments that silence one are not obeyed where
the tool can be told so. That a tool is missing, fails or takes too long is said in `unread` of the sources that it
should have read, and is never fatal.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from faultline.analyzers.review.change import Change
from faultline.analyzers.review.language import Language
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.source import Diagnostics, Source
from faultline.core.finding import Severity

MOST_OUTPUT: Final = 50_000_000
"""Bytes of a tool's answer that are read."""

RULES: Final = "FAULTLINE_SEMGREP_RULES"
"""The variable that names semgrep's rules, a local file or folder."""

Record = Mapping[str, Any]
_Said = dict[tuple[Language | None, str], list[Record]]

_SUFFIXES: Final[Mapping[Language, str]] = {
    Language.PYTHON: ".py",
    Language.JAVASCRIPT: ".js",
    Language.TYPESCRIPT: ".ts",
    Language.TSX: ".tsx",
    Language.GO: ".go",
    Language.JAVA: ".java",
    Language.RUST: ".rs",
    Language.RUBY: ".rb",
    Language.PHP: ".php",
    Language.C: ".c",
    Language.CPP: ".cpp",
    Language.CSHARP: ".cs",
    Language.TERRAFORM: ".tf",
}
_SCRIPTS: Final = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
_OXLINT: Final = {
    "categories": {"correctness": "error"},
    # What is unused is no mistake by itself, and nearly all that oxlint says by default.
    "rules": {"eslint/no-unused-vars": "off", "eslint/no-unused-expressions": "off"},
}


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: what it reads, how it is called on a folder, how long it may take in seconds, and what it answers.

    `parse` gives records with the name of the file, and sentences about files that it could not read, by their names.
    """

    languages: frozenset[Language]
    command: Callable[[str, Path, str | None], list[str] | None]
    timeout: float
    parse: Callable[[Any], tuple[list[tuple[str, Record]], dict[str, str]]]


def _oxlint(executable: str, folder: Path, _: str | None) -> list[str]:
    settings = folder / "oxlint.json"
    settings.write_text(json.dumps(_OXLINT))
    arguments = ["--format=json", "--disable-nested-config", "--no-ignore", "--threads=2", "-c", str(settings)]
    return [executable, *arguments, str(folder / "code")]


def _oxlint_records(answer: Any) -> tuple[list[tuple[str, Record]], dict[str, str]]:
    records, errors = [], {}
    for each in answer["diagnostics"]:
        if not each.get("code"):  # what does not parse has none
            errors[each["filename"]] = f"oxlint: {each['message']}"
        else:
            records.append((each["filename"], each))
    return records, errors


def _bandit(executable: str, folder: Path, _: str | None) -> list[str]:
    return [
        executable,
        "--quiet",
        "--format",
        "json",
        "--ignore-nosec",
        "--exit-zero",
        "--recursive",
        str(folder / "code"),
    ]


def _bandit_records(answer: Any) -> tuple[list[tuple[str, Record]], dict[str, str]]:
    errors = {each["filename"]: f"bandit: {each['reason']}" for each in answer["errors"]}
    return [(each["filename"], each) for each in answer["results"]], errors


def _semgrep(executable: str, folder: Path, rules: str | None) -> list[str] | None:
    if rules is None:
        return None
    arguments = ["--json", "--quiet", "--metrics=off", "--disable-version-check", "--disable-nosem", "--no-git-ignore"]
    return [executable, "scan", *arguments, "--config", rules, str(folder / "code")]


def _semgrep_records(answer: Any) -> tuple[list[tuple[str, Record]], dict[str, str]]:
    errors = {
        each["path"]: f"semgrep: {str(each.get('message', each.get('type', 'error'))).splitlines()[0]}"
        for each in answer["errors"]
        if each.get("path")
    }
    return [(each["path"], each) for each in answer["results"]], errors


TOOLS: Final[Mapping[str, Tool]] = {
    "oxlint": Tool(_SCRIPTS, _oxlint, 30.0, _oxlint_records),
    "bandit": Tool(frozenset({Language.PYTHON}), _bandit, 60.0, _bandit_records),
    "semgrep": Tool(frozenset(_SUFFIXES), _semgrep, 120.0, _semgrep_records),
}
"""The tools by their names, which are those of their executables."""


class FoundTools:
    """What the tools say of the sources of a change; a `Diagnostics`. Each runs once, when it is first asked.

    Args:
        sources: all of them, so that a tool starts once only.
        names: which tools to use, of `TOOLS`; others are passed over.
        semgrep_rules: a local file or folder of rules; without one semgrep is not run.
        timeout: seconds for each tool, instead of its own.
        known: what was said before; a source with the same text is not looked at again.

    """

    def __init__(
        self,
        sources: Iterable[Source],
        names: Iterable[str],
        *,
        semgrep_rules: str | None = None,
        timeout: float | None = None,
        known: FoundTools | None = None,
    ) -> None:
        self._sources = list(sources)
        self._keys = {_key(each) for each in self._sources}
        self._known = known
        self._names = frozenset(names) & TOOLS.keys()
        self._rules = semgrep_rules
        self._timeout = timeout
        self._lock = threading.Lock()
        self._said: dict[str, _Said] = {}

    def of(self, tool: str, source: Source) -> Sequence[Record]:
        """The tool's own records about a source, in its order."""
        if tool not in self._names:
            return ()
        if _key(source) not in self._keys:
            return self._known.of(tool, source) if self._known is not None else ()
        with self._lock:
            if tool not in self._said:
                self._said[tool] = self._run(tool)
        return self._said[tool].get(_key(source), ())

    def again(self, sources: Sequence[Source]) -> FoundTools:
        """The same tools over other sources."""
        new = [each for each in sources if _key(each) not in self._keys]
        return FoundTools(new, self._names, semgrep_rules=self._rules, timeout=self._timeout, known=self)

    def _run(self, name: str) -> _Said:
        tool = TOOLS[name]
        sources = [each for each in self._sources if each.language in tool.languages]
        if not sources:
            return {}
        executable = shutil.which(name)
        if executable is None:
            return _unread(sources, name, "not installed")
        with tempfile.TemporaryDirectory(prefix="faultline-") as temporary:
            folder = Path(temporary)
            (folder / "code").mkdir()
            by_name: dict[str, Source] = {}
            for number, source in enumerate(sources):
                assert source.language
                file = f"f{number:06}{_SUFFIXES[source.language]}"
                (folder / "code" / file).write_bytes(source.text.encode("utf-8", "replace"))
                by_name[file] = source
            command = tool.command(executable, folder, self._rules)
            if command is None:
                return _unread(sources, name, "no rules given")
            try:
                records, errors = tool.parse(json.loads(_answer(command, folder, self._timeout or tool.timeout)))
            except subprocess.TimeoutExpired as error:
                return _unread(sources, name, f"took longer than {error.timeout:g} s")
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                return _unread(sources, name, "failed")
        said: _Said = defaultdict(list)
        for path, record in records:
            if (found := by_name.get(Path(path).name)) is not None:
                said[_key(found)].append(record)
        for path, reason in errors.items():
            if (found := by_name.get(Path(path).name)) is not None:
                found.unread[name] = reason
        return said


def _key(source: Source) -> tuple[Language | None, str]:
    return source.language, source.text


def _unread(sources: Iterable[Source], name: str, reason: str) -> _Said:
    for each in sources:
        each.unread[name] = f"{name}: {reason}"
    return {}


def _answer(command: Sequence[str], folder: Path, timeout: float) -> bytes:
    """What a command writes to its standard output, in an environment that holds nothing of ours."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONWARNINGS": "ignore",
        "SEMGREP_SEND_METRICS": "off",
    }
    with (folder / "answer").open("w+b") as answer:
        process = subprocess.Popen(  # noqa: S603 - an executable on PATH, over files that we have named
            command,
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        try:
            process.wait(timeout)
        finally:
            # oxlint comes in a script that starts it, so that the group is ended and not the process alone.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        answer.seek(0)
        return answer.read(MOST_OUTPUT)


def further(change: Change, metadata: Mapping[str, str]) -> Mapping[str, Diagnostics]:
    """The tools that an artifact asks for, by name, over the sources of its change.

    Args:
        change: the one that the artifact holds.
        metadata: the artifact's; `tools` are names parted by blanks.

    Which rules semgrep takes is said by the one who runs us, in the environment, never by who sends an artifact.

    """
    names = metadata.get("tools", "").split()
    if TOOLS.keys().isdisjoint(names):
        return {}
    bases = [file.base for file in change.files if file.base is not None and not file.skipped]
    asked = FoundTools([*change.heads, *bases], names, semgrep_rules=os.environ.get(RULES) or None)
    return dict.fromkeys(TOOLS.keys() & set(names), asked)


def oxlint(source: Source) -> Iterable[Observation]:
    """What oxlint takes for a mistake in JavaScript or TypeScript."""
    for record in source.diagnostics.of("oxlint", source):
        labels = record.get("labels") or ()
        line = _number(labels[0].get("span", {}).get("line")) if labels else 0
        code = str(record.get("code", ""))
        if 1 <= line <= len(source.lines):
            yield Observation(
                "logic/javascript-correctness",
                line,
                message=_sentence(record.get("message")),
                fix=_sentence(record.get("help")) or None,
                code=code.partition("(")[2].rstrip(")") or code,
            )


_BANDIT: Final[Mapping[str, str]] = {
    "B102": "code-injection",
    "B103": "default-permissions",
    "B105": "hardcoded-credentials",
    "B106": "hardcoded-credentials",
    "B107": "hardcoded-credentials",
    "B108": "temporary-file",
    "B201": "debug-mode",
    "B202": "zip-slip",
    "B301": "unsafe-deserialization",
    "B302": "unsafe-deserialization",
    "B303": "weak-hash",
    "B304": "weak-cipher",
    "B305": "weak-cipher",
    "B306": "temporary-file",
    "B307": "code-injection",
    "B308": "xss",
    "B312": "cleartext-transport",
    "B321": "cleartext-transport",
    "B323": "tls-verification-off",
    "B324": "weak-hash",
    "B501": "tls-verification-off",
    "B502": "weak-tls",
    "B503": "weak-tls",
    "B504": "weak-tls",
    "B505": "weak-key",
    "B506": "unsafe-deserialization",
    "B507": "ssh-host-key",
    "B601": "command-injection",
    "B602": "command-injection",
    "B605": "command-injection",
    "B608": "sql-injection",
    "B609": "command-injection",
    "B610": "sql-injection",
    "B611": "sql-injection",
    "B612": "code-injection",
    "B701": "xss",
    "B702": "xss",
    "B703": "xss",
}
"""Our rule for a test of bandit's; what is not here says too little about one line to be told."""
_BANDIT_SURE: Final = {"HIGH": 0.7, "MEDIUM": 0.5}
_SEVERITIES: Final = {"HIGH": Severity.HIGH, "MEDIUM": Severity.MEDIUM, "LOW": Severity.LOW}


def bandit(source: Source) -> Iterable[Observation]:
    """What bandit says of a Python file, as far as one of our rules means the same."""
    for record in source.diagnostics.of("bandit", source):
        rule = f"security/{_BANDIT.get(str(record.get('test_id')), '')}"
        line = _number(record.get("line_number"))
        sure = _BANDIT_SURE.get(str(record.get("issue_confidence")))
        if rule in catalogue() and sure is not None and 1 <= line <= len(source.lines):
            yield Observation(
                rule,
                line,
                message=_sentence(record.get("issue_text")) if "hardcoded" not in rule else "",
                severity=_SEVERITIES.get(str(record.get("issue_severity"))),
                confidence=sure,
                code=str(record["test_id"]),
            )


def semgrep(source: Source) -> Iterable[Observation]:
    """What semgrep says by the user's own rules, as far as they name a weakness that one of our rules names first."""
    for record in source.diagnostics.of("semgrep", source):
        extra = record.get("extra") or {}
        named = (extra.get("metadata") or {}).get("cwe") or ()
        cwes = [named] if isinstance(named, str) else list(named)
        rule = next((ours for each in cwes if (ours := _by_cwe().get(str(each).partition(":")[0].strip()))), None)
        line, end = (_number((record.get(side) or {}).get("line")) for side in ("start", "end"))
        if rule is not None and 1 <= line <= len(source.lines):
            yield Observation(
                rule,
                line,
                end_line=min(max(end, line), len(source.lines), line + 9),
                message=_sentence(extra.get("message")),
                confidence=0.6,
                code=str(record.get("check_id", "")).rpartition(".")[2] or None,
            )


def _by_cwe() -> Mapping[str, str]:
    """The security rule whose first weakness it is."""
    found: dict[str, str] = {}
    for rule in catalogue().values():
        if rule.agent == "security" and rule.cwe:
            found.setdefault(rule.cwe[0], rule.id)
    return found


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _sentence(text: object) -> str:
    """The first line of a tool's words, as a sentence."""
    line = str(text or "").strip().partition("\n")[0][:300].strip()
    return line if not line or line.endswith((".", "!", "?")) else f"{line}."
