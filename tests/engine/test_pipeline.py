from __future__ import annotations

import json
import pickle
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from faultline.core.analyzer import Agent, Examination, Options
from faultline.core.artifact import Artifact
from faultline.core.errors import AnalyzerFailed, ArtifactRejected, UsageError
from faultline.core.finding import Severity
from faultline.core.model import Answer, Brief, Cited, Consultation, Evidence, ModelUse
from faultline.core.report import Status
from faultline.engine import Outcome, Registry, analyze, examine, finish
from faultline.engine.cache import MemoryCache
from tests import toys

LOG = b"one error\ntwo\none warning\nan error again\n"
REGISTRY = toys.registry("WordAnalyzer", "CrashingAnalyzer", "ForeignResultAnalyzer")


def look(data: bytes = LOG, name: str = "a.log", kind: str = "word", **more: object) -> Outcome:
    return analyze(Artifact.from_bytes(kind, name, data), registry=REGISTRY, **more)  # type: ignore[arg-type]


def agents_ran() -> int:
    return toys.WordAgent.calls


def test_an_artifact_becomes_a_report_with_ranked_findings_and_a_typed_result() -> None:
    report = look().report
    assert (report.kind, report.status, report.artifact.bytes) == ("word", Status.COMPLETED, len(LOG))
    assert [finding.title for finding in report.findings] == ["one error", "an error again", "one warning"]
    assert [(run.agent, run.findings) for run in report.agent_runs] == [("finds-error", 2), ("finds-warning", 1)]
    assert report.result == toys.WordResult(lines=4)


def test_the_same_input_gives_the_same_bytes() -> None:
    assert look().report.model_dump_json() == look().report.model_dump_json()


def test_what_varies_stands_in_the_envelope() -> None:
    envelope = look().envelope
    assert envelope is not None
    assert list(envelope.durations) == ["validate", "prefilter", "read", "cache", "agents", "merge"]
    assert envelope.cache == "off"


def test_options_reach_the_analyzer() -> None:
    assert next(finding.title for finding in look(options=toys.WordOptions(word="two")).report.findings) == "two"


def test_options_of_another_kind_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="takes WordOptions, not Options"):
        look(options=Options())


def test_an_unknown_kind_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="known kinds"):
        look(kind="nope")


def test_nothing_to_do_is_a_skipped_report_that_says_why() -> None:
    report = look(b"", cache=MemoryCache()).report
    assert (report.status, report.summary, report.findings) == (Status.SKIPPED, "the file is empty", ())


def test_a_rejection_names_the_artifact_and_keeps_its_limit() -> None:
    with pytest.raises(ArtifactRejected, match=r"a\.log: is binary") as caught:
        look(b"a\0b")
    assert caught.value.limit == "no NUL byte in the first 1,000"


def test_a_rejection_while_an_agent_reads_is_a_rejection() -> None:
    with pytest.raises(ArtifactRejected, match=r"a\.log: is garbage halfway"):
        look(b"fine\ngarbage\n")


def test_a_file_that_is_gone_is_a_rejection(tmp_path: Path) -> None:
    with pytest.raises(ArtifactRejected, match="cannot be read: FileNotFoundError: No such file"):
        analyze(Artifact.from_path("word", tmp_path / "gone", name="gone"), registry=REGISTRY)


def test_an_agent_that_crashes_leaves_the_others_findings() -> None:
    report = look(b"crash\nan error\n").report
    assert report.status is Status.PARTIAL
    assert [finding.title for finding in report.findings] == ["an error"]
    assert [run.status for run in report.agent_runs] == ["failed", "completed", "completed"]


def test_a_crash_is_told_without_paths_or_traceback() -> None:
    (error,) = [run.error for run in look(b"crash\n").report.agent_runs if run.error]
    assert error == "RuntimeError: cannot open <path> or <path>"


def test_no_agent_left_is_no_report() -> None:
    with pytest.raises(AnalyzerFailed, match=r"a\.log: no agent of kind 'word' could finish: RuntimeError"):
        look(b"all-crash\n")


@pytest.mark.parametrize(
    ("kind", "words"), [("crash", "while concluding: KeyError"), ("foreign", "its result is not a WordResult")]
)
def test_an_analyzer_that_crashes_is_named(kind: str, words: str) -> None:
    with pytest.raises(AnalyzerFailed, match=words):
        look(kind=kind)


