"""Believes of an answer only what it can show, and takes out of it what has no business there.

A statement is anything that derives from `Cited`, at any depth. It goes

- when none of its citations is a line that the model was shown,
- when it names an address (URL, host) that does not stand in the prompt,
- when it names a command that destroys, runs what it downloads, or sends things away, wherever it has it from.

An address that does stand in the prompt gives way to the number of its line, for whoever talks a model into printing
a link would write that link into the artifact. So no answer ever carries one; the evidence does, where it is seen for
what it is. Of a list the statement goes alone; of a field that may be empty the field; else the statement around it
goes too. What a model says is text, and stays text: nothing here or behind it runs a word of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from faultline.ai.prompt import Prompt, render, visible
from faultline.core import privacy
from faultline.core.model import Brief, Cited

MAX_TEXT: Final = 2_000
"""Characters of one text in an answer."""
MAX_ITEMS: Final = 100


def resolve(said: Cited, brief: Brief) -> tuple[Cited | None, int]:
    """What holds of an answer, and how many citations and statements did not.

    Args:
        said: what a model answered.
        brief: what it was asked about.

    Returns:
        The answer with only citations that resolve, its texts cleaned; None when it does not hold as a whole. The
        second is the number of citations and of statements that were dropped.

    """
    reading = _Reading(render(brief))
    kept = reading.model(said)
    return (kept if isinstance(kept, Cited) else None), reading.dropped


class _Drop(Exception):
    """The statement around this does not hold."""


class _Reading:
    """One answer against the prompt that it answers."""

    def __init__(self, prompt: Prompt) -> None:
        self.dropped = 0
        self._lines = {number: " ".join(text.lower().split()) for number, text in prompt.shown.items()}
        self._prompt = " ".join(prompt.user.lower().split())

    def model(self, said: BaseModel) -> BaseModel | None:
        """The model with what holds of it; None where it does not."""
        fields: dict[str, Any] = {}
        try:
            for name in type(said).model_fields:
                value = getattr(said, name)
                fields[name] = self._cites(value) if name == "cites" and isinstance(said, Cited) else self._value(value)
            return type(said)(**fields)
        except (_Drop, ValidationError):
            self.dropped += 1
            return None

    def _cites(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        kept = tuple(dict.fromkeys(number for number in numbers if number in self._lines))
        self.dropped += len(set(numbers)) - len(kept)
        if not kept:
            raise _Drop
        return kept

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return value if isinstance(value, Enum) else self._text(value)
        if isinstance(value, BaseModel):
            return self.model(value)
        if isinstance(value, Mapping):
            pairs = [(self._text(str(key)), item, self._value(item)) for key, item in list(value.items())[:MAX_ITEMS]]
            return {key: kept for key, item, kept in pairs if item is None or kept is not None}
        if isinstance(value, (list, tuple, set, frozenset)):
            kinds: type = type(value)
            items = [(item, self._item(item)) for item in list(value)[:MAX_ITEMS]]
            return kinds(kept for item, kept in items if item is None or kept is not None)
        return value

    def _item(self, item: Any) -> Any:
        """An item of a list: a text that does not hold goes alone, as a statement does."""
        try:
            return self._value(item)
        except _Drop:
            self.dropped += 1
            return None

    def _text(self, text: str) -> str:
        cleaned = clean(text)
        if _COMMAND.search(cleaned):
            raise _Drop
        return _ADDRESS.sub(self._place, cleaned)

    def _place(self, match: re.Match[str]) -> str:
        """What stands for an address: the line that has it; an IP address is no link and may stay."""
        named = match.group().rstrip(".,;:!?")
        address = named.lower()
        if address not in self._prompt:
            raise _Drop
        if _IP.fullmatch(address):
            return match.group()
        line = next((number for number, text in self._lines.items() if address in text), None)
        return ("[address]" if line is None else f"[address in line {line}]") + match.group()[len(named) :]


def clean(text: str) -> str:
    """A text of a model as plain prose of at most MAX_TEXT characters: nothing unseen, no personal data, no secret."""
    text = unicodedata.normalize("NFKC", text[: 4 * MAX_TEXT])
    lines = [" ".join(visible(line).split()) for line in text.split("\n")]
    cleaned = privacy.redact("\n".join(line for line in lines if line))
    return cleaned if len(cleaned) <= MAX_TEXT else cleaned[: MAX_TEXT - 3].rstrip() + "..."


# Names of files and modules look like hosts, so only endings that no file has count without `://` or a path behind.
_ADDRESS: Final = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]{1,20}:(?=//)//|www\.|mailto:|javascript:|data:(?=[a-z]{1,20}/))[^\s'\"<>()\[\]{}]{1,200}"
    r"|(?<![\w.@/-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.[a-z]{2,24}/[^\s'\"<>()\[\]{}]{1,200}"
    r"|[^\s@'\"<>()]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
    r"|(?<![\w.@/-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.(?:com|net|org|info|biz|io|xyz|top|online|site|shop|club"
    r"|click|icu|ru|cn|tk|ml|gq|su|onion)\b(?![\w(/-]|\.\w)"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b"
    r"|\b[\w-]{1,63}(?: ?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)) ?[\w-]{1,63}){1,5}",
    re.IGNORECASE,
)
_IP: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?")
_COMMAND: Final = re.compile(
    r"\|\s{0,3}(?:sudo\s{1,3})?(?:ba|z|da|k|fi)?sh\b|\|\s{0,3}(?:python[\d.]{0,4}|perl|ruby|node|php|iex)\b"
    r"|\brm\s{1,3}-[a-z]{0,6}[rf][a-z]{0,6}\b|\brm\s{1,3}--(?:recursive|force)|\bdel\s{1,3}/[sfq]\b|\brmdir\s{1,3}/s\b|\bRemove-Item\b"
    r"|\b(?:bash|sh|zsh)\s{1,3}(?:-c\s{0,3}['\"]?\$\(|<\()|\beval\s{0,3}[\"'$(`]|\biex\b|\bInvoke-(?:Expression|WebRequest)\b"
    r"|\bbase64\s{1,3}(?:-d|-D|--decode)|\bmkfs\b|\bdd\s{1,3}(?:if|of)=|>\s{0,3}/dev/(?:sd|nvme)|:\(\)\s{0,3}\{"
    r"|\bchmod\s{1,3}(?:-R\s{1,3})?0?777\b|\bgit\s{1,3}push\s{1,3}(?:\S{1,60}\s{1,3}){0,3}(?:-f\b|--force)"
    r"|\bprintenv\b|/etc/(?:passwd|shadow)|\bid_(?:rsa|ed25519)\b|\.aws/credentials|\benv\s{0,3}[|>]"
    r"|\b(?:curl|wget|nc|ncat)\b[^\n]{0,200}(?:\s-d\b|--data|--upload-file|\s-T\b|--post-file|\s-e\b)"
    r"|\b(?:curl|wget)\b[^\n]{0,80}(?:\s-k\b|--insecure|--no-check-certificate)|\bdrop\s{1,3}(?:table|database)\b"
    r"|\bpowershell(?:\.exe)?\s{1,3}-e(?:nc|ncodedcommand)?\b|\bset-executionpolicy\b|--no-verify\b|\bsudo\s{1,3}rm\b",
    re.IGNORECASE,
)
