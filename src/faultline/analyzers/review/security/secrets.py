"""Secrets in code, in every language and in every other text.

Two kinds: tokens that have their provider's shape, which are nearly certain, and values of a telling name, which must
be as mixed as only a machine writes them, or a password. `core/secrets.py` finds more, since what is redacted in vain
does no harm; what is told in vain does.

Not told: what stands for a secret (`changeme`, `<token>`, `${TOKEN}`), what is read from elsewhere, the examples of
documentation, hashes, ids, and lock files. Takes time linear in the text: lines are cut at `MOST_LINE` characters.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from faultline.analyzers.review.observation import Check, Observation
from faultline.analyzers.review.source import Role, Source
from faultline.core.finding import Severity

RULE: Final = "security/hardcoded-secret"
MOST_LINE: Final = 4_000
"""Characters of a line that are looked at."""
_CERTAIN: Final = 0.95


class _Shape(NamedTuple):
    """A provider's token: its name, a text that every one holds, its pattern, how bad and how sure."""

    kind: str
    marker: str
    pattern: re.Pattern[str]
    severity: Severity | None = None
    confidence: float = 0.95


_SHAPES: Final = (
    _Shape("An AWS access key id", "AKIA", re.compile(r"(?<![A-Za-z0-9])(?P<secret>AKIA[A-Z0-9]{16})(?![A-Za-z0-9])")),
    _Shape("A GitHub token", "gh", re.compile(r"(?<![A-Za-z0-9])(?P<secret>gh[pousr]_[A-Za-z0-9]{36,255})")),
    _Shape("A GitHub token", "github_pat_", re.compile(r"(?P<secret>github_pat_[A-Za-z0-9_]{50,255})")),
    _Shape("A GitLab token", "glpat-", re.compile(r"(?P<secret>glpat-[A-Za-z0-9_-]{20,64})")),
    _Shape("A Slack token", "xox", re.compile(r"(?<![A-Za-z0-9])(?P<secret>xox[abeoprs]-[A-Za-z0-9-]{20,250})")),
    _Shape(
        "A Slack webhook",
        "hooks.slack.com",
        re.compile(
            r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>[A-Z0-9]{8,12}/[A-Z0-9]{8,12}/[A-Za-z0-9]{18,30})"
        ),
    ),
    _Shape("A live Stripe key", "k_live_", re.compile(r"(?<![A-Za-z0-9])(?P<secret>[sr]k_live_[A-Za-z0-9]{16,247})")),
    _Shape(
        "A Stripe key for tests",
        "k_test_",
        re.compile(r"(?<![A-Za-z0-9])(?P<secret>[sr]k_test_[A-Za-z0-9]{20,247})"),
        Severity.LOW,
        0.7,
    ),
    _Shape(
        "A Google API key",
        "AIza",
        re.compile(r"(?<![A-Za-z0-9_-])(?P<secret>AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])"),
        Severity.HIGH,
    ),
    _Shape("A Google OAuth secret", "GOCSPX-", re.compile(r"(?P<secret>GOCSPX-[A-Za-z0-9_-]{28})")),
    _Shape(
        "A SendGrid key",
        "SG.",
        re.compile(r"(?<![A-Za-z0-9])(?P<secret>SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50})"),
    ),
    _Shape(
        "A Twilio key", "SK", re.compile(r"(?i:twilio).{0,60}(?<![A-Za-z0-9])(?P<secret>SK[0-9a-f]{32})(?![0-9a-f])")
    ),
    _Shape("An npm token", "npm_", re.compile(r"(?<![A-Za-z0-9])(?P<secret>npm_[A-Za-z0-9]{36})(?![A-Za-z0-9])")),
    _Shape("An npm token", "_authToken", re.compile(r"_authToken\s*=\s*(?P<secret>[A-Za-z0-9_-]{20,80})")),
    _Shape("A PyPI token", "pypi-", re.compile(r"(?P<secret>pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,250})")),
    _Shape("An Anthropic key", "sk-ant-", re.compile(r"(?P<secret>sk-ant-[A-Za-z0-9_-]{32,200})")),
    _Shape(
        "An OpenAI key",
        "sk-",
        re.compile(
            r"(?<![A-Za-z0-9-])(?P<secret>sk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,200}|[A-Za-z0-9]{48}))(?![A-Za-z0-9])"
        ),
    ),
    _Shape("A Hugging Face token", "hf_", re.compile(r"(?<![A-Za-z0-9])(?P<secret>hf_[A-Za-z]{34})(?![A-Za-z0-9])")),
    _Shape("A DigitalOcean token", "dop_v1_", re.compile(r"(?P<secret>dop_v1_[0-9a-f]{64})")),
    _Shape("A Shopify token", "shp", re.compile(r"(?<![A-Za-z0-9])(?P<secret>shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32})")),
    _Shape("A Mailgun key", "key-", re.compile(r"(?i:mailgun).{0,60}(?P<secret>key-[0-9a-f]{32})")),
    _Shape(
        "A Telegram bot's token",
        ":AA",
        re.compile(r"(?<![0-9A-Za-z])(?P<secret>[0-9]{8,10}:AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])"),
    ),
    _Shape(
        "A Discord webhook",
        "/api/webhooks/",
        re.compile(r"discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/(?P<secret>[A-Za-z0-9_-]{60,72})"),
    ),
    _Shape(
        "An Azure account key",
        "AccountKey=",
        re.compile(r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)"),
    ),
    _Shape(
        "An Azure signature",
        "sig=",
        re.compile(r"[?&]sv=20[0-9-]{8}.{0,200}&sig=(?P<secret>[A-Za-z0-9%+/]{40,60}(?:%3D|=))"),
    ),
    _Shape("A HashiCorp Vault token", "hvs.", re.compile(r"(?<![A-Za-z0-9])(?P<secret>hvs\.[A-Za-z0-9_-]{24,200})")),
    _Shape("An Age key", "AGE-SECRET-KEY-1", re.compile(r"(?P<secret>AGE-SECRET-KEY-1[0-9A-Z]{58})")),
    _Shape(
        "A private key",
        "PRIVATE KEY",
        # Its first line of base64 must follow, at the end of the line or written as `\n`; else code speaks of keys.
        re.compile(
            r"-----BEGIN (?:(?:RSA|DSA|EC|OPENSSH|ENCRYPTED|PGP) )?PRIVATE KEY(?: BLOCK)?-----"
            r"(?P<secret>(?:\\r|\\n|\s)*[A-Za-z0-9+/=]{0,100})"
        ),
    ),
    _Shape(
        "A signed token (JWT)",
        "eyJ",
        re.compile(
            r"(?<![A-Za-z0-9_-])(?P<secret>eyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{20,600})"
        ),
        Severity.LOW,
        0.6,
    ),
    _Shape(
        "A password in an address",
        "://",
        re.compile(
            r"\b(?P<scheme>[a-z][a-z0-9+]{1,20})://(?P<user>[^\s:/@\"'`<>{}$%]{0,80}):(?P<secret>[^\s:/@\"'`<>{}$]{3,100})@(?P<host>[A-Za-z0-9_.-]{1,200})"
        ),
        Severity.HIGH,
        0.8,
    ),
)

