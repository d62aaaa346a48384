"""Logs: one JSON object a line for machines, readable lines on a terminal, no secret in either.

Our own code logs through structlog, libraries through `logging`; both go through the same steps and out of the same
stream. A message is a short constant sentence, what varies stands in fields:

    log = structlog.get_logger(__name__)
    log.warning("webhook endpoint disabled", endpoint=str(endpoint.id), failures=14)

`bound` gives every line written inside it the ids of its request or job.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator, MutableMapping
from typing import Any, Final, TextIO

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars, merge_contextvars

from faultline.platform.telemetry.redaction import Cleaning

MAX_TRACE: Final = 16_384
"""Characters kept of a rendered exception."""

_FIRST = ("timestamp", "level", "logger", "event")
_TRACES = ("exception", "stack")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_QUIET = ("httpx", "httpcore", "asyncio", "aiosqlite", "sqlalchemy.engine", "sqlalchemy.pool", "python_multipart")
"""Libraries that tell each of their steps at `info` or `debug`; ours say the same once, with the ids."""

Event = MutableMapping[str, Any]


def configure(level: str = "info", *, stream: TextIO | None = None, as_json: bool | None = None) -> None:
    """Set up logging for this process; may be called again, the last call holds.

    Args:
        level: least level that is written: debug, info, warning, error or critical.
        stream: where lines go; None for standard error.
        as_json: None for JSON unless `stream` is a terminal.

    Raises:
        ValueError: there is no such level.

    """
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise ValueError(f"no log level '{level}'; choose debug, info, warning, error or critical")
    out = stream if stream is not None else sys.stderr
    as_json = not out.isatty() if as_json is None else as_json
    sink = _Sink(out)
    gather: list[structlog.types.Processor] = [
        merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    show: list[structlog.types.Processor] = [_cleaned, _json if as_json else _Console(out.isatty())]
    structlog.configure(
        processors=[*gather, _named, *show],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *names: _Lines(sink, str(names[0]) if names else ""),
        cache_logger_on_first_use=False,
    )
    handler = _Foreign(sink)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*gather, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *show],
        )
    )
    _adopt(handler, number)


def _adopt(handler: logging.Handler, level: int) -> None:
    """Make `handler` the only one there is."""
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic", "sqlalchemy"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger("uvicorn.access").setLevel(logging.CRITICAL)  # RequestTelemetry writes that line
    logging.captureWarnings(capture=True)


@contextlib.contextmanager
def bound(**ids: str | None) -> Iterator[None]:
    """Give every line that is logged inside these ids, and take away what else was bound inside.

    Usual ids are `request_id`, `tenant_id` and `job_id`; None leaves one out. Whatever `bind` adds meanwhile goes as
    well, so that nothing of one request shows on the next.
    """
    before = get_contextvars()
    bind(**ids)
    try:
        yield
    finally:
        clear_contextvars()
        bind_contextvars(**before)


def bind(**ids: str | None) -> None:
    """Add ids that became known later, such as the tenant after sign-in; they go where the enclosing `bound` ends."""
    bind_contextvars(**{name: value for name, value in ids.items() if value is not None})


class _Sink:
    """Writes whole lines. A full disk or a closed pipe loses lines; it must not fail requests."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, line: str) -> None:
        with self._lock, contextlib.suppress(OSError, ValueError):
            # One write with its line feed: lines of several processes on one pipe stay whole up to PIPE_BUF.
            self._stream.write(line + "\n")
            self._stream.flush()


class _Lines:
    """What structlog hands finished lines to."""

    def __init__(self, sink: _Sink, name: str) -> None:
        self.name = name
        self._sink = sink

    def msg(self, line: str) -> None:
        self._sink.write(line)

    debug = info = warning = warn = error = critical = fatal = exception = log = msg


class _Foreign(logging.Handler):
    """Lets the records of libraries through the same steps."""

    def __init__(self, sink: _Sink) -> None:
        super().__init__()
        self._sink = sink

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception as error:  # logging's own report would show the arguments as they are, secrets and all
            structlog.get_logger(record.name).error("a log record cannot be shown", error=repr(error))
        else:
            self._sink.write(line)


def _named(logger: Any, _: str, event: Event) -> Event:
    if logger.name:
        event["logger"] = logger.name
    return event


def _cleaned(_: Any, __: str, event: Event) -> Event:
    """Take out secrets and bound the size; the usual fields come first."""
    cleaning = Cleaning()
    cleaned: Event = {name: event[name] for name in _FIRST if name in event}
    cleaned["event"] = cleaning.text(event.get("event"))
    # Traces before the other fields: of a line that is too long they are what somebody will look for.
    traces = {name: cleaning.text(event[name], MAX_TRACE) for name in _TRACES if event.get(name)}
    for name, value in event.items():
        if name not in cleaned and name not in _TRACES:
            cleaned[name] = cleaning.value(name, value)
    return {**cleaned, **traces}


def _json(_: Any, __: str, event: Event) -> str:
    return json.dumps(event)  # ASCII only: no line separator and no lone surrogate gets out unescaped


class _Console:
    """Time, level, message and fields on one line; a trace below, indented so that it cannot pass for a line."""

    _COLOURS: Final = {"debug": "2", "info": "32", "warning": "33", "error": "31", "critical": "1;31"}

    def __init__(self, coloured: bool) -> None:
        self._coloured = coloured

    def __call__(self, _: Any, __: str, event: Event) -> str:
        level = str(event.pop("level", ""))
        time = str(event.pop("timestamp", ""))[11:23]
        traces = [str(event.pop(name)) for name in _TRACES if name in event]
        origin, message = event.pop("logger", None), _visible(str(event.pop("event", "")))
        fields = [f"{_visible(name)}={_shown(value)}" for name, value in event.items()]
        head = [self._styled("2", time), self._styled(self._COLOURS.get(level, ""), f"{level:<8}"), message]
        tail = [self._styled("2", " ".join(fields + ([f"({_visible(str(origin))})"] if origin else [])))]
        lines = [" ".join(head + [part for part in tail if part])]
        lines += [f"    {_visible(line)}" for trace in traces for line in trace.split("\n")]
        return "\n".join(lines)

    def _styled(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._coloured and code and text else text


def _visible(text: str) -> str:
    """The text with control characters escaped, so that no value can move the cursor or begin a line."""
    return text if text.isprintable() else _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def _shown(value: object) -> str:
    text = _visible(value) if isinstance(value, str) else json.dumps(value)
    return text if text and " " not in text else json.dumps(text) if isinstance(value, str) else text
