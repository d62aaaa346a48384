"""Which server the command line talks to, and with which key.

The environment wins: FAULTLINE_URL and FAULTLINE_API_KEY. Else it is what `faultline login` stored. A stored key goes
only to the server it was stored for.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from faultline.core.errors import UsageError

LOCAL_URL = "http://127.0.0.1:8321"
"""Where `faultline serve` listens unless it is told otherwise."""
LOGIN_HINT = "run `faultline login URL`, or set FAULTLINE_URL and FAULTLINE_API_KEY"
_FILE = "credentials.json"


@dataclass(frozen=True, slots=True)
class Account:
    """A server's address without a slash at its end, and the key for it."""

    url: str
    key: str = field(repr=False)


def checked_url(url: str) -> str:
    """The address of a server as it is used.

    Raises:
        UsageError: it is no http or https address, or has more to it than host, port and path.

    """
    text = url.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{url} is no address: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not text.isascii() or not text.isprintable():
        raise UsageError(f"{url} is no address of a server; write it as https://faultline.example.com")
    if "@" in parts.netloc or parts.query or parts.fragment or port == 0:
        raise UsageError("the address of a server has a host, a port and a path, and nothing else; a key is asked for")
    return text.rstrip("/")


def checked_key(key: str) -> str:
    """A key as it is sent.

    Raises:
        UsageError: it cannot be a key, for a header cannot hold it.

    """
    key = key.strip()
    if not re.fullmatch(r"[\x21-\x7e]{1,500}", key):
        raise UsageError("that is no API key; one looks like flk_<prefix>_<secret>")
    return key


def current(environment: Mapping[str, str]) -> Account:
    """The account to use.

    Raises:
        UsageError: there is none.

    """
    stored = load(environment)
    if chosen := environment.get("FAULTLINE_URL"):
        url = checked_url(chosen)
    elif stored:
        url = stored.url
    else:
        raise UsageError(f"no server is known; {LOGIN_HINT}")
    if key := environment.get("FAULTLINE_API_KEY"):
        return Account(url, checked_key(key))
    if stored and stored.url == url:
        return stored
    raise UsageError(f"no key for {url} is known; {LOGIN_HINT}")


def load(environment: Mapping[str, str]) -> Account | None:
    """What `faultline login` stored; None when there is nothing, or nothing that can be used."""
    try:
        fields = json.loads((config_folder(environment) / _FILE).read_text(encoding="utf-8"))
        return Account(checked_url(fields["url"]), checked_key(fields["key"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, UsageError):
        return None


def store(account: Account, environment: Mapping[str, str]) -> Path:
    """Remember an account, in a file that only its owner can read, and return where.

    Raises:
        UsageError: the file cannot be written.

    """
    folder = config_folder(environment)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder)  # mode 0600 from the first moment
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump({"url": account.url, "key": account.key}, stream)
            Path(temporary).replace(folder / _FILE)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"the key cannot be stored in {folder}: {error.strerror}") from error
    return folder / _FILE


def forget(environment: Mapping[str, str]) -> bool:
    """Remove what was stored; whether there was anything."""
    with contextlib.suppress(FileNotFoundError):
        (config_folder(environment) / _FILE).unlink()
        return True
    return False


def config_folder(environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where the command line keeps what it was told: `FAULTLINE_CONFIG_DIR`, else the platform's place for that."""
    if chosen := environment.get("FAULTLINE_CONFIG_DIR"):
        return Path(chosen)
    variable, below = ("APPDATA", "AppData/Roaming") if platform == "win32" else ("XDG_CONFIG_HOME", ".config")
    if platform == "darwin":
        below = "Library/Application Support"
    base = Path(environment.get(variable, ""))
    if not base.is_absolute():  # as the XDG base directory specification wants it
        try:
            base = Path.home() / below
        except RuntimeError:
            raise UsageError("you have no home folder; set FAULTLINE_CONFIG_DIR") from None
    return base / "faultline"
