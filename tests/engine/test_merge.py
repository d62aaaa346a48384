from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from faultline.core.finding import Finding, Location, Severity
from faultline.engine.merge import merge

LOCATIONS = st.none() | st.builds(
    Location, path=st.sampled_from("ab"), start_line=st.integers(1, 3), end_line=st.integers(1, 3)
)
FINDINGS = st.builds(
    Finding,
    rule_id=st.sampled_from(["r1", "r2"]),
    agent=st.sampled_from(["x", "y"]),
    severity=st.sampled_from(Severity),
    title=st.sampled_from(["t", "u"]),
    confidence=st.sampled_from([0.1, 0.5, 1.0]),
    location=LOCATIONS,
    fingerprint=st.sampled_from(["f1", "f2", "f3"]),
)


def finding(print_: str = "f", severity: Severity = Severity.LOW, confidence: float = 1.0, line: int = 1) -> Finding:
    return Finding(
        rule_id="r",
        agent="a",
        severity=severity,
        title="t",
        confidence=confidence,
        location=Location(path="p", start_line=line, end_line=line),
        fingerprint=print_,
    )


@given(st.lists(FINDINGS), st.randoms())
def test_the_result_does_not_depend_on_who_finished_first(findings: list[Finding], random: object) -> None:
    shuffled = list(findings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge(findings) == merge(shuffled)


@given(st.lists(FINDINGS))
def test_every_fingerprint_stays_once(findings: list[Finding]) -> None:
    merged = merge(findings)
    assert sorted(one.fingerprint for one in merged) == sorted({one.fingerprint for one in findings})
    assert merge(merged) == merged


def test_the_most_severe_of_equal_fingerprints_is_kept_before_the_most_confident() -> None:
    severe, sure = finding(severity=Severity.HIGH, confidence=0.1), finding(severity=Severity.LOW, confidence=1.0)
    assert merge([sure, severe]) == (severe,)
    doubtful = finding(severity=Severity.LOW, confidence=0.2)
    assert merge([doubtful, sure]) == (sure,)


def test_findings_rank_by_severity_then_confidence_then_place() -> None:
    ranked = [
        finding("a", Severity.CRITICAL, 0.1, 9),
        finding("b", Severity.HIGH, 0.9, 5),
        finding("c", Severity.HIGH, 0.5, 1),
        finding("d", Severity.HIGH, 0.5, 2),
        finding("e", Severity.INFO, 1.0, 1),
    ]
    assert list(merge(reversed(ranked))) == ranked


def test_two_agents_that_tell_the_same_of_one_line_are_one_finding() -> None:
    def told(agent: str, severity: Severity, line: int, *cwe: str) -> Finding:
        at = Location(path="a.py", start_line=line, end_line=line)
        name = f"{agent} {line} {cwe}"
        return finding(name, severity).model_copy(
            update={"agent": agent, "location": at, "cwe": cwe, "fingerprint": name}
        )

    worst = told("security", Severity.HIGH, 3, "CWE-697", "CWE-595")
    same = told("logic", Severity.LOW, 3, "CWE-595")
    others = [
        told("logic", Severity.LOW, 4, "CWE-595"),
        told("logic", Severity.LOW, 3, "CWE-1"),
        told("style", Severity.LOW, 3),
        told("security", Severity.LOW, 3, "CWE-697"),
    ]
    assert {one.fingerprint for one in merge([same, worst, *others])} == {one.fingerprint for one in [worst, *others]}
    assert merge([same]) == (same,)
