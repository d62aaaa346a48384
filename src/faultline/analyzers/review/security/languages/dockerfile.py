"""Dockerfiles: what an image is made of, as whom it runs, and what stays in its layers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

_INSTRUCTION: Final = re.compile(r"^\s*([A-Za-z]+)\s+(.*)$", re.DOTALL)
_HEREDOC: Final = re.compile(r"<<-?\s*[\"']?(\w+)[\"']?")
_SECRET_NAME: Final = re.compile(
    r"(?i)(?:passw(?:or)?d|secret|api_?key|(?:auth|access|npm|github|pypi)_?token|private_?key|^token)$"
)
_FROM: Final = re.compile(r"^(?:--\S+\s+)*(\S+)(?:\s+[Aa][Ss]\s+(\S+))?")
_PAIR: Final = re.compile(r"([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|\S*)")
_PIPED: Final = re.compile(
    r"\b(?:curl|wget)\b[^|;&\n]{0,300}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b"
    r"|\b(?:ba)?sh\s+-c\s+[\"']?\$\(\s*(?:curl|wget)\b|<\(\s*(?:curl|wget)\b"
)
_NO_CHECK: Final = re.compile(
    r"\bcurl\b[^|;&\n]{0,200}\s(?:--insecure|-[a-zA-Z]{0,9}k[a-zA-Z]{0,9})\s"
    r"|\bwget\b[^|;&\n]{0,200}--no-check-certificate|npm config set strict-ssl false|GIT_SSL_NO_VERIFY=(?:1|true)"
)
_WRITABLE: Final = re.compile(r"\bchmod\s+(?:-R\s+)?(?:0?777|a\+rwx|ugo\+rwx)\b")
_SERVES: Final = frozenset({"CMD", "ENTRYPOINT"})


class _Step(NamedTuple):
    """An instruction: its first and last line, from 1, its name in capitals, and the rest of it."""

    line: int
    end: int
    name: str
    rest: str


def _steps(source: Source) -> Iterator[_Step]:
    """The instructions, their continued lines joined, comments and here-documents' ends left out."""
    parts: list[str] = []
    start, until = 0, None
    for number, line in enumerate(source.lines, 1):
        if until is not None:
            if line.strip() == until:
                until = None
                yield from _step(start, number, parts)
                parts = []
            else:
                parts.append(line)
            continue
        if line.lstrip().startswith("#") or (parts and not line.strip()):
            continue
        if not parts:
            start = number
        continued = line.rstrip().endswith(("\\", "`"))
        parts.append(line.rstrip()[:-1] if continued else line)
        if continued:
            continue
        if parts[0].lstrip()[:4].upper() in ("RUN ", "COPY") and (heredoc := _HEREDOC.search(line)):
            until = heredoc[1]
            continue
        yield from _step(start, number, parts)
        parts = []
    if parts:
        yield from _step(start, len(source.lines), parts)


def _step(start: int, end: int, parts: list[str]) -> Iterator[_Step]:
    if match := _INSTRUCTION.match("\n".join(parts)):
        yield _Step(start, end, match[1].upper(), match[2].strip())


def dockerfile(source: Source) -> Iterable[Observation]:
    """What is wrong with a Dockerfile."""
    if source.language is not Language.DOCKERFILE:
        return
    stages: set[str] = set()
    user: _Step | None = None
    start: _Step | None = None
    image = ""
    for step in _steps(source):
        if step.name == "FROM" and (match := _FROM.match(step.rest)):
            image, user, start = match[1], None, None
            if (message := _unpinned(image, stages)) is not None:
                yield Observation("security/unpinned-image", step.line, message=message)
            if match[2]:
                stages.add(match[2].lower())
        elif step.name == "USER":
            user = step
        elif step.name in _SERVES:
            start = step
        elif step.name in ("ENV", "ARG"):
            yield from _kept(step)
        elif step.name == "ADD" and re.search(r"(?:^|\s)https?://", step.rest) and "--checksum" not in step.rest:
            yield Observation(
                "security/signature-unverified",
                step.line,
                message="ADD takes whatever lies at an address by then.",
                fix="Give --checksum, or fetch it with curl and check its digest.",
            )
        elif step.name == "RUN":
            yield from _run(step)
    if user is not None and user.rest.split(":")[0].strip() in ("root", "0"):
        yield Observation(
            "security/excessive-privilege",
            user.line,
            message="The container runs as root.",
            fix="End with a USER of its own.",
        )
    elif user is None and start is not None and not re.search(r"nonroot|distroless|rootless|unprivileged", image):
        yield Observation(
            "security/excessive-privilege",
            start.line,
            message="No USER is set, so the container runs as root unless its image says otherwise.",
            fix="Add a USER of its own before it.",
            severity=None,
            confidence=0.6,
        )


def _unpinned(image: str, stages: set[str]) -> str | None:
    if image.lower() in stages or image == "scratch" or "$" in image or "@sha256:" in image:
        return None
    _, colon, tag = image.rpartition("/")[2].partition(":")
    if not colon:
        return f"`{image}` has no tag, so it is whatever is newest."
    return f"`{image}` is whatever is newest." if tag == "latest" else None


def _kept(step: _Step) -> Iterator[Observation]:
    pairs = _PAIR.findall(step.rest)
    if not pairs and step.name == "ENV" and len(words := step.rest.split(None, 1)) == 2:
        pairs = [(words[0], words[1])]
    for name, value in pairs:
        value = value.strip("\"'")
        if _SECRET_NAME.search(name) and len(value) >= 4 and not re.search(r"[$<{]|(?i:change|example|your)", value):
            yield Observation(
                "security/hardcoded-secret",
                step.line,
                message=f"`{name}` stays in the image, and everybody who has the image can read it.",
                fix="Use a build secret: RUN --mount=type=secret.",
                severity=None,
                confidence=0.75,
            )
            return


def _run(step: _Step) -> Iterator[Observation]:
    if _PIPED.search(step.rest):
        yield Observation(
            "security/signature-unverified",
            step.line,
            end_line=step.end,
            message="A script is run as it comes from the network.",
            fix="Download it, check its digest, and run it then.",
            severity=None,
        )
    if _NO_CHECK.search(step.rest + " "):
        yield Observation(
            "security/tls-verification-off", step.line, end_line=step.end, message="Any certificate is accepted."
        )
    if _WRITABLE.search(step.rest):
        yield Observation(
            "security/default-permissions",
            step.line,
            end_line=step.end,
            message="Every process may change these files.",
        )
