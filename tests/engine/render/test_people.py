"""The formats for people: text and Markdown."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from faultline.core.finding import Severity
from faultline.core.report import AgentRun, Report, Status
from faultline.core.results.ci import Category, CiDiagnosis
from faultline.engine.render import ci, markup, renderer
from faultline.engine.render.excerpts import MAX_COLUMNS, MAX_LINES, of_excerpts
from faultline.engine.render.untrusted import one_line, plain, plural, span
from tests.engine.render import reports as made

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(*given: Report, to: str = "text", timings: bool = False) -> str:
    out = io.StringIO()
    renderer(to)((made.outcome(report, timings=timings) for report in given), out)
    return out.getvalue()


class TestText:
    def test_a_ci_failure_is_a_verdict_the_lines_the_fix_and_where_to_look(self) -> None:
        assert shown(made.ci_report()).split("\n") == [
            "build.log  compile failure: cannot find value `x`  92% sure",
            '  step "Build", by cargo, exit code 101, on github-actions',
            "",
            "  > 1234 | error[E0425]: cannot find value `x`",
            "    1235 |   --> src/main.rs:4:5",
            "",
            "  fix      Declare `x` or import it.",
            "  look at  build.log:1234-1235",
            "  ignore   1 later error that followed from this (at 1240)",
            "",
        ]

    def test_a_third_party_kind_is_shown_without_a_view_of_its_own(self) -> None:
        text = shown(made.report(made.finding(), made.finding(Severity.LOW)))
        assert text.split("\n")[:10] == [
            "a.txt  demo: 2 findings (1 high, 1 low)",
            "           All said.",
            "",
            "HIGH Something broke  demo/rule, 90% sure",
            "  src/a b.py:3-4",
            "    3 | first line",
            "  > 4 | second error line",
            "  why      It broke because of a thing.",
            "  fix      Mend the thing.",
            "",
        ]

    def test_a_report_without_findings_says_so(self) -> None:
        assert "a.txt  demo: no findings" in shown(made.report())
        skipped = shown(made.report(status=Status.SKIPPED, summary="The file is empty.", result=None))
        assert skipped == "a.txt  demo: skipped\n           The file is empty.\n"

    def test_what_could_not_be_done_is_said(self) -> None:
        run = AgentRun(agent="x", version="1", status="failed", findings=0, unread=("page 3",), error="OSError: gone")
        for report in (made.report(agent_runs=(run,), status=Status.PARTIAL), made.ci_report(agent_runs=(run,))):
            assert "  ! agent x failed: OSError: gone\n  ! not read: page 3\n" in shown(report)
            assert "> **Incomplete:** agent x failed\\: OSError\\: gone\n" in shown(report, to="markdown")
        assert "no findings, incomplete" in shown(made.report(agent_runs=(run,), status=Status.PARTIAL))

    @pytest.mark.parametrize(
        ("failed", "words"),
        [(False, "passed: All said."), (None, "no verdict: All said."), (True, "failed: All said.")],
    )
    def test_a_log_without_a_cause_is_one_line(self, failed: bool | None, words: str) -> None:
        result = CiDiagnosis(failed=failed, category=Category.UNKNOWN, confidence=0)
        assert shown(made.ci_report(result)) == f"build.log  {words}\n"

    def test_further_findings_of_a_log_are_listed_below_the_first(self) -> None:
        text = shown(made.ci_report(None, made.finding(Severity.LOW, title="Also this")))
        assert "\nLOW Also this  demo/rule, 90% sure\n" in text

    def test_a_member_of_an_archive_is_named_where_to_look(self) -> None:
        result = made.diagnosis(log="3_Build.txt", evidence=(made.excerpt(7, "x"), made.excerpt(9, "y")))
        assert "look at  build.log > 3_Build.txt:7, 9" in shown(made.ci_report(result))

    def test_many_failed_tests_are_counted(self) -> None:
        result = made.diagnosis(failed_tests=tuple(f"t{n}" for n in range(12)))
        assert "failed   t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, and 2 more\n" in shown(made.ci_report(result))

    def test_long_evidence_is_elided_with_its_line_numbers(self) -> None:
        result = made.diagnosis(evidence=(made.excerpt(1, *(f"line {n}" for n in range(1, 101))),))
        text = shown(made.ci_report(result))
        assert f" {MAX_LINES} | line {MAX_LINES}\n" in text
        assert f"... 60 more lines ({MAX_LINES + 1}-100)" in text
        assert "line 41" not in text

    def test_a_gap_between_excerpts_is_shown(self) -> None:
        result = made.diagnosis(evidence=(made.excerpt(1, "an error"), made.excerpt(9, "more")))
        assert "  > 1 | an error\n       ...\n    9 | more\n" in shown(made.ci_report(result))

    def test_timings_stand_below_the_report(self) -> None:
        assert shown(made.report(), timings=True).endswith("  took agents 12.3 ms; cache miss\n")

    def test_reports_are_kept_apart_by_an_empty_line(self) -> None:
        assert "\n\na.txt  demo" in shown(made.report(), made.report())

    @pytest.mark.parametrize("kind", ["generic", "ci"])
    def test_no_control_sequence_of_an_artifact_reaches_the_terminal(self, kind: str) -> None:
        nasty: Any = {
            "title": made.NASTY,
            "description": made.NASTY,
            "suggested_fix": made.NASTY,
            "evidence": (made.NASTY,),
        }
        result = made.diagnosis(
            failing_step=made.NASTY, tool=made.NASTY, log=made.NASTY, suggested_fix=made.NASTY,
            failed_tests=(made.NASTY,), evidence=(made.excerpt(1, made.NASTY),),
        )  # fmt: skip
        nasty_finding = made.finding(**nasty)
        report = made.report(nasty_finding) if kind == "generic" else made.ci_report(result, nasty_finding)
        for to in ("text", "markdown", "github"):
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown(report, to=to)), to

    def test_a_terminal_gets_colours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm-256color")
        out = Terminal()
        renderer("text")([made.outcome(made.ci_report())], out)
        assert "\x1b[1;31mcompile failure" in out.getvalue()
        assert "92% sure" in out.getvalue()

    def test_no_color_is_honoured(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm-256color")
        out = Terminal()
        renderer("text")([made.outcome(made.ci_report())], out)
        assert not re.search(r"\x1b\[[0-9;]*3\d", out.getvalue())

    def test_a_long_line_is_not_wrapped_in_a_terminal(self) -> None:
        out = Terminal()
        report = made.ci_report(made.diagnosis(evidence=(made.excerpt(1, "x" * 200),)))
        renderer("text")([made.outcome(report)], out)
        assert "x" * 200 in out.getvalue()


class TestMarkdown:
    def test_a_ci_failure_reads_well_in_a_comment(self) -> None:
        assert shown(made.ci_report(), to="markdown").split("\n\n") == [
            "### compile failure: cannot find value `x`",
            '`build.log` (92% sure), step "Build", by cargo, exit code 101, on github-actions',
            "```text\n> 1234 | error[E0425]: cannot find value `x`\n  1235 |   --> src/main.rs:4:5\n```",
            "**Fix:** Declare `x` or import it.",
            "**Look at:** `build.log:1234-1235`",
            "*Ignore 1 later error that followed from this (at 1240)*",
            "",
        ]

    def test_any_kind_reads_well_in_a_comment(self) -> None:
        text = shown(made.report(made.finding(), summary=""), to="markdown")
        assert text.split("\n\n") == [
            "### `a.txt` demo: 1 finding (1 high)",
            "**high: Something broke** at `src/a b.py:3-4` (`demo/rule`, 90% sure)",
            "It broke because of a thing.",
            "```text\n  3 | first line\n> 4 | second error line\n```",
            "**Fix:** Mend the thing.",
            "",
        ]

    def test_a_finding_may_lack_everything_but_its_title(self) -> None:
        bare = made.finding(description="", suggested_fix=None, location=None, evidence=())
        assert "**high: Something broke** (`demo/rule`, 90% sure)\n" in shown(made.report(bare), to="markdown")
        assert "HIGH Something broke  demo/rule, 90% sure\n" in shown(made.report(bare))

    def test_failed_tests_are_named(self) -> None:
        result = made.diagnosis(failed_tests=("a::b",), failing_step=None, tool=None, exit_code=None, cascade=())
        text = shown(made.ci_report(result), to="markdown")
        assert "**Failed tests:** a\\:\\:b" in text
        assert "\n`build.log` (92% sure)\n" in text

    @given(st.text("`ab\n", max_size=40))
    def test_no_evidence_closes_its_own_fence(self, text: str) -> None:
        block = markup.fence(of_excerpts([made.excerpt(1, *text.split("\n"))]))
        opening, *body, closing = block.split("\n")
        assert opening == f"{closing}text"
        assert all(closing not in line for line in body)

    @given(st.text("`ab |", max_size=20))
    def test_a_code_span_holds_any_text(self, text: str) -> None:
        span_ = markup.code(text)
        ticks = re.match("`+", span_)
        assert ticks is not None
        assert span_.endswith(ticks.group())
        assert ticks.group() not in span_[len(ticks.group()) : -len(ticks.group())]

    @given(st.text("`*_[]()<>|~$&:\\\\@#!-+=.\"'ab1 \n", max_size=30))
    def test_a_markdown_parser_sees_only_text_and_code(self, text: str) -> None:
        opening, inline, closing = MARKDOWN.parse(f"Fix: {markup.prose(text)}")
        assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
        assert {token.type for token in inline.children or ()} <= {"text", "code_inline"}

    @given(st.text("`ab |\\\\", max_size=30))
    def test_a_markdown_parser_sees_one_code_span(self, text: str) -> None:
        (_, inline, _) = MARKDOWN.parse(f"x {markup.code(text)}")
        assert [token.type for token in inline.children or ()] == ["text", "code_inline"]

    @given(st.text("`~ab >|\n", max_size=60))
    def test_a_markdown_parser_sees_one_fence(self, text: str) -> None:
        (block,) = MARKDOWN.parse(markup.fence(of_excerpts([made.excerpt(1, *text.split("\n"))])))
        assert (block.type, block.info) == ("fence", "text")

    def test_untrusted_prose_neither_formats_nor_links_nor_mentions(self) -> None:
        text = markup.prose("*a* [b](c) <d> @me #1 https://e www.f ~~g~~ $h$ `i` `j\n# k")
        assert text == (
            "\\*a\\* \\[b\\](c) \\<d\\> @\u200bme #\u200b1 https\\://e www\\.f \\~\\~g\\~\\~ \\$h\\$ `i` \\`j # k"
        )


class TestUntrusted:
    @pytest.mark.parametrize(
        ("raw", "seen"),
        [
            ("\x1b[1;31mred\x1b[0m", "red"),
            ("\x9b31mred", "red"),
            ("\x1b]0;title\x07text", "text"),
            ("\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\", "link"),
            ("\x1b]never closed", "never closed"),
            ("\x1b(Bascii", "ascii"),
            ("10%\r50%\r100%", "100%"),
            ("windows\r\nlines\r\n", "windows\nlines\n"),
            ("a\x00b\x08c\x7fd\x85e", "abcde"),
            ("user\u202etxt", "usertxt"),
            ("half \ud800", "half "),
            ("tab\tand\nline", "tab\tand\nline"),
            ("schön 日本 🙂", "schön 日本 🙂"),
        ],
    )
    def test_only_what_a_reader_would_see_is_left(self, raw: str, seen: str) -> None:
        assert plain(raw) == seen

    @given(st.text(st.characters(codec=None)))
    def test_any_text_becomes_printable_lines(self, text: str) -> None:
        safe = plain(text)
        assert plain(safe) == safe
        safe.encode()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", safe)

    def test_one_line_is_one_line_and_not_too_long(self) -> None:
        assert one_line("a\n  b\tc") == "a b c"
        assert one_line("x" * 500, 10) == "xxxxxxx..."

    def test_counts_and_ranges_read_naturally(self) -> None:
        assert [plural(1, "line"), plural(2_000, "line")] == ["1 line", "2,000 lines"]
        assert [span(7, 7), span(7, 9)] == ["7", "7-9"]


def test_one_line_over_the_limit_is_shown_rather_than_counted() -> None:
    rows = of_excerpts([made.excerpt(1, *"x" * (MAX_LINES + 1))])
    assert len(rows) == MAX_LINES + 1
    assert not rows[-1].note


def test_a_time_stamp_before_every_line_is_left_out() -> None:
    lines = ["2025-09-14T09:21:56.4726602Z \x1b[31mE   boom\x1b[0m", "2025-09-14T09:21:57Z"]
    assert [row.text for row in of_excerpts([made.excerpt(1, *lines)])] == ["E   boom", ""]
    assert of_excerpts([made.excerpt(1, *lines, "no stamp")])[1].text == lines[1]


def test_a_very_long_line_is_cut_and_says_how_much() -> None:
    (row,) = of_excerpts([made.excerpt(1, "x" * 10_000)])
    assert row.text == "x" * MAX_COLUMNS + "... 9,760 more characters"


def test_where_no_line_tells_the_error_the_first_is_marked() -> None:
    assert [row.telling for row in of_excerpts([made.excerpt(1, "a", "b")])] == [True, False]


def test_the_ci_view_refuses_another_result() -> None:
    with pytest.raises(TypeError):
        list(ci.text(made.report()))


def test_the_line_that_was_recognised_is_marked_though_its_words_tell_nothing() -> None:
    excerpt = made.excerpt(7, "warming up", "core dumped", "bye").model_copy(update={"matched_lines": (8,)})
    shown = of_excerpts([excerpt])
    assert [row.number for row in shown if row.telling] == [8]