_NAME: Final = (
    r"(?:pass(?:word|wd|phrase)|passwd|pwd|secret(?:[_-]?key)?|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|private[_-]?key|"
    r"encryption[_-]?key|signing[_-]?key|master[_-]?key|(?:auth|access|refresh|api|bearer|bot|oauth|session|deploy)[_-]?token|"
    r"token|client[_-]?secret|credentials?|jwt[_-]?secret|account[_-]?key|connection[_-]?string)"
)
_ASSIGNED: Final = re.compile(
    r"(?P<name>[A-Za-z0-9_.$-]{0,60}?" + _NAME + r"[A-Za-z0-9_]{0,20})[\"'\]]{0,2}\s{0,20}"
    r"(?::\s{0,4}(?:str|string|String|&str|&'static str)\s{0,8}=|:=|=>|=(?![=>])|:)\s{0,20}"
    r"(?:[bru@$]{0,2}(?P<quote>[\"'`])(?P<quoted>[^\"'`\n]{4,200})(?P=quote)"
    r"|(?P<bare>[^\s\"'`;,(){}<>\[\]#]{8,200})[ \t]*(?:\#.*)?$)",
    re.IGNORECASE,
)
_DEFINED: Final = re.compile(
    r"(?:define\s*\(\s*[\"']|#\s*define\s+)(?P<name>\w{0,40}?"
    + _NAME
    + r"\w{0,20})(?:[\"']\s*,)?\s+[\"'](?P<quoted>[^\"'\n]{4,200})[\"']",
    re.IGNORECASE,
)
_TELLING: Final = ("pass", "pwd", "secret", "key", "token", "credential", "connection")
_PLACEHOLDER: Final = re.compile(
    r"(?i)example|change[_-]?(?:me|it|this)|placeholder|your[_ -]?|x{4,}|\*{3,}|"
    r"\.{3}|<[^>]*>|\$\{|\$\(|\{\{|%\(|%s|\{\w*\}|^\$\w|"
    r"dummy|sample|fake|mock|redact|hidden|masked|insert|replace|todo|fixme|not[_-]?(?:set|real|a[_-])|some[_-]?|(?:^|[^a-z])my[_-]|^my|"
    r"^(?:test|testing|foo\w*|bar\w*|baz\w*|none|null|nil|undefined|true|false|unset|empty|default|required|optional|string|str|"
    r"bearer|basic|secret|password|passwd|token|key|user\w*|admin_?password|text|hunter2|abc123?|1234+5*\w*|qwerty|pass(?:word)?\d*)$|"
    r"process\.env|os\.environ|getenv|env\[|env\.|ENV\[|config\.|settings\.|secrets\.|vault|lorem|deadbeef|0123456789|abcdefgh|12345678"
)
_NAME_IS_NO_SECRET: Final = re.compile(
    r"(?i)(?:pub(?:lic)?_?key|key_?(?:name|id|path|file|type|code|word|board|press|up|down|frame|size|length|prefix|suffix|field|column)|"
    r"keyword|primary_?key|foreign_?key|sort_?key|partition_?key|cache_?key|"
    r"(?:token|secret|password|passwd|credentials?|key)s?_?(?:url|uri|name|path|file|type|field|label|header|arn|id|ids|ref|class|regex|pattern|"
    r"hint|error|message|msg|prompt|placeholder|help|title|text|desc\w*|input|selector|endpoint|param\w*|length|policy|format|count|limit|"
    r"min|max|ttl|expir\w*|attribute|column|scheme|kind|var|env|prefix|suffix|style|audience|issuer|provider|manager|source|store|"
    r"mode|rule|strength|reset|confirm\w*|again|changed?|hash|salt|valid\w*|required|visible|icon|event|action|symbol|color)|"
    r"csrf|xsrf|(?:next|prev\w*|page|cursor|continuation|sync|cancell?ation|stop|start|end|eos|bos|pad|unk|mask|sep|cls|design)_?tokens?|tokeni[sz]e|"
    r"(?:token|password|passwd|credentials?)s?_?key|"
    r"(?:no|has|is|show|hide|forgot|reset|invalid|wrong|missing|bad|lost|new|old|current)_?(?:token|password|secret|key)(?![a-z_]*=)|"
    r"author|passed|passes|passive|passing|compass|bypass|passenger|passport(?!.{0,10}secret))"
)
_HASH: Final = re.compile(
    r"^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{128}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|"
    r"sha(?:1|256|384|512)-\S+|\$2[aby]\$\S+|\$argon2\S+|pbkdf2\S+)$"
)
_CODE: Final = re.compile(
    r"[()\[\]{}|\\]|=>|\s(?:and|or|is|the|for|of|to|in|must|not)\s|^[./~]|^https?:|^/|^\w+(?:\.\w+)+$|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^@|^#|^--?\w|::|->"
)
_WORDS: Final = re.compile(r"^[A-Za-z]+(?:[ _.:/-][A-Za-z]+)*[.:!?]?$")
_LOCKS: Final = frozenset(
    {
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "poetry.lock",
        "Pipfile.lock",
        "uv.lock",
        "Cargo.lock",
        "composer.lock",
        "Gemfile.lock",
        "go.sum",
        "flake.lock",
        "pdm.lock",
        "bun.lock",
        "gradle.lockfile",
    }
)
_PROSE: Final = frozenset({".md", ".rst", ".txt", ".adoc", ".html", ".htm", ".svg", ".po", ".csv", ".ipynb"})
_SETTINGS: Final = frozenset(
    {".env", ".ini", ".cfg", ".conf", ".properties", ".toml", ".yml", ".yaml", ".sh", ".tfvars", ".npmrc", ".netrc"}
)
_AWS_SECRET: Final = re.compile(
    r"(?i)aws.{0,20}secret.{0,20}?[=:]\s{0,4}[\"']?(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
)
_LOCAL: Final = re.compile(
    r"^(?:(?:localhost|db|postgres|mysql|redis|mongo|rabbitmq|host|hostname|server|proxy)$|127\.|0\.0\.0\.0|[\w.-]*\.(?:local|test|invalid|internal)$|"
    r"[\w.-]*example|(?:my|your|some)[a-z]*\.)"
)


