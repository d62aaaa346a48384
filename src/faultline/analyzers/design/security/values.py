"""Whether a text is a secret: by its own shape, or by the name it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from faultline.core.patterns import regex

DEFAULTS: Final = frozenset(
    {
        "admin", "administrator", "password", "passw0rd", "password1", "password123", "pass", "passwd", "root", "toor",
        "postgres", "mysql", "mongo", "redis", "rabbitmq", "guest", "user", "test", "secret", "supersecret", "default",
        "admin123", "admin1234", "letmein", "qwerty", "welcome", "welcome1", "changeit", "minioadmin", "grafana",
        "elastic",
        "123456", "12345678", "1234", "12345", "root123", "rootpassword", "rootpass", "example", "sa", "app", "dev",
        "adminpassword", "secret123", "p@ssw0rd", "neo4j/password", "neo4j/test", "mysecretpassword", "dbpassword",
        "changeme", "change_me", "change-me", "changethis", "change-me-please", "secretpassword", "s3cr3t", "pass123",
    }
)  # fmt: skip
"""Passwords that stand in every list of an attacker."""
_NAMED: Final = regex(
    r"(?i)(?:^|[^a-z])(?:[a-z0-9]{0,20}(?:password|passwd|passphrase|secret)|pwd|pass|pw|api_?key|apikey|access_?key|"
    r"secret_?key|private_?key|signing_?key|encryption_?key|master_?key|auth_?key|account_?key|(?:auth|access|api|bot|"
    r"bearer|refresh|deploy|session)_?token|token|credentials?|connection_?string|neo4j_auth|jwt_?key|salt"
    r"|dsn)s?(?:$|[^a-z])"
)
_NO_SECRET: Final = regex(
    r"(?i)(?:_|-|\.)(?:file|path|name|arn|url|uri|id|ids|ref|length|policy|ttl|expir\w*|expiry|header|field|type"
    r"|algorithm|"
    r"rotation\w*|version|min\w*|max\w*|enabled|required|count|timeout|lifetime|duration|hours|days|minutes|seconds"
    r"|store|"
    r"provider|manager|prefix|suffix|issuer|audience|endpoint|method|mode|key_ref|scope|bytes|limit|window\w*)$|"
    r"public_?key|key_?id|skip_|allow_?empty|random_password|manage_master_user_password|(?:^|_)(?:max|min"
    r"|num)_?tokens?|"
    r"host_auth|password_?(?:auth|encryption|hash)|recovery_window|csrf_(?:cookie|header)|image_?pull_?secret"
    r"|tls_?secret"
)
_PLACEHOLDER: Final = regex(
    r"(?i)\$\{|\$\(|\{\{|^\$|<[^>]*>|^\*+$|x{4,}|\.{3}|change[_-]?(?:me|this)|replace|placeholder|your[_-]|example"
    r"|dummy|"
    r"redacted|todo|^(?:none|null|true|false|yes|no|on|off|optional|required|string|unset|vault:.*|ssm:.*|file:.*"
    r"|env:.*|"
    r"op://.*|secret://.*|arn:aws:.*|projects/.*|/run/secrets/.*|/.*|\./.*|https?://[^:@/]*(?:/.*)?)$|^var\.|^ref\+"
    r"|^ENC\[|"
    r"^AgA[A-Za-z0-9+/]|^!(?:Ref|Sub)|secretsmanager|from[_-]?secret|injected|generated|sops|not[_-]?(?:set|real)"
)
_REFERENCE: Final = regex(r"^[A-Za-z_]+(?:\.[A-Za-z_*\[\]0-9]+){1,8}$|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")
_URL_PASSWORD: Final = regex(
    r"\b[a-z][a-z0-9+]{1,20}://(?P<user>[^\s:/@\"'`<>{}$%]{0,80}):(?P<secret>[^\s:/@\"'`<>{}$]{3,100})@(?P<host>[A-Za-z0-9_.-]{1,200})"
)

_ADDRESS: Final = regex(r"://[^\s:/@\"'`<>{}$%]{0,80}:[^\s:/@\"'`<>{}$]{3,100}@")
"""What is in every `_URL_PASSWORD`, found faster."""


def named_secret(name: str) -> bool:
    """Whether a name says that its value is a secret."""
    return len(name) < 100 and bool(_NAMED.search(_snake(name))) and not _NO_SECRET.search(_snake(name))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)


def is_secret(name: str, value: str) -> bool:
    """Whether the value of a telling name is written out: long and mixed as a key, or a password of a person."""
    value = value.strip()
    address = _URL_PASSWORD.search(value)
    if address is not None:
        return _password(address["secret"])
    given = _DEFAULT.match(value)
    if given is not None:
        # A default of a variable: only what nobody would put there for a developer's machine.
        value = given["value"]
        return value.lower() not in DEFAULTS and mixed(value) and not _PLACEHOLDER.search(value)
    if re.fullmatch(r"AKIA[A-Z0-9]{16}", value) or (len(value) == 40 and "EXAMPLEKEY" in value):
        return True  # of Amazon's documentation, in the place of a real one
    if "://" in value or _PLACEHOLDER.search(value) or _REFERENCE.match(value) or " " in value or len(value) < 3:
        return False
    if re.search(r"(?i)pass|pwd|(?:^|_)pw(?:$|_)|^SECRET |requirepass", name):
        return True
    if len(value) < 8:
        return False
    return mixed(value) or re.search(r"(?i)secret|insecure|token|key", value) is not None


_DEFAULT: Final = regex(r"^\$\{[A-Za-z0-9_]{1,100}:?-(?P<value>[^{}$]{1,200})\}$")


def mixed(value: str) -> bool:
    """Whether a text is long and mixed enough for a machine to have made it."""
    return len(value) >= 8 and any(each.isdigit() for each in value) and any(each.isalpha() for each in value)


def is_mixed_word(text: str) -> bool:
    """Whether a word of prose can only be a secret: of three kinds of characters, digits among them, and no name."""
    if len(text) < 8 or _TECHNICAL.search(text) or _PLACEHOLDER.search(text) or _REFERENCE.match(text):
        return False
    kinds = [
        any(map(str.isupper, text)),
        any(map(str.islower, text)),
        not text.isalnum(),
    ]
    return any(map(str.isdigit, text)) and sum(kinds) >= 2


_TECHNICAL: Final = regex(
    r"(?i)sha-?\d|aes|argon|bcrypt|scrypt|rsa|hmac|pbkdf|ed25519|x25519|ecdsa|es256|rs256|totp|hotp|fido|webauthn"
    r"|oauth|oidc|utf|base64"
    r"|tls|x\.?509|pkcs|jwt|uuid|kms|hsm|vault|iso|nist|rfc|cve|adr|https?:|\.(?:ya?ml|json|env|md|txt|pem|key|crt"
    r"|conf|toml|tf|py|sh)\b"
    r"|^v?\d[\d.]*[a-z]{0,12}$|^\d{1,4}[-./:]\d|[/\\]\w+[/\\]|^[a-z]+(?:[-_.][a-z]+)*[-_.]?v?\d{1,2}$|^/|\(|->|→|§|%"
)
"""What prose says behind such words instead: algorithms, files, versions, dates, names with a number."""


def _password(text: str) -> bool:
    return not _PLACEHOLDER.search(text) and len(text) >= 5


def token(text: str) -> str | None:
    """What kind of a provider's token stands in a text, or of a password in an address; None for neither."""
    if len(text) < 12:
        return None
    for kind, mark, pattern in _shapes():
        if mark.search(text) and (found := pattern.search(text[:4_000])) and not _PLACEHOLDER.search(found[0]):
            return kind
    if "://" in text and (found := _URL_PASSWORD.search(text[:4_000])):
        secret = found["secret"]
        if _password(secret) and not (secret.lower() in DEFAULTS or secret.lower() == found["user"].lower()):
            return "A password in an address"
    return None


