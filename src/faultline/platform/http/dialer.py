"""The outgoing HTTP client for addresses that strangers give us (webhooks); safe against server-side request forgery.

One `post` takes these steps, all under one deadline:

1. The URL is parsed once, by httpx; what is judged is what is dialed, so two parsers cannot disagree about it.
2. The host is resolved once. Every address it has must pass `addresses.refusal`; one that does not refuses them all.
3. The connection goes to the very address that was judged: the URL is rewritten to it, while the Host header, SNI and
   the certificate check keep the name. A resolver that answers differently a moment later (DNS rebinding) is never
   asked.
4. No redirect is followed, no proxy of the environment is used, no connection is shared between two deliveries (two
   tenants may have the same address behind a CDN), and the answer is read up to a cap, undecoded.

Whatever the other side does, `post` returns a `Delivery`; the word in `Delivery.error` says what went wrong.
"""

from __future__ import annotations

import asyncio
import math
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import IPv4Address, ip_address
from typing import Literal

import httpx

from faultline.core.errors import FaultlineError
from faultline.platform.clock import Clock, utc_now
from faultline.platform.http.addresses import Address, Network, refusal

Failure = Literal[
    "refused-url",  # the URL itself: scheme, credentials, port, odd host
    "refused-address",  # the host leads to an address we do not dial
    "unresolved",  # the name has no address
    "connect",  # nobody listens, or no route
    "tls",  # the handshake failed or the certificate does not hold
    "timeout",  # the deadline passed, at whatever step
    "reset",  # the connection ended before the answer did
    "protocol",  # the answer is not HTTP
    "redirect",  # the answer points elsewhere, which is not followed
]
Resolver = Callable[[str], Awaitable[Sequence[str]]]

CONNECT_SECONDS = 10.0
MAX_ADDRESSES = 4
MAX_URL = 2048
# Below 1024 only the web's own ports; above, those that the fetch standard blocks ("bad port", fetch.spec.whatwg.org),
# because a service of another protocol might take our bytes for its own.
_WEB_PORTS = frozenset({80, 443})
_BAD_PORTS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
)
# h11 reports both an early end and plain garbage as a protocol error; these are its words for the early end.
_CUT_SHORT = ("disconnected without", "peer closed connection", "peer unexpectedly closed")


class UnsafeTarget(FaultlineError):
    """The URL cannot be used as a target: it is malformed, or leads to an address that is not public."""

    code = "unsafe-target"
    status = 422

    def __init__(self, reason: str, *, failure: Failure) -> None:
        self.failure = failure
        super().__init__(reason)


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that everybody trusts; reading them takes 17 ms, and a process that sends nothing reads none."""
    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one request.

    Attributes:
        status: the status of the answer, also when it broke off after the status line; None without one.
        error: one word for what went wrong; None when a whole answer (or its first `max_body` bytes) came. An answer
            of 500 is an answer.
        body: the beginning of the answer's body, as it came over the wire.
        retry_after: seconds the answer asks us to wait, from either form of the header; None when it does not.
        duration: seconds from the call to its end, name resolution included.
        address: the address that was dialed last; None when none was.

    """

    status: int | None
    error: Failure | None
    body: bytes
    retry_after: float | None
    duration: float
    address: str | None

    @property
    def delivered(self) -> bool:
        """Whether the other side took it: an unbroken answer between 200 and 299."""
        return self.error is None and self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class _Progress:
    """How far a delivery came; kept outside of the attempt, for the deadline may end it anywhere."""

    status: int | None = None
    redirected: bool = False
    retry_after: float | None = None
    address: str | None = None
    body: bytearray = field(default_factory=bytearray)