class _Found(NamedTuple):
    """A secret in a line: its half-open range in characters, and what it is."""

    start: int
    end: int
    kind: str
    severity: Severity | None
    confidence: float


def _secrets(line: str, path: str, *, every: bool = False) -> Iterator[_Found]:
    """What a line holds; `every` shape counts, that of an example as well, where it is only to be hidden."""
    text = line[:MOST_LINE]
    for shape in _SHAPES:
        if shape.marker in text:
            for match in shape.pattern.finditer(text):
                if every or _real(shape, match):
                    yield _Found(*match.span("secret"), shape.kind, shape.severity, shape.confidence)
    lowered = text.lower()
    aws = _AWS_SECRET.search(text) if "aws" in lowered else None
    if aws is not None and not _PLACEHOLDER.search(aws["secret"]):
        yield _Found(*aws.span("secret"), "An AWS secret key", None, 0.95)
    if any(word in lowered for word in _TELLING) and PurePosixPath(path).suffix.lower() not in _PROSE:
        yield from _named(text, path)


def _real(shape: _Shape, match: re.Match[str]) -> bool:
    secret = match["secret"]
    if shape.marker == "PRIVATE KEY":
        return True  # what follows decides: see `_key_follows`
    if shape.marker == "://":
        user, host = match["user"], match["host"]
        if _PLACEHOLDER.search(secret) or _LOCAL.match(host) or ("." not in host and not host[:1].isupper()):
            return False
        return (
            secret.lower() not in {user.lower(), "password", "pass", "passwd", "pwd", "secret"} and len(set(secret)) > 2
        )
    return not (
        re.search(r"(?i)example|x{6,}|\*{3}|your|placeholder|dummy|fake|1234567890abc|0123456789", secret)
        or _even(secret)
    )


