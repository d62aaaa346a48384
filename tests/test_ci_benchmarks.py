import gzip
import sys
from pathlib import Path

import pytest

import ci_accuracy
import ci_categories
import ci_runner
from ci_categories import Answer, calibration_error, confusions, figures, keyword_class, per_class, reliability
from split import halves, parts, repository_of

LOGS = [f"Lang/owner@name{n}/{run}.log.gz" for n in range(4) for run in (1, 2)]

# Stands in for the command line: answers the logs whose name ends with an odd number.
FAULTLINE = """
import json, sys
print()
for name in sys.argv[1:]:
    if name.endswith("1.log.gz"):
        result = {"category": "test", "confidence": 0.9, "evidence": [{"start_line": 1, "end_line": 1, "text": "boom"}]}
        print(json.dumps({"artifact": {"name": name}, "result": result}))
sys.exit(int(any(name.endswith("1.log.gz") for name in sys.argv[1:])))
"""

# Stands in for the score: a label counts when a report of it shows its chunk and nothing else.
SCORE = """
import json, sys
labels = [json.loads(line) for line in open(sys.argv[1])]
reports = [json.loads(line) for line in open(sys.argv[2])]
shown = {r["artifact"]["name"][-len(labels[0]["log"]) :]: r["result"]["evidence"][0]["text"] for r in reports}
f1 = sum(shown.get(l["log"]) == l["chunk"] for l in labels) / len(labels)
print(json.dumps({"logs": len(labels), "reported": len(shown), "precision": f1, "recall": f1, "f1": f1, "full": f1,
                  "none": 1 - f1, "median_lines": 1}))
"""


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    logs = tmp_path / "logs"
    for log in LOGS:
        (logs / log).parent.mkdir(parents=True, exist_ok=True)
        (logs / log).write_bytes(gzip.compress(b"quiet\n" * 300 + b"boom\n"))
    labels = ci_runner.write_jsonl(logs / "labels.jsonl", [{"log": log, "chunk": "boom"} for log in LOGS])
    score = tmp_path / "score.py"
    score.write_text(SCORE)
    command = tmp_path / "faultline.py"
    command.write_text(FAULTLINE)
    ours = ci_runner.write_jsonl(tmp_path / "ours.jsonl", [{"log": log, "category": "test"} for log in LOGS])
    for module in (ci_runner, ci_accuracy, ci_categories):
        for name, value in {"LOGS": logs, "LABELS": labels, "SCORE": score}.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(ci_categories, "LABELS", ours)
    monkeypatch.setattr(ci_runner, "FAULTLINE", (sys.executable, str(command)))
    return tmp_path


def test_the_halves_do_not_depend_on_the_order_and_share_nothing() -> None:
    names = [f"L/o@r{n}" for n in range(40)]
    tuned, unseen = halves(names)
    assert (tuned, unseen) == halves(reversed(names))
    assert len(tuned) == len(unseen) == 20
    assert not tuned & unseen
    assert sorted(tuned | unseen) == sorted(names)


def test_a_log_is_in_the_half_of_its_repository() -> None:
    divided = parts(LOGS)
    tuned, unseen = halves(map(repository_of, LOGS))
    assert {repository_of(log) for log in divided["tuned half"]} == tuned
    assert {repository_of(log) for log in divided["other half"]} == unseen
    assert divided["tuned half"] | divided["other half"] == divided["whole"] == frozenset(LOGS)
    assert divided["never read"] < divided["other half"]


def test_every_label_is_a_class_of_the_contract_and_names_one_log() -> None:
    from faultline.core.results.ci import Category

    rows = ci_runner.read_jsonl(ci_categories.LABELS)
    names = [row["log"] for row in rows]
    assert names == sorted(set(names))
    assert len({repository_of(name) for name in names}) == 40
    assert {row["category"] for row in rows} | {row["also"] for row in rows if "also" in row} <= set(Category)
    assert all(row["category"] != row.get("also") for row in rows)
    assert sum("also" in row for row in rows) < 0.12 * len(rows)
    assert all(set(row) <= {"log", "category", "also"} for row in rows)


def test_the_second_label_is_right_too_and_unknown_is_never_confidently_wrong() -> None:
    answers = [
        Answer("test", None, "test", 0.9),
        Answer("crash", "test", "test", 0.9),
        Answer("lint", None, "test", 0.7),
        Answer("lint", None, "test", 0.69),
        Answer("lint", None, "unknown", 0.9),
    ]
    assert figures(answers) == ci_categories.Figures(5, 0.4, 0.2, 0.2)
    assert figures([]) == ci_categories.Figures(0, 0.0, 0.0, 0.0)


def test_precision_and_recall_count_a_second_label_for_the_class_answered() -> None:
    answers = [
        Answer("test", None, "test", 1),
        Answer("crash", "test", "test", 1),
        Answer("lint", None, "test", 1),
        Answer("lint", None, "lint", 1),
    ]
    assert per_class(answers) == [("lint", 2, 1.0, 0.5), ("test", 2, 2 / 3, 1.0)]
    assert confusions(answers) == [("lint", "test", 1)]


