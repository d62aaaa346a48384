"""What names tell: which are passwords, keys, tokens, and which are placeholders."""

from __future__ import annotations

import re
from functools import lru_cache

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
PASSWORD = frozenset({"password", "passwd", "pwd", "passphrase", "passcode", "pword", "pw"})
SECRET = PASSWORD | {
    "secret",
    "secrets",
    "credential",
    "credentials",
    "token",
    "otp",
    "nonce",
    "csrf",
    "jwt",
    "apikey",
    "pin",
}
_NOT_VALUES = frozenset(
    {"hash", "hashed", "hasher", "hashes", "digest", "encrypted", "field", "fields", "label", "prompt", "url", "uri",
     "path", "file", "filename", "form", "type", "name", "length", "len", "min", "max", "size", "count", "regex",
     "pattern", "policy", "rules", "header", "column", "changed", "expires", "expiry", "ttl", "lifetime", "help",
     "error", "message", "msg", "env", "var", "variable", "key", "salt", "valid", "validator", "strength", "store",
     "manager",
     "provider", "class", "backend", "scheme", "schemes", "id", "ids", "endpoint", "index", "template", "page", "view",
     "text", "title", "desc", "description", "required", "enabled", "prefix", "suffix", "param", "parameter", "attr",
     "charset", "chars", "alphabet", "format", "kind", "element", "button", "input", "selector", "xpath", "hint",
     "match", "matches", "ok", "confirm", "algorithm", "alg", "method", "methods", "location", "mode", "cls", "func"}
)  # fmt: skip
_PLACEHOLDER = re.compile(
    r"(?i)^(?:\s*|[*x.•-]+|<[^>]*>|\$\{?\w+\}?|\{\{?[^}]*\}?\}|%\(?\w*\)?s?|none|null|true|false|todo|n/?a|"
    r"your[-_ ].*|my[-_ ]?(?:password|secret|token)|change[-_ ]?me.*|replace[-_ ]?me.*|insert[-_ ].*|example.*|"
    r"placeholder|"
    r"dummy.*|redacted|hidden|masked|env:.*|vault:.*)$"
)


@lru_cache(maxsize=20_000)
def parts(name: str) -> tuple[str, ...]:
    """The words of a name, snake or camel, in lower case."""
    return tuple(each.lower() for each in _PART.findall(name[:200]))


@lru_cache(maxsize=20_000)
def is_password(name: str) -> bool:
    """Whether a name is that of a password itself, not of its hash, field or length."""
    words = parts(name)
    if words == ("pass",) or (
        words and words[-1] == "pass" and len(words) == 2 and words[0] in {"db", "user", "admin"}
    ):
        return True
    return any(each in PASSWORD for each in words) and not any(each in _NOT_VALUES for each in words)


@lru_cache(maxsize=20_000)
def is_secret(name: str) -> bool:
    """Whether a name is that of a secret itself: a password, token or key."""
    words = parts(name)
    if is_password(name) or is_key(name):
        return True
    return any(each in SECRET for each in words) and not any(each in _NOT_VALUES for each in words)


_KEYS = (
    "secret_key", "api_key", "apikey", "access_key", "private_key", "encryption_key", "signing_key", "auth_key",
    "jwt_secret", "jwt_key", "aes_key", "des_key", "crypto_key", "cipher_key", "master_key", "hmac_key", "session_key",
    "app_secret", "client_secret", "access_token", "auth_token", "api_token", "api_secret", "secret_token",
    "fernet_key",
    "decryption_key", "symmetric_key", "shared_secret", "security_key",
)  # fmt: skip
_ABOUT_KEYS = frozenset(
    {"id", "name", "file", "path", "url", "size", "length", "header", "field", "env", "var", "type", "param", "prefix",
     "uri", "bits", "endpoint", "format", "error", "class", "algorithm", "label", "column", "alias", "arn", "index"}
)  # fmt: skip


@lru_cache(maxsize=20_000)
def is_key(name: str) -> bool:
    """Whether a name is that of a cryptographic or access key itself."""
    words = parts(name)
    joined = "_".join(words)
    return any(each in joined for each in _KEYS) and not any(each in _ABOUT_KEYS for each in words)


def is_placeholder(value: str) -> bool:
    """Whether a text stands for a secret that is to be filled in."""
    return bool(_PLACEHOLDER.match(value[:200]))