def suspects(text: str) -> Iterator[int]:
    """The numbers, from 1 and ascending, of the lines of a text in which `token` may see something.

    A line at a time would be 0.14 s for 100,000 lines of a specification; this is 0.02 s.
    """
    number, start, last = 1, 0, 0
    for each in sorted({found.start() for mark in _MARKS for found in mark.finditer(text)}):
        number += text.count("\n", start, each)
        if number != last:
            yield number
        start, last = each, number


_MARKS: Final = (
    *map(regex, ("A(?:KIA|Iza)", "g(?:h[pousr]_|ithub_pat_|lpat-)", "xox", r"hooks\.slack\.com/", "k_live_", r"SG\.")),
    *map(regex, ("npm_", "sk-(?:proj|ant)-", "PRIVATE KEY-----")),
    _ADDRESS,
)
"""The marks of all `_shapes`, those with one beginning together, and addresses: each is a search through the text."""


_HIDDEN: Final = regex(r"^(?P<head>[^:=]{1,200}[:=]\s*)\S.*$")


def hidden(line: str) -> str:
    """A line that holds a secret, without it: only what is not the secret is still there."""
    line = line[:4_000]
    shown = _URL_PASSWORD.sub(lambda found: found[0].replace(f":{found['secret']}@", ":***@"), line)
    for _, mark, pattern in _shapes():
        if mark.search(shown):
            shown = pattern.sub("***", shown)
    if shown != line:
        return shown
    shown = re.sub(r"[^\s\"'`|,;()]{8,80}", lambda found: "***" if is_mixed_word(found[0]) else found[0], line)
    if shown != line:
        return shown
    found = _HIDDEN.match(line)
    if found:
        return f"{found['head']}***"
    words = line.split()
    return line[: line.index(words[0])] + " ".join([*words[:-1], "***"]) if words else line


@cache
def _shapes() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    """Kinds of tokens, each with a mark that is found fast, for it begins with plain letters, and its whole shape."""
    return tuple(
        (kind, regex(mark), regex(pattern))
        for kind, mark, pattern in (
            ("An AWS access key id", "AKIA", r"(?<![A-Za-z0-9])AKIA[A-Z0-9]{16}(?![A-Za-z0-9])"),
            ("A GitHub token", "gh[pousr]_", r"(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,255}"),
            ("A GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{50,255}"),
            ("A GitLab token", "glpat-", r"glpat-[A-Za-z0-9_-]{20,64}"),
            ("A Slack token", "xox", r"(?<![A-Za-z0-9])xox[abeoprs]-[A-Za-z0-9-]{20,250}"),
            (
                "A Slack webhook",
                r"hooks\.slack\.com/",
                r"hooks\.slack\.com/services/[A-Z0-9]{8,12}/[A-Z0-9]{8,12}/[A-Za-z0-9]{18,30}",
            ),
            ("A Stripe key", "k_live_", r"(?<![A-Za-z0-9])[sr]k_live_[A-Za-z0-9]{16,247}"),
            ("A Google API key", "AIza", r"(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
            ("A SendGrid key", r"SG\.", r"(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}"),
            ("An npm token", "npm_", r"(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
            ("An OpenAI key", "sk-proj-", r"sk-proj-[A-Za-z0-9_-]{40,200}"),
            ("An Anthropic key", "sk-ant-", r"sk-ant-[A-Za-z0-9_-]{32,200}"),
            ("A private key", "PRIVATE KEY-----", r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----"),
        )
    )
