"""From the chosen cause to the typed answer: evidence, category, confidence, names, fix, fingerprint."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from faultline.analyzers.ci import categories
from faultline.analyzers.ci.blocks import Block
from faultline.analyzers.ci.causes import Cause
from faultline.analyzers.ci.fingerprints import of_failure
from faultline.analyzers.ci.lines import Line, visible
from faultline.analyzers.ci.sketch import Sketch
from faultline.core.finding import Finding, Location, Severity
from faultline.core.results.ci import Category, CiDiagnosis, Excerpt

MAX_NAMES = 500
"""More failed tests than that are counted, not named."""
MAX_TITLE = 160
TELLING_BLOCKS, TELLING_LINES = 20, 8
"""How many blocks, and lines of each where its first names nothing, make the fingerprint."""


def diagnose(sketch: Sketch, cause: Cause | None, *, log: str = "") -> CiDiagnosis:
    """Turn the cause into the typed result; without a cause it says whether the job failed, and nothing else."""
    frame = sketch.frame
    if cause is None:
        return CiDiagnosis(
            failed=frame.failed, category=Category.UNKNOWN, confidence=0.0, provider=frame.provider, log=log
        )
    lead = cause.blocks[0] if cause.blocks else None
    category, confidence = categories.judge(sketch, cause)
    return CiDiagnosis(
        failed=True if frame.failed is None else frame.failed,
        category=category,
        confidence=confidence,
        provider=frame.provider,
        log=log,
        failing_step=(cause.step.name or None) if cause.step else None,
        exit_code=cause.step.exit_code if cause.step else None,
        tool=(lead.signature.tool or None) if lead else None,
        failed_tests=tuple(_failed_tests(sketch, cause)),
        evidence=tuple(excerpts(sketch, cause.lines, {block.hit for block in cause.blocks})),
        cascade=tuple(excerpts(sketch, sorted({n for block in cause.cascade for n in block.numbers[:3]}))),
        suggested_fix=_fix(lead, category, cause),
        fingerprint=_fingerprint(sketch, cause),
    )


def finding(diagnosis: CiDiagnosis, title: str, rule: str, artifact_name: str) -> Finding:
    """The finding that stands for this diagnosis in the report."""
    first = diagnosis.evidence[0]
    return Finding(
        rule_id=f"ci/{rule}",
        agent="log-reader",
        severity=Severity.MEDIUM if diagnosis.category is Category.UNKNOWN else Severity.HIGH,
        title=title,
        description=describe(diagnosis),
        suggested_fix=diagnosis.suggested_fix,
        confidence=diagnosis.confidence,
        location=Location(
            path=diagnosis.log or artifact_name, start_line=first.start_line, end_line=diagnosis.evidence[-1].end_line
        ),
        evidence=tuple(visible(row.encode()) for excerpt in diagnosis.evidence for row in excerpt.text.split("\n"))[
            :200
        ],
        fingerprint=diagnosis.fingerprint or "",
    )


def describe(diagnosis: CiDiagnosis) -> str:
    """Where and how the job failed, in one or two sentences."""
    if diagnosis.failed is False and not diagnosis.evidence:
        return "The log is of a job that passed."
    if not diagnosis.evidence:
        return (
            "The job failed, but the log does not show why." if diagnosis.failed else "No failure stands in this log."
        )
    words = [f"{_KIND[diagnosis.category]}"]
    if diagnosis.failing_step:
        words.append(f"in step `{_short(diagnosis.failing_step, 80)}`")
    code = f"exit code {diagnosis.exit_code}" if diagnosis.exit_code is not None else ""
    teller = f"reported by {diagnosis.tool}" if diagnosis.tool else ""
    if code or teller:
        words.append(f"({', '.join(part for part in (code, teller) if part)})")
    first, last = diagnosis.evidence[0].start_line, diagnosis.evidence[-1].end_line
    where = f"line {first}" if first == last else f"lines {first}-{last}"
    names = diagnosis.failed_tests
    tests = f" {len(names)} failed test{'s' if len(names) > 1 else ''}: {', '.join(names[:5])}." if names else ""
    more = tests[:-1] + ", ..." if len(names) > 5 else tests
    return f"{' '.join(words)}; see {where}.{more}"


_KIND = {
    Category.TEST: "A test failed",
    Category.COMPILE: "The code does not compile or load",
    Category.LINT: "A check of style or content failed",
    Category.DEPENDENCY: "A dependency could not be resolved",
    Category.CONFIGURATION: "The job is set up wrongly",
    Category.NETWORK: "The network failed",
    Category.AUTHENTICATION: "Access was denied",
    Category.RESOURCE_MEMORY: "Memory ran out",
    Category.RESOURCE_DISK: "The disk is full",
    Category.TIMEOUT: "A time limit was passed",
    Category.CANCELLED: "The job was cancelled",
    Category.INFRASTRUCTURE: "The CI system or a service it needs failed",
    Category.CRASH: "A program crashed",
    Category.UNKNOWN: "The job failed for a reason that matches no known kind",
}


def excerpts(sketch: Sketch, numbers: Sequence[int], matched: Collection[int] = ()) -> Iterable[Excerpt]:
    """Group line numbers into excerpts; only blank lines may stand between two lines of one."""
    run: list[Line] = []
    for number in numbers:
        line = sketch.line_at(number)
        if line is None:
            continue
        if run and line.number - run[-1].number <= 4:
            between = list(sketch.lines(run[-1].number + 1, line.number - 1))
            if all(not other.text.strip() for other in between):
                run += [*between, line]
                continue
        if run:
            yield _excerpt(run, matched)
        run = [line]
    if run:
        yield _excerpt(run, matched)


def _excerpt(lines: Sequence[Line], matched: Collection[int]) -> Excerpt:
    return Excerpt(
        start_line=lines[0].number,
        end_line=lines[-1].number,
        start_byte=lines[0].offset,
        end_byte=lines[-1].offset + lines[-1].length,
        text="\n".join(line.raw.decode("utf-8", "replace").rstrip("\r\n") for line in lines),
        truncated=any(line.truncated for line in lines),
        matched_lines=tuple(line.number for line in lines if line.number in matched),
    )


def title(sketch: Sketch, cause: Cause) -> str:
    """The verdict in one line."""
    if not cause.blocks:
        shown = [line.text.strip() for line in sketch.lines(cause.lines[0], cause.lines[-1])] if cause.lines else []
        return _short(next((text for text in reversed(shown) if text), "no output"), MAX_TITLE)
    lead = cause.blocks[0]
    words = lead.signature.fill(lead.signature.title, dict(lead.groups))
    if not words:
        line = sketch.line_at(lead.hit)
        words = line.text.strip() if line else lead.signature.tool
    more = len(cause.blocks) - 1
    return _short(words, MAX_TITLE) + (f" (and {more} more)" if more else "")


def _failed_tests(sketch: Sketch, cause: Cause) -> list[str]:
    names: dict[str, None] = {}
    for block in (*cause.blocks, *cause.cascade):
        signature = block.signature
        if signature.category is not Category.TEST:
            continue
        if name := block.groups.get("test"):
            names[name.strip()] = None
        if signature.names is not None:
            for number in block.numbers:
                line = sketch.line_at(number)
                found = signature.names.search(line.text) if line else None
                if found and (name := next((group for group in found.groups() if group), None)):
                    names[name.strip()] = None
    # A summary often names a test by its full path, the block above it by its name alone.
    short = {
        name for name in names if any(other != name and other.endswith((f"::{name}", f".{name}")) for other in names)
    }
    return [name for name in names if name not in short][:MAX_NAMES]


def _fix(lead: Block | None, category: Category, cause: Cause) -> str | None:
    if lead is not None and (words := lead.signature.fill(lead.signature.fix, dict(lead.groups))):
        return words
    if cause.step is not None and cause.step.name and category is Category.UNKNOWN:
        return f"Run `{_short(cause.step.name, 80)}` locally; its last output is shown above."
    return None


def _fingerprint(sketch: Sketch, cause: Cause) -> str:
    if not cause.blocks:
        return of_failure(
            "ci/unknown", [line.text for n in cause.lines if (line := sketch.line_at(n)) is not None][-3:]
        )
    telling: list[str] = []
    for block in cause.blocks[:TELLING_BLOCKS]:
        lines = [line for number in block.numbers if (line := sketch.line_at(number)) is not None]
        hit = next((line for line in lines if line.number == block.hit), lines[0])
        telling.append(hit.text)
        below = [line.text for line in lines if line.number > hit.number and line.text.strip()]
        # A bare header such as `Traceback` names nothing: what stands below it does.
        telling += below[:1] if block.groups else [*below[:TELLING_LINES], *below[-1:]]
    return of_failure(cause.blocks[0].signature.id, telling)


def _short(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 3] + "..."
