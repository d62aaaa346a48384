"""Finds what is shaped like a secret: keys, tokens, passwords, private keys.

A pattern runs only over texts that hold a character of its gate, and then one of its literal markers, so that a
harmless text costs a few searches for a character. Each is linear: its repetitions are bounded, or end where its next
start begins.

What a pattern names `secret` is the part that has to go. The rest says what kind of secret it was and, of our own keys,
which (`flk_<prefix>_`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from faultline.core.patterns import regex

# Not what only names a secret: a variable, a template, a mask.
_VALUE: Final = (
    r"(?!\*|\$\{|\$\(|(?-i:\$[A-Z][A-Z0-9_]*\b)|\{\{|<|\[(?:secure|secret|masked|redacted|filtered)\])"
    r"(?P<secret>[^\s'\",;&]{3,})"
)
_STRANGE: Final = r"(?=[^\s'\",;&]{0,200}[0-9])(?=[^\s'\",;&]{0,200}[a-z])"
"""A letter and a digit: what a person would not write as a word."""
_WORDS: Final = (
    r"(?!(?:must|is|was|has|are|for|not|cannot|may|should|too|the|an?|and|or|to|of|in|field|fields|required|incorrect|"
    r"invalid|wrong|expired|missing|no|authentication|reset|command|permission|null|none|nil|true|false|empty|prompt)\b)"
)

_SHAPES: Final[tuple[tuple[str, tuple[str, ...], str], ...]] = (
    ("_", ("flk_",), r"\bflk_[a-z0-9]+_(?P<secret>[a-z0-9_-]+)"),
    ("eE", ("eyj",), r"\beyj(?P<secret>[a-z0-9_-]{8,}(?:\.[a-z0-9_-]*)*)"),
    # Up to the last @ before the path: a password may hold one that nobody escaped.
    ("@", ("://",), r"\b[a-z][a-z0-9+.-]{0,30}://(?!git@)(?P<secret>[^\s/?#\"'<>]*)@"),
    (
        "=",
        ("token", "code=", "secret", "key=", "signature", "credential", "password"),
        r"[?&;](?:[a-z0-9_-]{0,40}(?:token|secret|key|signature|credential|password)|code)=(?P<secret>[^&;\s\"'<>]+)",
    ),
    (" \t", ("bearer",), r"\bbearer[ \t]{1,8}(?!auth)(?P<secret>[a-z0-9._~+/=-]{8,})"),
    (" \t", ("basic",), r"\bbasic[ \t]{1,8}(?=\S{0,200}(?:(?-i:[a-z][A-Z])|[0-9=]))(?P<secret>[a-z0-9._~+/=-]{8,})"),
    (
        "=:",
        ("authorization", "x-api-key"),
        r"\b(?:(?:proxy-)?authorization|x-api-key)['\"]?+[ \t]*+[:=][ \t]*+(?:b(?=['\"]))?+['\"]?+"
        r"(?P<secret>(?!\*)[^\r\n'\"]+)",
    ),
    (
        "=:",
        ("cookie",),
        r"\b(?:set-)?cookie['\"]?+[ \t]*+[:=][ \t]*+['\"]?+(?=[^\s=;'\"]{1,80}=)(?P<secret>[^\r\n'\"]+)",
    ),
    (
        "=:",
        ("passw", "pwd", "passphrase"),
        r"(?<![a-z])(?:password|passwd|passphrase|pwd(?!\W{0,8}[/~]))"
        r"['\"]?+[ \t]*+(?:=>|[:=])[ \t]*+(?:b(?=['\"]))?+['\"]?+" + _WORDS + _VALUE,
    ),
    (
        " \t",
        ("password is", "passcode is", "pin is", "passwort ist"),
        r"\b(?:pass(?:word|code)|pin|passwort)\s(?:is|ist)\s['\"]?(?=\S{0,60}[0-9!@#$%^])(?P<secret>[^\s'\",;]+)",
    ),
    (
        "=:",
        ("token", "secret", "key", "credential"),
        r"(?:token|secret|credentials?|(?:api|access|secret|private|signing|account|auth|service|master)[_ -]?key)"
        r"['\"]?+[ \t]{0,4}[:=][ \t]{0,4}['\"]?+" + _STRANGE + r"(?P<secret>[a-z0-9._~+/=!@%^-]{12,})",
    ),
    ("-", ("--pass", "--token", "--secret"), r"--(?:password|passwd|passphrase|token|secret)[ =]" + _VALUE),
    (
        "-",
        (" -p", "\t-p"),
        r"\b(?:docker|podman|login|mysql|mysqldump|sshpass)\b[^\n]{0,120}?\s-p[ =]?['\"]?+" + _VALUE,
    ),
    ("_", ("gh", "github_pat_"), r"\b(?:gh[pousr]_|github_pat_)(?P<secret>[a-z0-9_]{16,})"),
    ("-", ("glpat-",), r"\bglpat-(?P<secret>[a-z0-9_-]{16,})"),
    ("-_", ("sk-", "sk_", "rk_"), r"\b(?:sk-|[sr]k_(?:live|test)_)(?P<secret>[a-z0-9_-]{16,})"),
    ("_", ("whsec_",), r"\bwhsec_(?P<secret>[a-z0-9+/=_-]+)"),
    ("-", ("xox", "xapp-"), r"\b(?:xox[abeoprs]|xapp)-(?P<secret>[a-z0-9-]{10,})"),
    ("AI", ("akia", "asia"), r"\b(?-i:A(?:KIA|SIA)(?P<secret>[A-Z0-9]{16}))\b"),
    ("AI", ("aiza",), r"\bAIza(?P<secret>[a-z0-9_-]{35})"),
    (
        "_-",
        ("npm_", "hf_", "xai-", "gsk_", "dop_v1_", "pypi-"),
        r"\b(?:npm_|hf_|xai-|gsk_|dop_v1_|pypi-)" + _STRANGE + r"(?P<secret>[a-z0-9_-]{20,})",
    ),
    (
        "/",
        ("hooks.slack.com/", "/api/webhooks/"),
        r"(?:hooks\.slack\.com/services|/api/webhooks)/(?P<secret>[a-z0-9_/-]{16,})",
    ),
    (".", ("sg.",), r"\bSG\.(?P<secret>[a-z0-9_-]{16,}\.[a-z0-9_-]{16,})"),
    (
        "-",
        ("private key",),
        r"(?P<secret>-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z))",
    ),
)
_GATES: Final = tuple(sorted({gate for gate, _, _ in _SHAPES}))
_GROUPS: Final = tuple(
    (gate, tuple((markers, regex(shape, re.IGNORECASE)) for each, markers, shape in _SHAPES if each == gate))
    for gate in _GATES
)
_KEY_END: Final = regex(r"-----END [A-Z ]{0,40}PRIVATE KEY-----")
_KEY_BODY: Final = regex(r"[A-Za-z0-9+/=]{40,80}\s*\Z")
_KEY_LINES: Final = 100
"""A private RSA key of 8,192 bits has 99 lines of base64."""


def find(text: str, lowered: str) -> Iterator[tuple[int, int]]:
    """Half-open ranges of what is shaped like a secret, in no order; they may overlap.

    `lowered` is the text in lower case.
    """
    for gate, patterns in _GROUPS:
        for char in gate:
            if char in text:
                break
        else:
            continue
        for markers, pattern in patterns:
            for marker in markers:
                if marker in lowered:
                    yield from _spans(pattern, text)
                    break
    if "private key-----" in lowered:
        yield from _beheaded_keys(text)


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        if match.start("secret") < match.end("secret"):
            yield match.span("secret")


def _beheaded_keys(text: str) -> Iterator[tuple[int, int]]:
    """Private keys whose first line is not there, as in an excerpt of a log."""
    for match in _KEY_END.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        for _ in range(_KEY_LINES):
            above = text.rfind("\n", 0, max(start - 1, 0)) + 1
            if start == 0 or start - above > 300 or not _KEY_BODY.search(text[above:start]):
                break
            start = above
        yield start, match.end()
