"""One request to GitHub's API, with all that can befall it.

    connection lost, 5xx    tried again twice where that does no harm, a moment later; then `GitHubUnavailable`
    403 or 429 with a limit `GitHubUnavailable` with the time to come again; until then nothing more is asked in that
                            lane, for GitHub bars those who go on asking (docs.github.com, "Best practices")
    404, 410                `Gone`
    any other refusal       `GitHubRefused`
    a redirect              followed with our authorization on the same origin only; elsewhere without it, and only
                            where an endpoint is known for that (logs, archives)

An answer is read up to a number of bytes and within a time.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from faultline.core.errors import FaultlineError
from faultline.platform.clock import Clock
from faultline.service.github.errors import AnswerTooLarge, GitHubRefused, GitHubUnavailable, Gone

JSON = "application/vnd.github+json"
VERSION = "2022-11-28"
MAX_JSON = 10_000_000
SECONDS = 30.0
"""For one whole answer, unless it is a file."""
ATTEMPTS = 3
CONNECTIONS = 32
REDIRECTS = 3
SECONDARY_WAIT = timedelta(seconds=60)
"""Where GitHub says that it is a limit, but not until when: a minute at least (docs.github.com, the same page)."""
LONGEST_WAIT = timedelta(hours=2)
_MESSAGE = 300

Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that GitHub gave willingly."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> Any:
        """Its JSON.

        Raises:
            GitHubUnavailable: it is none: something that is not GitHub has answered.

        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise GitHubUnavailable("GitHub's answer cannot be read; check FAULTLINE_GITHUB_API_URL") from None

    def object(self) -> dict[str, Any]:
        """Its JSON, which must be an object."""
        found = self.json()
        if not isinstance(found, dict):
            raise GitHubUnavailable("GitHub's answer cannot be read; check FAULTLINE_GITHUB_API_URL")
        return found

    @property
    def next(self) -> str | None:
        """Where the next page is."""
        found = httpx.Response(200, headers=self.headers).links.get("next", {}).get("url")
        return found or None


@dataclass(slots=True)
class _Asked:
    """A request, as it goes on through redirects and further attempts."""

    method: str
    url: str
    headers: dict[str, str] = field(repr=False)
    content: bytes | None = None


