"""A small Slack: an incoming webhook that takes messages by Slack's own rules for blocks, as an ASGI application."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

# In mrkdwn only links that we wrote, `<https://...|words>`, may stand in angle brackets; & only as an entity.
_LINK = re.compile(r"<https?://[^|<>]+\|[^<>]+>")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")


@dataclass
class SlackStandIn:
    """Keeps what it takes; `answers` are given instead, one by one."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        self.paths.append(request.url.path)
        if self.answers:
            status, words = self.answers.pop(0)
        else:
            fault = _fault(request.headers.get("content-type", ""), body)
            status, words = (400, fault) if fault else (200, "ok")
            if not fault:
                self.taken.append(json.loads(body))
        await PlainTextResponse(words, status)(scope, receive, send)


def _fault(kind: str, body: bytes) -> str | None:
    if not kind.startswith("application/json"):
        return "invalid_payload"
    said = json.loads(body)
    if not said.get("text"):
        return "no_text"
    blocks = said.get("blocks", [])
    if len(blocks) > 50:
        return "invalid_blocks"
    for block in blocks:
        match block:
            case {"type": "header", "text": {"type": "plain_text", "text": text}} if 0 < len(text) <= 150:
                continue
            case {"type": "section", "text": {"type": "mrkdwn", "text": text}} if 0 < len(text) <= 3_000:
                pass
            case {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}:
                pass
            case _:
                return "invalid_blocks"
        rest = _LINK.sub("", text)
        if "<" in rest or ">" in rest or _ENTITY.search(rest):
            return "invalid_blocks"
    return None
