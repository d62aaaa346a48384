"""Addresses in the settings and commands that a text shows: a credential is sent to them in the clear.

A block of YAML in a README is what readers copy. Most addresses of such blocks are examples, so one is told only where
the same block names a credential that goes along, and the host is none that the reader is to replace.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.patterns import regex

_SETTINGS: Final = frozenset(("yaml", "yml", "toml", "ini", "env", "dotenv", "properties", "conf", "json", "hcl"))
_COMMANDS: Final = frozenset(("sh", "bash", "shell", "console", "zsh"))
_CREDENTIAL: Final = regex(
    r"(?im)^[ \t\"'-]{0,40}(?:export )?(?:\w{1,30}[._-]){0,6}(?:token|password|api_?key|secret|credentials?)"
    r"(?:[._-]\w{1,20})?[\"']?\s?[:=]"
)
_SENT: Final = regex(r"(?i)authorization: |x-api-key: | (?:-u|--user) |bearer ")
_ANY_HOST: Final = regex(
    r"(?i)://(?:[^/]{0,80}[<{$]|(?:your|my|some|the)[-_.]?|(?:www\.)?example\.(?:com|org|net)(?:[:/]|$))"
)
"""A host that a reader is to replace."""


def shown(design: Design) -> Iterator[Observation]:
    """Addresses without TLS where the same block of a text sends a credential along."""
    blocks = [(document, each) for document in design.of(MarkdownDocument) for each in document.fences]
    blocks = [(document, each) for document, each in blocks if "http://" in each.text]
    if blocks:
        # Here, for it needs the readers of deployments: 0.01 s.
        from faultline.analyzers.design.security.written import FETCH, SAID, judged

        for document, fence in blocks:
            kind = fence.language.lower()
            if kind in _SETTINGS and _CREDENTIAL.search(fence.text):
                pattern = SAID
            elif kind in _COMMANDS:
                pattern = FETCH
            else:
                continue
            for offset, line in enumerate(fence.text.split("\n")[:400]):
                found = pattern.search(line) if "http://" in line and len(line) < 400 else None
                if not found or _ANY_HOST.search(found["value"]) or (pattern is FETCH and not _SENT.search(line)):
                    continue
                where = Spot(document, line=fence.line + offset, symbol=found["name"])
                yield from judged(found["name"], found["value"], where, "the block")


CHECKS: tuple[Check, ...] = (shown,)