class Wire:
    """The connections of one process to GitHub.

    Args:
        api: the API's address, without a slash at the end.
        clock: the time that limits are compared with.
        pause: waits for so many seconds.
        chance: a number in [0, 1) that places each pause within its jitter.

    """

    def __init__(
        self, api: str, clock: Clock, *, pause: Pause = asyncio.sleep, chance: Callable[[], float] = random.random
    ) -> None:
        self.api = api
        self.clock = clock
        self.pause = pause
        self._chance = chance
        self._client: httpx.AsyncClient | None = None
        self._barred: dict[int, datetime] = {}

    async def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def send(
        self,
        method: str,
        path: str,
        *,
        accept: str,
        authorization: str,
        lane: int,
        body: Any = None,
        repeatable: bool | None = None,
        leaving: bool = False,
        max_bytes: int = MAX_JSON,
        seconds: float = SECONDS,
    ) -> Answer:
        """Ask for something, and read the answer as a whole.

        Args:
            method: of HTTP.
            path: below the API's address; or an address there, as pages and redirects give them.
            accept: the media type that is wanted.
            authorization: the header's value.
            lane: whose limits it counts against.
            body: sent as JSON.
            repeatable: whether asking twice does no harm; None goes by the method.
            leaving: whether a redirect may lead to another host.
            max_bytes: as much of the answer is read.
            seconds: within this time.

        Raises:
            Gone, GitHubRefused, GitHubUnavailable, AnswerTooLarge: see the module.

        """
        again = method in ("GET", "PUT", "DELETE") if repeatable is None else repeatable
        headers = {"Accept": accept, "X-GitHub-Api-Version": VERSION, "User-Agent": "faultline"}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        url = path if path.startswith(("http://", "https://")) else self.api + path
        if not self._ours(url):
            raise GitHubUnavailable("GitHub's answer leads to another host; check FAULTLINE_GITHUB_API_URL")
        for attempt in range(1, ATTEMPTS + 1):
            self._check(lane)
            asked = _Asked(method, url, {**headers, "Authorization": authorization}, content)
            try:
                async with asyncio.timeout(seconds):
                    answer = await self._follow(asked, leaving, max_bytes)
            except (httpx.HTTPError, OSError, TimeoutError) as error:
                sent = not isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
                if attempt == ATTEMPTS or (sent and not again):
                    raise GitHubUnavailable("GitHub does not answer; try again in a moment") from None
            else:
                if answer.status < 500:
                    self._judge(answer, lane)
                    return answer
                if attempt == ATTEMPTS or not again:
                    raise GitHubUnavailable(f"GitHub is out of order (status {answer.status}); try again in a moment")
            await self.pause((0.2 + 0.3 * self._chance()) * attempt**2)
        raise AssertionError("unreachable")

    async def form(self, url: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Send a form to GitHub's site, which is not its API, and read the answer.

        Raises:
            GitHubUnavailable: no answer came, or none that can be read.

        """
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._open().post(url, data=dict(fields), headers={"Accept": "application/json"})
        except (httpx.HTTPError, OSError, TimeoutError):
            raise GitHubUnavailable("GitHub does not answer; try again in a moment") from None
        if answer.status_code != 200 or len(answer.content) > MAX_JSON:
            raise GitHubUnavailable(f"GitHub answered with status {answer.status_code}; try again in a moment")
        return Answer(answer.status_code, answer.headers, answer.content).object()

    async def _follow(self, asked: _Asked, leaving: bool, max_bytes: int) -> Answer:
        for _ in range(REDIRECTS + 1):
            answer = await self._once(asked, max_bytes)
            location = answer.headers.get("location")
            if answer.status not in (301, 302, 303, 307, 308) or not location:
                return answer
            if answer.status in (301, 302, 303) and asked.method != "GET":
                raise GitHubRefused("the repository has moved; its name is another one now", answered=answer.status)
            asked.url = urljoin(asked.url, location)
            if not self._ours(asked.url):
                if not leaving or urlsplit(asked.url).scheme not in ("https", urlsplit(self.api).scheme):
                    raise GitHubUnavailable("GitHub's answer leads to another host, which is not followed")
                # Elsewhere the address itself is the permission; what we are to GitHub is nobody else's to know.
                asked.headers = {"User-Agent": "faultline", "Accept-Encoding": "identity"}
        raise GitHubUnavailable("GitHub's answer leads round in circles")

    async def _once(self, asked: _Asked, max_bytes: int) -> Answer:
        async with self._open().stream(
            asked.method, asked.url, headers=asked.headers, content=asked.content
        ) as response:
            body = bytearray()
            limit = max_bytes if response.status_code < 300 else MAX_JSON
            async for piece in _pieces(response):
                body += piece
                if len(body) > limit:
                    if response.status_code >= 300:
                        break
                    raise AnswerTooLarge(limit)
        return Answer(response.status_code, response.headers, bytes(body))

    def _judge(self, answer: Answer, lane: int) -> None:
        """Raise what an answer that is none is to us."""
        if answer.status < 300 or answer.status == 304:
            return
        if answer.status in (403, 429) and (until := self._limited(answer)):
            self._barred[lane] = until
            self._check(lane)
        message = _message(answer)
        if answer.status in (404, 410):
            raise Gone(f"GitHub does not know it, or the App may not see it: {message}")
        raise GitHubRefused(f"GitHub said no ({answer.status}): {message}", answered=answer.status)

    def _limited(self, answer: Answer) -> datetime | None:
        """Until when nothing may be asked; None where the refusal is no limit."""
        now = self.clock()
        at: datetime | None = None
        if wait := answer.headers.get("retry-after"):
            at = _retry_at(wait, now)
        elif answer.headers.get("x-ratelimit-remaining") == "0":
            reset = answer.headers.get("x-ratelimit-reset", "")
            at = datetime.fromtimestamp(int(reset), UTC) if reset.isdecimal() and len(reset) < 12 else None
            at = at or now + SECONDARY_WAIT
        elif answer.status == 429 or "rate limit" in _message(answer).lower():
            at = now + SECONDARY_WAIT
        if at is None:
            return None
        return min(max(at, now + timedelta(seconds=1)), now + LONGEST_WAIT)

    def _check(self, lane: int) -> None:
        until = self._barred.get(lane)
        if until is None:
            return
        left = (until - self.clock()).total_seconds()
        if left <= 0:
            self._barred.pop(lane, None)
            return
        raise GitHubUnavailable(
            f"GitHub takes no more requests for {math.ceil(left)} s", retry_at=until, retry_after=left
        )

    def _ours(self, url: str) -> bool:
        api, other = urlsplit(self.api), urlsplit(url)
        return (api.scheme, api.netloc) == (other.scheme, other.netloc)

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=httpx.Timeout(SECONDS, connect=10.0),
                follow_redirects=False,
                limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
            )
        return self._client


async def _pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    async for piece in response.aiter_bytes(65_536):
        yield piece


def time_of(text: Any) -> datetime | None:
    """A time as GitHub writes it; None where it is none."""
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def _retry_at(text: str, now: datetime) -> datetime:
    try:
        if text.strip().isdecimal():
            return now + min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
        at = parsedate_to_datetime(text)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return now + SECONDARY_WAIT


def _message(answer: Answer) -> str:
    try:
        said = answer.object()
    except FaultlineError:
        return "no reason given"
    message = said.get("message")
    words = message if isinstance(message, str) else "no reason given"
    if errors := said.get("errors"):
        words += f" {json.dumps(errors)}"
    return words[:_MESSAGE]
