"""Settings that switch a protection off: a timeout of 0, retries without a pause, a queue without a limit.

The same variables stand in compose files, in pods and their ConfigMaps, and in Terraform.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity


class Fault(NamedTuple):
    """What is wrong with a setting."""

    rule: str
    message: str


_NONE: Final = re.compile(
    r"^(?:0+(?:\.0+)?\s?(?:ms|s|sec|seconds|m)?|-1|none|null|nil|never|inf|infinite|infinity|unlimited|unbounded|forever|"
    r"off|no|false|disabled?)$",
    re.IGNORECASE,
)
_ENDLESS: Final = re.compile(
    r"^(?:-1|inf|infinite|infinity|unlimited|unbounded|forever|always|9{4,}|2147483647)$", re.IGNORECASE
)
_OFF: Final = re.compile(r"^(?:0|-1|false|off|no|none|disabled?|unlimited)$", re.IGNORECASE)
_TIMEOUT: Final = re.compile(r"(?:^|[_.-])TIME_?OUT(?:S|_?MS|_?SEC\w*|_?S)?(?:$|[_.-])", re.IGNORECASE)
_HARMLESS_TIMEOUT: Final = re.compile(
    r"KEEP_?ALIVE|IDLE|SESSION|SHUTDOWN|GRACE|DISABLE|ON_TIMEOUT|RETRY_ON", re.IGNORECASE
)
_PAUSE: Final = re.compile(
    r"BACK_?OFF|(?:RETRY|RETRIES|RECONNECT)\w{0,20}_(?:DELAY|WAIT|INTERVAL|PAUSE|SLEEP|JITTER)|(?:DELAY|WAIT)_BETWEEN_RETR",
    re.IGNORECASE,
)
_RETRIES: Final = re.compile(
    r"(?:^|_)(?:MAX_?)?(?:RETRIES|RETRY|ATTEMPTS|RETRY_COUNT|RETRY_LIMIT)(?:$|_(?:MAX|COUNT|LIMIT|ATTEMPTS)$)",
    re.IGNORECASE,
)
_QUEUE: Final = re.compile(
    r"(?:QUEUE|BUFFER|BACKLOG|PREFETCH|MAILBOX)\w{0,30}(?:SIZE|LIMIT|MAX|LENGTH|CAPACITY|DEPTH|COUNT)|"
    r"MAX\w{0,20}(?:QUEUE|BACKLOG|PREFETCH|IN_?FLIGHT)|MAX_?QUEUE|^X-MAX-LENGTH$",
    re.IGNORECASE,
)
_RATE: Final = re.compile(r"RATE_?LIMIT|THROTTL", re.IGNORECASE)
_COMMAND_TIMEOUT: Final = re.compile(r"--(?P<name>[a-z-]{0,20}timeout)[ =]0(?=\s|$)")


def fault_of(name: str, value: str) -> Fault | None:
    """What is wrong with a variable of this name and value, if anything."""
    value = value.strip().strip("\"'")
    if len(value) > 40:
        return None
    if _NONE.match(value):
        if _PAUSE.search(name):
            return Fault("resilience/no-backoff", f"{name} is {value}: what fails is tried again at once.")
        if _TIMEOUT.search(name) and not _HARMLESS_TIMEOUT.search(name):
            return Fault("resilience/no-timeout", f"{name} is {value}: a call may wait for ever.")
        if _QUEUE.search(name):
            return Fault("resilience/unbounded-queue", f"{name} is {value}: the queue grows until memory is full.")
    if _ENDLESS.match(value) and _RETRIES.search(name):
        return Fault("resilience/no-backoff", f"{name} is {value}: what fails is tried again without end.")
    if _OFF.match(value) and _RATE.search(name):
        return Fault("resilience/no-rate-limit", f"{name} is {value}: nothing limits how often a client calls.")
    return None


def faults(
    name: str, value: str | None, spot: Spot, cause: str, severity: Severity | None = None
) -> Iterator[Observation]:
    """The observation about a setting, if there is one."""
    fault = fault_of(name, value) if value is not None else None
    if fault is not None:
        yield Observation(fault.rule, spot, fault.message, cause=f"{cause} {name}", severity=severity)


def command_faults(command: str, spot: Spot, cause: str, severity: Severity | None = None) -> Iterator[Observation]:
    """The same of a command line: `gunicorn --timeout 0`."""
    found = _COMMAND_TIMEOUT.search(command[:4_000])
    if found and "keep" not in found["name"] and "graceful" not in found["name"]:
        message = f"The command sets --{found['name']} to 0: a request may take for ever."
        yield Observation("resilience/no-timeout", spot, message, cause=cause, severity=severity)