class Dialer:
    """Posts to untrusted URLs.

    Safe for any number of posts at once on one event loop. Call `close` at the end.

    Args:
        allowed: networks that may be dialed although they are not global, for delivery inside a company.
        timeout: seconds for one delivery from name resolution to the last byte read.
        max_body: bytes of the answer's body that are read.
        resolver: gives the addresses of a host name, or raises OSError; the system's by default.
        tls: what certificates are checked against; the default knows the public authorities, or those that
            `SSL_CERT_FILE` or `SSL_CERT_DIR` name.
        clock: the time that a `Retry-After` date is compared with.

    """

    def __init__(
        self,
        *,
        allowed: Sequence[Network] = (),
        timeout: float = 30.0,
        max_body: int = 64 * 1024,
        resolver: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._allowed = tuple(allowed)
        self._timeout = timeout
        self._max_body = max_body
        self._resolver = resolver or self._ask_the_system
        self._tls = tls
        self._clock = clock
        # Threads of our own: a name server that hangs may hold these, and nothing else of the process waits for them.
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="dialer-dns")

    def close(self) -> None:
        """Let the resolver's threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def check(self, url: str) -> None:
        """Refuse a URL that `post` would refuse now, for use when a target is registered.

        Raises:
            UnsafeTarget: with a sentence for the person who entered the URL.

        """
        try:
            async with asyncio.timeout(self._timeout):
                await self._addresses(_parse(url))
        except TimeoutError:
            raise UnsafeTarget("the URL's host name could not be resolved in time", failure="timeout") from None

    async def post(self, url: str, *, content: bytes, headers: Mapping[str, str]) -> Delivery:
        """Send one request and tell what became of it; never raises for anything the other side does.

        Args:
            url: where to; judged anew at each call.
            content: the body.
            headers: sent as they are, save for `Host`, `Content-Length`, `Connection` and `Accept-Encoding`, which are
                ours to set.

        """
        began = time.perf_counter()
        progress = _Progress()
        error: Failure | None
        try:
            async with asyncio.timeout(self._timeout):
                await self._attempt(url, content, headers, progress)
            error = "redirect" if progress.redirected else None
        except TimeoutError:
            error = "timeout"
        except UnsafeTarget as unsafe:
            error = unsafe.failure
        except (httpx.HTTPError, OSError) as broken:
            error = _failure(broken)
        return Delivery(
            status=progress.status,
            error=error,
            body=bytes(progress.body),
            retry_after=progress.retry_after,
            duration=time.perf_counter() - began,
            address=progress.address,
        )

    async def _attempt(self, text: str, content: bytes, headers: Mapping[str, str], progress: _Progress) -> None:
        url = _parse(text)
        addresses = await self._addresses(url)
        # Content-Length is httpx's to compute; "identity" and reading undecoded keep decompression bombs out.
        ours = {"host", "content-length", "connection", "accept-encoding", "transfer-encoding"}
        sent = {name: value for name, value in headers.items() if name.lower() not in ours}
        sent |= {"Host": url.netloc.decode("ascii"), "Connection": "close", "Accept-Encoding": "identity"}
        for last, address in _marking_last(addresses[:MAX_ADDRESSES]):
            progress.address = str(address)
            request = httpx.Request(
                "POST",
                url.copy_with(host=str(address)),
                content=content,
                headers=sent,
                extensions={
                    "sni_hostname": url.raw_host.decode("ascii"),
                    "timeout": {"connect": min(CONNECT_SECONDS, self._timeout)},
                },
            )
            # A transport of its own for each request: its pool must not lend the connection to another name.
            async with httpx.AsyncHTTPTransport(verify=self._tls or _trusted(), trust_env=False) as transport:
                try:
                    response = await transport.handle_async_request(request)
                except (httpx.ConnectError, httpx.ConnectTimeout) as unreachable:
                    if last or _failure(unreachable) == "tls":
                        raise
                    continue  # nothing has been sent yet: the host's next address may be up
                try:
                    await self._read(response, progress)
                finally:
                    await response.aclose()
                return

    async def _read(self, response: httpx.Response, progress: _Progress) -> None:
        progress.status = response.status_code
        progress.redirected = 300 <= response.status_code < 400
        progress.retry_after = _retry_after(response.headers.get("retry-after"), self._clock())
        async for chunk in response.aiter_raw():
            progress.body += chunk[: self._max_body - len(progress.body)]
            if len(progress.body) >= self._max_body:
                return

    async def _addresses(self, url: httpx.URL) -> list[Address]:
        """Every address of the URL's host, each of them found safe."""
        host = url.raw_host.decode("ascii").rstrip(".").lower()
        literal = _literal(host)
        if literal is not None:
            found: list[Address] = [literal]
        else:
            try:
                answers = await self._resolver(host)
            except (OSError, UnicodeError):  # UnicodeError: a label that is empty or too long
                answers = ()
            found = [ip_address(answer) for answer in dict.fromkeys(answers)]
        if not found:
            raise UnsafeTarget("the URL's host name has no address", failure="unresolved")
        for address in found:
            reason = refusal(address, self._allowed)
            if reason is not None:
                # The address stays unsaid: it would tell a stranger how the names of our network resolve.
                raise UnsafeTarget(
                    f"the URL leads to an address that is not public ({reason})", failure="refused-address"
                )
        return found

    async def _ask_the_system(self, host: str) -> Sequence[str]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _getaddrinfo, host)


