"""Talks to a Faultline server with the standard library, so that a CI job installs nothing more.

One connection a request. All that is asked here is safe to repeat (a GET, or a POST with an Idempotency-Key), and is
repeated when the server is busy or away: at 429, 502, 503, 504 and lost connections, as `Retry-After` says, else after
0.5 s doubled up to 30 s, with jitter, eight times in a row at most and no longer than the caller's deadline.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import ssl
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from faultline import __version__
from faultline.cli.account import LOGIN_HINT, Account
from faultline.cli.failures import ServerFailed, ServerRefused
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected
from faultline.engine.failure import describe
from faultline.engine.render.untrusted import one_line

RETRIED: Final = frozenset({429, 502, 503, 504})
CONNECT_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 60.0
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
MAX_ATTEMPTS: Final = 8
WORTH_TELLING: Final = 5.0
MAX_ANSWER: Final = 256 << 20
_CHUNK: Final = 1 << 18
_SAMPLE: Final = 1 << 16
_WORTH_PACKING: Final = 4_096


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: an object, and the headers with names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


@dataclass(slots=True)
class Deadline:
    """A moment after which nothing is tried again."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = self.clock() + self.seconds

    @property
    def left(self) -> float:
        """Seconds that are left, 0 when it is over."""
        return max(0.0, self._end - self.clock())


class Client:
    """A server, as one account sees it.

    Args:
        account: where, and with which key.
        deadline: when to give up; None for one attempt only.
        sleep: waits for some seconds.

    """

    def __init__(
        self, account: Account, deadline: Deadline | None = None, sleep: Callable[[float], None] | None = None
    ) -> None:
        self._account = account
        self._url = urlsplit(account.url)
        self._deadline = deadline
        self._sleep = sleep or time.sleep

    def get(self, path: str, headers: Mapping[str, str] | None = None, *, seconds: float = ANSWER_SECONDS) -> Answer:
        """Ask for what is at `path`; the server has `seconds` to begin its answer.

        Raises:
            ServerRefused: the request cannot work as it is: wrong key, no such thing, no Faultline server.
            ServerFailed: the server is broken.

        """
        return self._repeated(lambda: self._once("GET", path, headers or {}, None, seconds))

    def send(self, path: str, headers: Mapping[str, str], artifact: Artifact) -> Answer:
        """Post an artifact's bytes as they stand, packed on the way when that pays. Errors as for `get`.

        Raises:
            ArtifactRejected: it can no longer be read, or became shorter meanwhile.

        """
        with _readable(artifact), artifact.open() as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(0)
            packed = _pays(stream.read(_SAMPLE))
        headers = {**headers, "Content-Type": "application/octet-stream"}
        # The size is what it was at the first look, so that each attempt at a file that grows sends the same bytes.
        headers |= {"Content-Encoding": "gzip"} if packed else {"Content-Length": str(size)}

        def once() -> Answer:
            parts = _read(artifact, size)
            return self._once("POST", path, headers, _gzip(parts) if packed else parts, ANSWER_SECONDS)

        return self._repeated(once)

    def _repeated(self, once: Callable[[], Answer]) -> Answer:
        pause = FIRST_PAUSE
        for attempt in range(1, MAX_ATTEMPTS + 1):
            last = attempt == MAX_ATTEMPTS or self._deadline is None
            wait = pause * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret
            try:
                answer = once()
            except (OSError, HTTPException) as error:
                settled = isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError)
                if last or settled or wait >= self._left:
                    raise self._unreachable(error) from error
            else:
                asked = _retry_after(answer.headers)
                wait = wait if asked is None else asked
                if last or answer.status not in RETRIED or wait >= self._left:
                    return self._checked(answer)
            if wait >= WORTH_TELLING:
                print(f"faultline: the server is busy or away; trying again in {wait:.0f} s", file=sys.stderr)
            self._sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)
        raise AssertionError("the last attempt returns or raises")

    @property
    def _left(self) -> float:
        return self._deadline.left if self._deadline else 0.0

    def _once(
        self, method: str, path: str, headers: Mapping[str, str], body: Iterator[bytes] | None, seconds: float
    ) -> Answer:
        connection, target, more = _connection(self._url)
        with contextlib.closing(connection):
            connection.connect()
            connection.sock.settimeout(seconds)
            own = {
                "X-API-Key": self._account.key,
                "Accept": "application/json",
                "User-Agent": f"faultline/{__version__}",
                "Connection": "close",
            }
            chunked = body is not None and "Content-Length" not in headers
            if chunked:
                own["Transfer-Encoding"] = "chunked"
            broken: OSError | None = None
            try:
                connection.request(
                    method, target + path, body=body, headers={**own, **more, **headers}, encode_chunked=chunked
                )
            except (BrokenPipeError, ConnectionResetError) as error:
                broken = error  # a server that refuses answers before it has read everything
            try:
                response = connection.getresponse()
                data = response.read(MAX_ANSWER)
            except (OSError, HTTPException):
                if broken:
                    raise broken from None
                raise
            return Answer(response.status, _lowered(response), self._parsed(response, data))

    def _parsed(self, response: HTTPResponse, data: bytes) -> dict[str, Any]:
        """The answer as an object; whatever stands between us and the server may say 429 or 503 in its own words."""
        with contextlib.suppress(ValueError):
            found = json.loads(data)
            if isinstance(found, dict):
                return found
        if response.status in RETRIED:
            return {}
        if response.status in (301, 302, 303, 307, 308):
            there = one_line(response.headers.get("Location", ""), 200)
            raise ServerRefused(
                f"{self._account.url} sends us on to {there or 'nowhere'}; log in to that address instead"
            )
        raise ServerRefused(
            f"{self._account.url} does not answer as a Faultline server does (status {response.status}); "
            "is the address right?"
        )

    def _checked(self, answer: Answer) -> Answer:
        if answer.status < 400:
            return answer
        words = one_line(str(answer.body.get("detail") or answer.body.get("title") or ""), 400)
        if answer.status == 401:
            raise ServerRefused(f"{self._account.url} does not know this key; {LOGIN_HINT}")
        words = words or f"{self._account.url} answered with status {answer.status}"
        if answer.status == 429 or answer.status < 500:
            raise ServerRefused(words)
        raise ServerFailed(f"the server could not do it: {words}")

    def _unreachable(self, error: Exception) -> ServerRefused:
        if isinstance(error, ssl.SSLCertVerificationError):
            return ServerRefused(
                f"the certificate of {self._account.url} is not trusted: {error.verify_message}; "
                "SSL_CERT_FILE names the authorities to trust"
            )
        if isinstance(error, ssl.SSLError):
            return ServerRefused(f"no secure connection to {self._account.url}: {error.reason or describe(error)}")
        why = "it took too long" if isinstance(error, TimeoutError) else describe(error).partition(": ")[2]
        return ServerRefused(f"{self._account.url} cannot be reached: {why or describe(error)}")


