"""Small real analyzers for tests of the engine and the command line, and what registers them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path

from faultline.core.analyzer import ENTRY_POINT_GROUP, Agent, Conclusion, Examination, Options, Skip
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected
from faultline.core.finding import Finding, Location, Severity, fingerprint
from faultline.core.report import Result
from faultline.engine.registry import Registry


class WordOptions(Options):
    word: str = "error"


class WordResult(Result):
    lines: int
    green_lines: int = 0


class WordAgent:
    """Finds the lines that hold a word."""

    version = "1"
    calls = 0

    def __init__(self, word: str, severity: Severity = Severity.HIGH) -> None:
        self.name = f"finds-{word}"
        self.word = word
        self.severity = severity

    def analyze(self, artifact: Artifact) -> Examination:
        WordAgent.calls += 1
        findings = []
        number = 0
        with artifact.open() as stream:
            for number, raw in enumerate(stream, start=1):
                line = raw.decode("utf-8", "replace").rstrip("\r\n")
                if "garbage" in line:
                    raise ArtifactRejected("is garbage halfway")
                if self.word in line:
                    findings.append(
                        Finding(
                            rule_id=f"word/{self.word}",
                            agent=self.name,
                            severity=self.severity,
                            title=line.strip(),
                            confidence=0.9,
                            location=Location(path=artifact.name, start_line=number, end_line=number),
                            evidence=(line,),
                            fingerprint=fingerprint(self.word, line),
                        )
                    )
        return Examination(findings=findings, metrics={"lines": number}, detail=number)


class CrashingAgent:
    name = "crashes"
    version = "1"

    def analyze(self, artifact: Artifact) -> Examination:
        raise RuntimeError("cannot open '/home/somebody/secret place/key' or /var/lib/x.db")


class WordAnalyzer:
    """The words `error` and `warning`; `crash` in the artifact's first line adds an agent that crashes."""

    kind = "word"
    version = "1"
    options_type = WordOptions
    result_type = WordResult

    def validate(self, artifact: Artifact, options: Options) -> None:
        with artifact.open() as stream:
            if b"\0" in stream.read(1000):
                raise ArtifactRejected("is binary, not text", limit="no NUL byte in the first 1,000")

    def prefilter(self, artifact: Artifact, options: Options) -> Skip | None:
        return Skip("the file is empty") if artifact.size == 0 else None

    def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
        assert isinstance(options, WordOptions)
        agents: list[Agent] = [WordAgent(options.word), WordAgent("warning", Severity.INFO)]
        with artifact.open() as stream:
            head = stream.readline()
        if b"all-crash" in head:
            return [CrashingAgent()]
        return [CrashingAgent(), *agents] if b"crash" in head else agents

    def conclude(
        self, artifact: Artifact, options: Options, examinations: Sequence[Examination], findings: Sequence[Finding]
    ) -> Conclusion:
        green = artifact.companions.get("green")
        green_lines = 0
        if green:
            with green.open() as stream:
                green_lines = stream.read().count(b"\n")
        lines = max(int(str(seen.detail)) for seen in examinations)
        return Conclusion(f"{len(findings)} lines of {lines} matter.", WordResult(lines=lines, green_lines=green_lines))


class CiToy(WordAnalyzer):
    """The same under the kind `ci`, so that tests of the command need no real log."""

    kind = "ci"


class CrashingAnalyzer(WordAnalyzer):
    """Crashes in `conclude`."""

    kind = "crash"

    def conclude(self, *arguments: object) -> Conclusion:
        raise KeyError("nothing here")


class ForeignResultAnalyzer(WordAnalyzer):
    """Returns a result that is not of its own type."""

    kind = "foreign"

    def conclude(self, *arguments: object) -> Conclusion:
        return Conclusion("?", Result())


class SlowOrderAgent(WordAgent):
    """Waits for the agent after it, so that agents finish in the reverse of their order."""

    def __init__(self, word: str, wait: object, done: object) -> None:
        super().__init__(word)
        self.wait, self.done = wait, done

    def analyze(self, artifact: Artifact) -> Examination:
        if self.wait is not None:
            assert self.wait.wait(10)  # type: ignore[attr-defined]
        seen = super().analyze(artifact)
        self.done.set()  # type: ignore[attr-defined]
        return seen


def point(kind: str, target: str) -> EntryPoint:
    return EntryPoint(kind, target, ENTRY_POINT_GROUP)


def registry(*names: str) -> Registry:
    """A registry of analyzers in this module, each under its kind."""
    return Registry(point(globals()[name].kind, f"{__name__}:{name}") for name in names or ("WordAnalyzer",))


def install(folder: Path, distribution: str, version: str, entries: Iterable[tuple[str, str]]) -> None:
    """Write what an installed distribution leaves in site-packages."""
    info = folder / f"{distribution}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
    lines = "".join(f"{kind} = {target}\n" for kind, target in entries)
    (info / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\n{lines}")
