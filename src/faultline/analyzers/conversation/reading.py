"""Conversations from any file that holds some: JSON lines, a JSON document, a table, a transcript, or plain text.

What stands in the file decides, never its name. It is read once, in order, and never held whole; what cannot be taken
is a Fault that names its line, and the rest is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace

from faultline.analyzers.conversation.conversation import Conversation, Message
from faultline.analyzers.conversation.readers import jsontext, table, transcript
from faultline.analyzers.conversation.readers.fault import Fault
from faultline.analyzers.conversation.readers.roles import assigned
from faultline.analyzers.conversation.readers.source import Source, open_source
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected

__all__ = ["Fault", "read"]

MAX_NAMES = 1 << 18
"""Ids made of content are numbered where the content comes again, among so many of the last."""


def read(artifact: Artifact) -> Iterator[Conversation | Fault]:
    """Read the conversations of an artifact, each as soon as it is whole.

    A conversation without an id of its own gets one made of what was said. Its messages stay in the order in which
    they were written; where their times say otherwise a Fault that has lost nothing says so. Nothing is yielded for an
    empty file.

    Raises:
        ArtifactRejected: it is no text, is too large, or nothing in it could be read.

    """
    names: dict[str, int] = {}
    read_any = False
    first: Fault | None = None
    for item in _items(open_source(artifact)):
        if isinstance(item, Fault):
            first = first or (item if item.lost else None)
            yield item
            continue
        read_any = True
        conversation = replace(item, messages=assigned(item.messages))
        if not conversation.id:
            conversation = replace(conversation, id=_made(conversation, names))
        yield conversation
        if (late := _backwards(conversation)) is not None:
            yield Fault(
                late.line,
                "by its clock, which is earlier than that of the message before it, but in the order written",
                lost=False,
            )
    if first and not read_any:
        raise ArtifactRejected(f"holds no conversation that can be read; {first}", name=artifact.name)


def _items(source: Source) -> Iterator[Conversation | Fault]:
    head = source.head
    begin = head.lstrip("\ufeff \t\n")
    if _is_json(begin):
        if _is_json_lines(begin):
            return jsontext.read_lines(source.lines())
        return jsontext.read_document(source.chunks())
    if (form := table.with_header(head)) is not None:
        return table.read_table(source.lines(), form)
    if transcript.looks_like_one(head):
        return transcript.read_transcript(source.lines(), transcript.Manner.of(head.split("\n")[:400]))
    if (form := table.without_header(head)) is not None:
        return table.read_table(source.lines(), form)
    return _plain(source)


def _is_json(begin: str) -> bool:
    if begin.startswith("{"):
        return begin[1:].lstrip()[:1] in ('"', "}")
    if begin.startswith("["):
        return begin[1:].lstrip()[:1] in ("{", "[", '"', "]")
    return begin.startswith('"') and _whole(begin.split("\n", 1)[0])


def _is_json_lines(begin: str) -> bool:
    """Whether each line is a value of its own: the first one is whole, or a later one begins where the first did."""
    lines = [line.rstrip() for line in begin.split("\n")[:20] if line.strip()]
    if _whole(lines[0]):
        return not begin.startswith("[") or len(lines) > 1
    if begin.startswith("[") or lines[0].endswith(("{", "[", ",")):
        return False
    return any(line.startswith('{"') for line in lines[1:])


def _whole(line: str) -> bool:
    try:
        return isinstance(json.loads(line.strip().removesuffix(",")), (dict, list, str))
    except (ValueError, RecursionError):
        return False


def _plain(source: Source) -> Iterator[Conversation | Fault]:
    """Text of no form that we know, such as an e-mail: one message, or one between two lines of dashes."""
    yield from transcript.read_transcript(source.lines(), transcript.PLAIN)


def _made(conversation: Conversation, names: dict[str, int]) -> str:
    """An id made of what was said, which another file gives too; numbered where it comes again."""
    digest = hashlib.blake2b(digest_size=8)
    for message in conversation.messages:
        when = message.time.isoformat() if message.time else ""
        for part in (message.role, message.author or "", when, message.text):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    name = digest.hexdigest()
    count = names[name] = names.pop(name, 0) + 1
    if len(names) > MAX_NAMES:
        del names[next(iter(names))]
    return name if count == 1 else f"{name}-{count}"


def _backwards(conversation: Conversation) -> Message | None:
    latest = None
    for message in conversation.messages:
        if message.time is None:
            continue
        if latest is not None and message.time < latest:
            return message
        latest = message.time
    return None
