"""Text that can be stored: PostgreSQL takes no NUL character, and UTF-8 has no lone surrogates, but JSON has both."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator

MAX_DEPTH = 20
"""Levels of JSON that a caller may hand in to be kept."""


def storable(text: str) -> str:
    """The text.

    Raises:
        ValueError: it cannot be stored.

    """
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("must not contain NUL characters or lone surrogates")
    return text


def cleaned(text: str, limit: int | None = None) -> str:
    """A stranger's text such that it can be stored, at most so many characters of it."""
    return text[:limit].encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def storable_json(value: Any) -> Any:
    """The value.

    Raises:
        ValueError: a text in it cannot be stored, or it is too deep.

    """
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for item in level:
            match item:
                case str():
                    storable(item)
                case dict():
                    below += item.keys()
                    below += item.values()
                case list():
                    below += item
        if not below:
            return value
        level = below
    raise ValueError(f"must not be deeper than {MAX_DEPTH} levels")


Text = Annotated[str, AfterValidator(storable)]
JsonObject = Annotated[dict[str, Any], AfterValidator(storable_json)]