def _getaddrinfo(host: str) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


def _parse(text: str) -> httpx.URL:
    """The URL, its form found safe."""

    def refuse(reason: str) -> UnsafeTarget:
        return UnsafeTarget(reason, failure="refused-url")

    if len(text) > MAX_URL:
        raise refuse(f"the URL is longer than {MAX_URL:,} characters")
    try:
        url = httpx.URL(text)
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):  # ValueError: UnicodeError from IDNA, and ports that are no number
        raise refuse("the URL is malformed") from None
    if url.scheme not in ("http", "https"):
        raise refuse("the URL must begin with http:// or https://")
    if url.userinfo:
        raise refuse("the URL must not carry credentials")
    if not host or "%" in host:
        raise refuse("the URL's host is malformed")
    port = url.port if url.port is not None else 80 if url.scheme == "http" else 443
    if (port < 1024 and port not in _WEB_PORTS) or port in _BAD_PORTS or port > 65535:
        raise refuse(f"port {port} is not open to outgoing requests")
    return url


def _literal(host: str) -> Address | None:
    """The address that the host spells out; None when it is a name.

    A host whose last label is a number is an IPv4 address to the C library (`2130706433`, `0x7f.1`, `0177.0.0.1`) and
    to browsers (url.spec.whatwg.org, "ends in a number"). Only the canonical form is taken.

    Raises:
        UnsafeTarget: the host is an address in another form.

    """
    if host == "localhost" or host.endswith(".localhost"):
        return IPv4Address("127.0.0.1")  # RFC 6761: loopback, whatever a resolver says
    try:
        return ip_address(host)
    except ValueError:
        label = host.rpartition(".")[2]
        if label.isdigit() or label.startswith("0x") or ":" in host:
            raise UnsafeTarget("the URL's host is an address in an unusual form", failure="refused-address") from None
        return None


def _marking_last(addresses: Sequence[Address]) -> Iterator[tuple[bool, Address]]:
    return ((number == len(addresses), address) for number, address in enumerate(addresses, start=1))


def _failure(error: Exception) -> Failure:
    """The word for an exception of httpx or of the socket."""
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    if isinstance(error, httpx.ConnectError):
        return "tls" if any(isinstance(cause, ssl.SSLError) for cause in _causes(error)) else "connect"
    if isinstance(error, httpx.ProtocolError) and not any(words in str(error) for words in _CUT_SHORT):
        return "protocol"
    return "reset"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds from either form of the header (RFC 9110, 10.2.3), never negative; None when it is neither."""
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:12])
        return seconds if math.isfinite(seconds) else None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