def test_confidence_is_compared_with_accuracy_in_each_bin() -> None:
    answers = [Answer("test", None, "test", 1.0), Answer("test", None, "lint", 0.9), Answer("test", None, "test", 0.3)]
    (low, high, count, mean, accuracy), top = reliability(answers)
    assert (low, high, count, mean, accuracy) == (0.3, 0.5, 1, 0.3, 1.0)
    assert top[:3] == (0.9, 1.0, 2)
    assert top[3:] == pytest.approx((0.95, 0.5))
    assert calibration_error(answers) == pytest.approx((0.7 + 2 * 0.45) / 3)
    assert calibration_error([]) == 0.0


def test_the_keyword_baseline_looks_at_the_last_lines_only() -> None:
    assert keyword_class(["No space left on device", *["quiet"] * 49]) == "resource-disk"
    assert keyword_class(["No space left on device", *["quiet"] * 50]) == "unknown"


@pytest.mark.parametrize("report", [None, {"artifact": {"name": "x"}, "result": None}, {"artifact": {"name": "x"}}])
def test_a_log_without_a_result_counts_as_unknown(report: ci_runner.Report | None) -> None:
    assert ci_categories.from_report(report) == ("unknown", 0.0)


def test_baselines_choose_the_lines_they_say() -> None:
    lines = ["error early", *(f"quiet {n}" for n in range(300)), "error late", "after", ""]
    assert ci_accuracy.words(lines) == ["error early", "error late"]
    assert ci_accuracy.last_words(lines) == ["quiet 297", "quiet 298", "quiet 299", "error late", "after"]
    assert len(ci_accuracy.tail(lines)) == 50


def test_log_lines_have_no_colour_and_end_at_carriage_returns(shared: Path) -> None:
    (shared / "logs" / LOGS[0]).write_bytes(gzip.compress(b"\x1b[31mred\x1b[0m\r\n10%\r20%\nbad \xff"))
    assert ci_runner.log_lines(LOGS[0]) == ["red", "10%", "20%", "bad \ufffd"]


@pytest.mark.parametrize("workers", [1, 2, 20])
@pytest.mark.usefixtures("shared")
def test_every_log_is_run_once_whatever_the_number_of_workers(workers: int) -> None:
    reports = ci_runner.diagnose(LOGS, workers)
    assert sorted(reports) == [log for log in LOGS if log.endswith("1.log.gz")]


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("code", [1, 2])
def test_a_run_that_breaks_ends_the_benchmark(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci_runner, "FAULTLINE", (sys.executable, "-c", f"raise SystemExit({code})"))
    with pytest.raises(SystemExit, match=f"ended with {code}"):
        ci_runner.diagnose(LOGS, 1)


@pytest.mark.usefixtures("shared")
def test_accuracy_prints_the_whole_both_halves_and_each_repository(capsys: pytest.CaptureFixture[str]) -> None:
    assert ci_accuracy.main(["--per-repo"]) == 1
    printed = capsys.readouterr().out
    assert printed.count("faultline ") == printed.count("tail 50") == 4
    assert "whole, 8 logs, 4 reported" in printed
    assert "other half, 4 logs, 2 reported" in printed
    assert "f1                   0.500  at least 0.55  MISSED" in printed
    assert "0.500  Lang/owner@name3" in printed


@pytest.mark.usefixtures("shared")
def test_categories_print_every_way_for_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert ci_categories.main([]) == 1
    printed = capsys.readouterr().out
    assert (
        "faultline       whole           8 logs  accuracy 0.500  wrong while confident 0.000  unknown 0.500" in printed
    )
    assert printed.count("always test") == printed.count("keywords") == 4
    assert "4  test -> unknown" in printed


@pytest.mark.usefixtures("shared")
def test_kept_limits_end_with_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci_categories, "ACCURACY_AT_LEAST", 0.5)
    monkeypatch.setattr(ci_accuracy, "TARGETS", {"f1": 0.5})
    monkeypatch.setattr(ci_accuracy, "LIMITS", {"none": 0.5})
    assert ci_categories.main([]) == ci_accuracy.main([]) == 0


def test_missing_data_is_said_and_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ci_runner, "LABELS", tmp_path / "labels.jsonl")
    assert ci_accuracy.main([]) == ci_categories.main([]) == 0
    assert capsys.readouterr().out.count("not present") == 2


@pytest.mark.usefixtures("shared")
def test_a_skipped_report_is_no_report_to_the_score() -> None:
    labels = [{"log": LOGS[0], "chunk": "boom"}]
    skipped = {LOGS[0]: {"artifact": {"name": LOGS[0]}, "result": None}}
    assert ci_accuracy.score(labels, skipped)["reported"] == 0
