"""The class of the cause, and how sure the answer is.

A signature states its class. A trace or a generic error line only states that something broke; there the words of the
message decide, and where they say nothing, what the failed step was for.
"""

from __future__ import annotations

import re

from faultline.analyzers.ci.causes import Cause
from faultline.analyzers.ci.signature import EXACT_RANK, EXPLAINS
from faultline.analyzers.ci.sketch import Sketch
from faultline.core.results.ci import Category

WORDED_LINES = 60
"""How much of the evidence is read for words; the message stands at the top of a trace or at its end."""


_Table = tuple[tuple[Category, re.Pattern[str]], ...]


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_TRANSPORT = _any(
    r"(?:connect(?:ion)?|inactivity|request) time(?:d )?out",
    r"could not transfer",
    r"(?:could(?: not|n't)|cannot|unable to|failed to) (?:create connection|connect to|resolve host)",
    r"connection (?:refused|reset|timed out|aborted|closed)",
    r"\bE(?:CONNREFUSED|CONNRESET|TIMEDOUT|AI_AGAIN|NOTFOUND)\b",
    r"dial tcp|i/o timeout|getaddrinfo|name resolution|name or service not known|network is unreachable|socket hang up",
    r"TLS handshake|handshake_failure|protocol_version|certificate verify|SSL_connect|read timed out|unexpected EOF",
    r"\b50[0234] (?:bad|service|gateway|internal)|returned error: 50\d|HTTP (?:error )?50\d",
)
_WORDS: _Table = (
    (Category.RESOURCE_MEMORY, _any(r"out of memory|cannot allocate memory|OutOfMemoryError|std::bad_alloc")),
    (Category.RESOURCE_DISK, _any(r"no space left on device|disk quota exceeded")),
    (Category.NETWORK, _TRANSPORT),
    (
        Category.AUTHENTICATION,
        _any(r"\b401 unauthori[sz]ed|\b403 forbidden|permission to \S+ denied|bad credentials|publickey"),
    ),
    (
        Category.DEPENDENCY,
        _any(
            r"ModuleNotFoundError|No module named|cannot find module|cannot load such file|no package called",
            r"could not find (?:gem|artifact|a version|package)|no version of|no matching (?:distribution|version)",
            r"dependenc\w+ .*(?:missing|not found|not available)|is unavailable\b|is not available|unsatisf",
        ),
    ),
    (
        Category.COMPILE,
        _any(
            r"\b(?:SyntaxError|ParseError|CompileError|IndentationError|ImportError|NameError|TSError|CompilationError)\b",
            r"syntax error|parse error|unexpected token|uncaught ReferenceError|does not compile|unable to compile",
        ),
    ),
    (
        Category.CONFIGURATION,
        _any(
            r"no rakefile|don't know how to build task|task never defined|command not found|is not recognized|ENOENT",
            r"no such (?:file|task|command|option)|unknown (?:option|command|argument)|invalid option",
            r"environment variable|no (?:gulpfile|makefile|package\.json)",
        ),
    ),
    (Category.TIMEOUT, _any(r"\btimed? ?out\b|time ?limit")),
    (
        Category.LINT,
        _any(
            r"\blint|alphabetic|not sorted|(?:not in|out of|wrong) order|(?:broken|dead) links?|misspell|code style",
            r"trailing (?:white)?space|not formatted|license header|\w+\.(?:md|markdown|rst):\d+",
            r"commit (?:the|these|your) (?:changes|results?|files?)|please (?:rebuild|regenerate)",
        ),
    ),
    (Category.TEST, _any(r"AssertionError|assertion failed|expected .* (?:to|but)\b")),
)
_COMMANDS: _Table = (
    (
        Category.LINT,
        _any(r"\b\w*(?:lint|format|fmt|style|verify|validat|integrity|spell|prettier|rubocop|flake8|links?)\w*\b"),
    ),
    (
        Category.TEST,
        _any(r"\b\w*(?:tests?|specs?|tox|pytest|rspec|karma|jest|mocha|nose\w*|check|ctest|prove|coverage)\b"),
    ),
    (Category.DEPENDENCY, _any(r"\b(?:install|restore|bundle|fetch|update|upgrade|deps|bootstrap|get)\b")),
    (Category.COMPILE, _any(r"\b(?:make|build|compile|assemble|package|ninja|cargo|webpack|tsc|xcodebuild)\b")),
)
_LOOKALIKES = {
    Category.CONFIGURATION,
    Category.NETWORK,
    Category.INFRASTRUCTURE,
    Category.TIMEOUT,
    Category.CRASH,
}
"""What tests and their servers also write when all is well; half of such answers below the exact rank were wrong."""


def judge(sketch: Sketch, cause: Cause) -> tuple[Category, float]:
    """Class and confidence of a cause.

    The confidence is the share of such answers whose class was right on logs labelled by hand, in steps
    (benchmarks/ci_categories.py prints both).
    """
    known_step = cause.step is not None and cause.step.outcome == "failed"
    text = "\n".join(line.text for number in cause.lines[:WORDED_LINES] if (line := sketch.line_at(number)) is not None)
    if cause.blocks:
        lead = cause.blocks[0].signature
        if lead.category is Category.DEPENDENCY and _TRANSPORT.search(text):
            return Category.NETWORK, 0.75
        if lead.category is not Category.UNKNOWN and (lead.rank >= EXACT_RANK or lead.category is not Category.CRASH):
            sure = (
                0.95
                if lead.rank >= EXACT_RANK
                else 0.6
                if lead.rank < EXPLAINS or lead.category in _LOOKALIKES
                else 0.8
            )
            return lead.category, round(
                sure if known_step else sure - (0.2 if lead.category in _LOOKALIKES else 0.1), 2
            )
        if category := _first(_WORDS, text):
            return category, 0.75 if lead.rank >= EXPLAINS else 0.5
        if lead.category is Category.CRASH:
            return Category.CRASH, 0.4
    elif category := _first(_WORDS, text):
        return category, 0.5
    if cause.step is not None and (category := _first(_COMMANDS, cause.step.name)):
        return category, 0.45
    return Category.UNKNOWN, 0.2


def _first(table: _Table, text: str) -> Category | None:
    return next((category for category, pattern in table if pattern.search(text)), None)