def _connection(url: SplitResult) -> tuple[HTTPConnection, str, dict[str, str]]:
    """A connection, perhaps through the proxy of the environment; what comes before the path; further headers."""
    host, port = url.hostname or "", url.port
    secure = url.scheme == "https"
    proxy = "" if proxy_bypass(host) else getproxies().get(url.scheme, "")
    kind: Callable[..., HTTPConnection] = HTTPSConnection if secure else HTTPConnection
    if not proxy:
        return kind(host, port, timeout=CONNECT_SECONDS, blocksize=_CHUNK), url.path, {}
    via = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    pass_ = {}
    if via.username:
        secret = f"{unquote(via.username)}:{unquote(via.password or '')}".encode()
        pass_["Proxy-Authorization"] = f"Basic {base64.b64encode(secret).decode()}"
    connection = kind(via.hostname or "", via.port or 80, timeout=CONNECT_SECONDS, blocksize=_CHUNK)
    if secure:
        connection.set_tunnel(host, port, pass_)
        return connection, url.path, {}
    return connection, f"{url.scheme}://{url.netloc}{url.path}", pass_


def _lowered(response: HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait as the server wishes: a number or a date (RFC 9110, section 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    return None


def _pays(sample: bytes) -> bool:
    """Whether packing makes these bytes, the first of a file, smaller by a fifth at least; packed ones it does not."""
    return len(sample) >= _WORTH_PACKING and len(zlib.compress(sample, 1)) < 0.8 * len(sample)


@contextlib.contextmanager
def _readable(artifact: Artifact) -> Iterator[None]:
    """Keep errors of reading the file apart from those of the connection."""
    try:
        yield
    except OSError as error:
        raise ArtifactRejected(f"cannot be read: {error.strerror or describe(error)}", name=artifact.name) from error


def _read(artifact: Artifact, size: int) -> Iterator[bytes]:
    """The first `size` bytes."""
    with _readable(artifact):
        stream = artifact.open()
    with stream:
        while size:
            with _readable(artifact):
                chunk = stream.read(min(size, _CHUNK))
            if not chunk:
                raise ArtifactRejected("became shorter while it was sent", name=artifact.name)
            size -= len(chunk)
            yield chunk


def _gzip(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Packed at level 1 without a time in the header: the same bytes each time, at more than a network's speed."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    for part in parts:
        if packed := packer.compress(part):
            yield packed
    yield packer.flush()