def test_an_analyzer_may_say_that_the_request_makes_no_sense() -> None:
    class Choosy(toys.WordAnalyzer):
        def validate(self, artifact: Artifact, options: Options) -> None:
            raise UsageError("a word has no blanks")

    registry = toys.registry()
    registry._loaded["word"] = Choosy()
    with pytest.raises(UsageError, match="a word has no blanks"):
        analyze(Artifact.from_bytes("word", "a.log", LOG), registry=registry)


def test_agents_run_at_the_same_time_and_report_in_their_own_order() -> None:
    second_done = threading.Event()

    class Racing(toys.WordAnalyzer):
        def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
            slow = toys.SlowOrderAgent("error", second_done, threading.Event())
            return [slow, toys.SlowOrderAgent("warning", None, second_done)]

    registry = toys.registry()
    registry._loaded["word"] = Racing()
    report = analyze(Artifact.from_bytes("word", "a.log", LOG), registry=registry).report
    assert [run.agent for run in report.agent_runs] == ["finds-error", "finds-warning"]


def test_agents_that_only_compute_may_ask_to_run_one_after_the_other() -> None:
    threads: list[int] = []

    class Noting(toys.WordAgent):
        def analyze(self, artifact: Artifact) -> Examination:
            threads.append(threading.get_ident())
            return super().analyze(artifact)

    class InTurn(toys.WordAnalyzer):
        in_turn = True

        def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
            return [Noting("error"), Noting("warning")]

    registry = toys.registry()
    registry._loaded["word"] = InTurn()
    analyze(Artifact.from_bytes("word", "a.log", LOG), registry=registry)
    assert threads == [threading.get_ident()] * 2


class TestResultCache:
    def test_the_second_look_at_the_same_bytes_runs_no_agent(self) -> None:
        cache = MemoryCache()
        first, before = look(cache=cache), agents_ran()
        second = look(cache=cache)
        assert agents_ran() == before
        assert [outcome.envelope.cache for outcome in (first, second) if outcome.envelope] == ["miss", "hit"]
        assert first.report == second.report
        assert first.report.model_dump_json() == second.report.model_dump_json()

    def test_a_cached_report_gets_the_current_name_everywhere(self) -> None:
        cache = MemoryCache()
        look(cache=cache)
        hit = look(name="b.log", cache=cache)
        assert hit.envelope is not None
        assert hit.envelope.cache == "hit"
        assert hit.report.model_dump_json() == look(name="b.log").report.model_dump_json()

    @pytest.mark.parametrize("change", ["bytes", "options", "companion", "metadata", "version", "route"])
    def test_whatever_the_answer_depends_on_is_part_of_the_key(
        self, change: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cache = MemoryCache()
        look(cache=cache)
        artifact = Artifact.from_bytes("word", "a.log", LOG + b"more" if change == "bytes" else LOG)
        if change == "companion":
            artifact.companions["green"] = Artifact.from_bytes("word", "g.log", b"fine\n")
        if change == "metadata":
            artifact.metadata["job"] = "build"
        if change == "version":
            monkeypatch.setattr(toys.WordAnalyzer, "version", "2")
        options = toys.WordOptions(word="two") if change == "options" else None
        gateway = Rewording() if change == "route" else None
        outcome = analyze(artifact, options, cache=cache, gateway=gateway, registry=REGISTRY)
        assert outcome.envelope is not None
        assert outcome.envelope.cache == "miss"

    def test_a_partial_report_is_not_kept(self) -> None:
        cache = MemoryCache()
        look(b"crash\nan error\n", cache=cache)
        again = look(b"crash\nan error\n", cache=cache)
        assert again.envelope is not None
        assert again.envelope.cache == "miss"

    @pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"result": 3, "artifact": {"name": ""}}'])
    def test_an_entry_that_is_no_report_is_a_miss(self, data: bytes) -> None:
        class Damaged:
            def get(self, key: str) -> bytes | None:
                return data

            def put(self, key: str, data: bytes) -> None: ...

        outcome = look(cache=Damaged())
        assert outcome.envelope is not None
        assert outcome.envelope.cache == "miss"
        assert outcome.report == look().report

    def test_a_report_without_a_typed_result_comes_back_too(self) -> None:
        cache = MemoryCache()
        look(cache=cache)
        (key,) = cache._entries
        cache.put(key, json.dumps({**json.loads(cache._entries[key]), "result": None}).encode())
        assert look(cache=cache).report.result is None


class Said(Cited):
    word: str


