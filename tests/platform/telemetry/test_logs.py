"""Logs: JSON for machines, lines for people, the ids of a request on each, and nothing forged."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import warnings
from typing import Any

import pytest
import structlog

from faultline.platform.telemetry import logs
from tests.platform.telemetry.conftest import Lines, Terminal

log: Any = structlog.get_logger("faultline.test")


def fail(words: str) -> None:
    raise RuntimeError(words)


def test_a_line_is_one_json_object_with_the_usual_fields_first(lines: Lines) -> None:
    log.info("analysis completed", analysis="a1", findings=3)
    (event,) = lines.events()
    assert list(event) == ["timestamp", "level", "logger", "event", "analysis", "findings"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", event["timestamp"])
    assert (event["level"], event["logger"], event["event"]) == ("info", "faultline.test", "analysis completed")


def test_libraries_go_through_the_same_steps(lines: Lines) -> None:
    logging.getLogger("alembic.runtime").info("with %s", "postgresql://u:p@h/x")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        logs.configure("debug", stream=lines)
        warnings.warn("old ways", DeprecationWarning, stacklevel=1)
    first, second = lines.events()
    assert (first["event"], first["logger"], first["level"]) == (
        "with postgresql://***@h/x", "alembic.runtime", "info",
    )  # fmt: skip
    assert (second["logger"], second["level"]) == ("py.warnings", "warning")


def test_uvicorns_access_lines_are_not_written_twice(lines: Lines) -> None:
    logging.getLogger("uvicorn.access").info("GET /?token=abc")
    logging.getLogger("httpx").info("HTTP Request")
    logging.getLogger("uvicorn.error").info("started")
    assert [event["event"] for event in lines.events()] == ["started"]


def test_less_than_the_level_is_not_written() -> None:
    stream = Lines()
    logs.configure("warning", stream=stream)
    log.info("a")
    logging.getLogger("x").info("b")
    log.warning("c")
    assert [event["event"] for event in stream.events()] == ["c"]


def test_an_unknown_level_is_refused_with_the_choice() -> None:
    with pytest.raises(ValueError, match="no log level 'loud'; choose debug"):
        logs.configure("loud")


def test_ids_are_bound_inside_and_gone_after(lines: Lines) -> None:
    with logs.bound(request_id="r1", job_id=None):
        logs.bind(tenant_id="t1")
        log.info("inside")
        with logs.bound(job_id="j1"):
            log.info("deeper")
        log.info("inside")
    log.info("outside")
    ids = [{k: v for k, v in e.items() if k.endswith("_id")} for e in lines.events()]
    inside = {"request_id": "r1", "tenant_id": "t1"}
    assert ids == [inside, inside | {"job_id": "j1"}, inside, {}]


async def test_ids_of_concurrent_tasks_do_not_mix(lines: Lines) -> None:
    async def job(name: str) -> None:
        with logs.bound(job_id=name):
            await asyncio.sleep(0)
            log.info("ran", mine=name)

    await asyncio.gather(*(job(str(number)) for number in range(10)))
    assert all(event["job_id"] == event["mine"] for event in lines.events())


def test_an_exception_is_rendered_without_its_secrets(lines: Lines) -> None:
    try:
        fail("cannot reach redis://:hunter2@cache/0 with flk_ab_secretsecret")
    except RuntimeError:
        log.exception("failed")
        logging.getLogger("lib").exception("failed too")
    for event in lines.events():
        assert event["exception"].startswith("Traceback")
        assert "redis://***@cache/0 with flk_ab_***" in event["exception"]


def test_a_huge_exception_keeps_its_end(lines: Lines) -> None:
    try:
        fail("x" * 100_000 + "the point")
    except RuntimeError:
        log.exception("failed", more="y" * 100_000)
    (event,) = lines.events()
    assert event["exception"].endswith("the point")
    assert len(lines.getvalue()) < 40_000


HOSTILE = 'x\n{"level":"critical"}\r\u2028\x1b[2J\u202e\ud800 end'


def test_no_value_forges_a_json_line(lines: Lines) -> None:
    log.info(HOSTILE, field=HOSTILE, nested=[HOSTILE])
    assert len(lines.getvalue().split("\n")) == 2
    assert lines.getvalue().isascii()
    assert lines.events()[0]["field"] == HOSTILE


def test_no_value_forges_a_console_line() -> None:
    stream = Lines()
    logs.configure(stream=stream, as_json=False)
    log.info(HOSTILE, field=HOSTILE, nested=[HOSTILE], empty="", number=1)
    assert len(stream.getvalue().splitlines()) == 1
    assert all(character.isprintable() or character == "\n" for character in stream.getvalue())
    assert 'empty="" number=1 (faultline.test)' in stream.getvalue()


def test_a_trace_on_the_console_is_indented() -> None:
    stream = Lines()
    logs.configure(stream=stream, as_json=False)
    try:
        fail("first\n12:00:00.000 info forged")
    except RuntimeError:
        log.exception("failed")
    first, *rest = stream.lines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} error    failed \(faultline.test\)", first)
    assert rest
    assert all(line.startswith("    ") for line in rest)


def test_a_terminal_gets_colours_and_a_pipe_json() -> None:
    terminal = Terminal()
    logs.configure(stream=terminal)
    log.warning("look", a="b c")
    assert '\x1b[33mwarning \x1b[0m look \x1b[2ma="b c" (faultline.test)\x1b[0m' in terminal.getvalue()


def test_a_full_disk_fails_no_request() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    logs.configure(stream=Full())
    log.info("lost")
    logging.getLogger("lib").warning("lost too")


def test_a_bad_record_of_a_library_is_reported_without_its_arguments(lines: Lines) -> None:
    logs.configure(stream=lines)  # here, for pytest's own handler, which raises, came after the fixture
    logging.getLogger("lib").warning("%d", "no number")
    (event,) = lines.events()
    assert (event["event"], event["logger"]) == ("a log record cannot be shown", "lib")
    assert "no number" not in lines.getvalue()


def test_the_default_stream_is_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger().info("hello", stack_info=True)
    event = json.loads(capsys.readouterr().err)
    assert event["event"] == "hello"
    assert "logger" not in event
    assert event["stack"].startswith("Stack")