def _even(secret: str) -> bool:
    """Whether it repeats too few characters to be random."""
    return len(set(secret)) <= max(5, len(secret) // 6)


def _named(text: str, path: str) -> Iterator[_Found]:
    settings = PurePosixPath(path).suffix.lower() in _SETTINGS or PurePosixPath(path).name.startswith(".env")
    for pattern in (_ASSIGNED, _DEFINED):
        for match in pattern.finditer(text):
            group = "quoted" if match["quoted"] else "bare"
            if group == "bare" and not settings:
                continue
            name, value = match["name"], match[group]
            if _NAME_IS_NO_SECRET.search(name) or not _secret_value(name, value):
                continue
            yield _Found(*match.span(group), "A value of this name", Severity.HIGH, 0.7)


def _secret_value(name: str, value: str) -> bool:
    if _PLACEHOLDER.search(value) or _HASH.match(value) or _CODE.search(value) or value.lower() in name.lower():
        return False
    if re.search(r"(?i)pass|pwd", name):
        # A person's password: no word alone, and some mixture of letters and digits or signs.
        mixed = any(each.isalpha() for each in value) and any(not each.isalpha() for each in value)
        return 6 <= len(value) <= 80 and " " not in value and mixed and not _WORDS.match(value)
    if len(value) < 16 or " " in value or _WORDS.match(value):
        return False
    digits = sum(each.isdigit() for each in value)
    return digits >= 2 and not value.isdigit() and entropy(value) >= 3.3


def entropy(text: str) -> float:
    """Shannon's, in bits a character."""
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values()) if text else 0.0


def _key_follows(source: Source, number: int, found: _Found) -> bool:
    """Whether a private key's base64 stands behind its first line: there, or in the next ones."""
    body = source.lines[number - 1][found.start : found.end].replace("\\n", "").replace("\\r", "").strip()
    if len(body) >= 20:
        return True
    following = " ".join(source.lines[number : number + 4])
    return re.search(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,}", following[:MOST_LINE]) is not None


def hardcoded(source: Source) -> Iterable[Observation]:
    """Secrets, at most one a line."""
    name = PurePosixPath(source.path).name
    if name in _LOCKS or name.endswith((".lock", ".sum", ".map", ".min.js")):
        return
    for number, line in enumerate(source.lines, 1):
        if len(line) < 8:
            continue
        for found in _secrets(line, source.path):
            if found.kind == "A private key" and not _key_follows(source, number, found):
                continue
            if source.role is Role.TEST and (found.confidence < _CERTAIN or found.kind == "A private key"):
                continue  # tests are full of keys and passwords of their own
            yield Observation(
                RULE,
                number,
                message=f"{found.kind} is written down here.",
                severity=found.severity,
                confidence=found.confidence,
            )
            break


def mask(line: str) -> str:
    """A line of evidence with `***` in place of the secrets: the same for every secret, as fingerprints want it."""
    spans = sorted((found.start, found.end) for found in _secrets(line, ".env", every=True))
    parts, at = [], 0
    for start, end in spans:
        if start < at:
            continue
        parts += [line[at:start], "***"]
        at = end
    parts.append(line[at:])
    masked = "".join(parts)
    return masked if len(masked) <= MOST_LINE else f"{masked[: MOST_LINE // 20]}..."


CHECKS: tuple[Check, ...] = (hardcoded,)