class Rewording:
    """A gateway whose model says what it was asked, or that nobody is there."""

    route = "some-model"

    def __init__(self, silent: bool = False) -> None:
        self.asked: list[tuple[str, Brief]] = []
        self._silent = silent

    def consult(self, kind: str, briefs: Sequence[tuple[str, Brief]]) -> Consultation:
        self.asked += briefs
        if self._silent:
            return Consultation([None] * len(briefs), notes=("no model could be reached",))
        return Consultation(
            [Answer(Said(cites=(1,), word=brief.question), model="some-model") for _, brief in briefs],
            use=ModelUse(calls=len(briefs), tokens_in=7),
        )


class BriefingAgent(toys.WordAgent):
    def briefs(self, artifact: Artifact, seen: Examination) -> Sequence[Brief]:
        return [Brief(f"reworded {f.title}", (Evidence(1, f.title),), Said) for f in seen.findings]

    def revise(self, artifact: Artifact, seen: Examination, answers: Sequence[Answer | None]) -> Examination:
        findings = [
            finding.model_copy(update={"title": answer.said.word})
            if answer and isinstance(answer.said, Said)
            else finding
            for finding, answer in zip(seen.findings, answers, strict=True)
        ]
        return replace(seen, findings=findings)


class BriefingAnalyzer(toys.WordAnalyzer):
    kind = "briefing"

    def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
        return [BriefingAgent("error"), BriefingAgent("absent"), toys.WordAgent("warning", Severity.INFO)]


BRIEFED = Registry([toys.point("briefing", f"{__name__}:BriefingAnalyzer")])


def test_a_gateway_sees_only_what_an_agent_briefs_it_with() -> None:
    artifact = Artifact.from_bytes("briefing", "a.log", LOG)
    gateway = Rewording()
    enriched = analyze(artifact, gateway=gateway, registry=BRIEFED)
    assert [agent for agent, _ in gateway.asked] == ["finds-error", "finds-error"]
    assert [finding.title for finding in enriched.report.findings] == [
        "reworded one error", "reworded an error again", "one warning",
    ]  # fmt: skip
    assert enriched.envelope is not None
    assert enriched.envelope.use == ModelUse(calls=2, tokens_in=7)
    alone = analyze(artifact, registry=BRIEFED).report
    assert next(finding.title for finding in alone.findings) == "one error"


def test_without_an_answer_the_report_says_so_is_otherwise_the_same_and_is_not_kept() -> None:
    artifact = Artifact.from_bytes("briefing", "a.log", LOG)
    cache = MemoryCache()
    noted = analyze(artifact, gateway=Rewording(silent=True), cache=cache, registry=BRIEFED).report
    assert noted.notes == ("no model could be reached",)
    assert noted.model_copy(update={"notes": ()}) == analyze(artifact, registry=BRIEFED).report
    assert not cache._entries


def test_two_steps_with_models_asked_in_between_come_to_the_same_report() -> None:
    artifact = Artifact.from_bytes("briefing", "a.log", LOG)
    gateway = Rewording()
    draft = pickle.loads(pickle.dumps(examine(artifact, briefs=True, registry=BRIEFED)))
    report = finish(draft, artifact, None, gateway.consult("briefing", draft.questions), registry=BRIEFED)
    assert report == analyze(artifact, gateway=gateway, registry=BRIEFED).report
    assert examine(artifact, registry=BRIEFED).questions == []


def test_two_steps_end_at_once_where_there_is_nothing_to_examine() -> None:
    artifact = Artifact.from_bytes("word", "a.log", b"")
    draft = examine(artifact, briefs=True, registry=REGISTRY)
    assert finish(draft, artifact, registry=REGISTRY) == analyze(artifact, registry=REGISTRY).report


def test_an_agent_that_answers_nonsense_failed() -> None:
    class Nonsense(toys.WordAgent):
        def analyze(self, artifact: Artifact) -> Examination:
            return None  # type: ignore[return-value]

    class NonsenseAnalyzer(toys.WordAnalyzer):
        def agents(self, artifact: Artifact, options: Options) -> Sequence[Agent]:
            return [Nonsense("error"), toys.WordAgent("warning")]

    registry = toys.registry()
    registry._loaded["word"] = NonsenseAnalyzer()
    report = analyze(Artifact.from_bytes("word", "a.log", LOG), registry=registry).report
    assert (report.status, report.agent_runs[0].status) == (Status.PARTIAL, "failed")
