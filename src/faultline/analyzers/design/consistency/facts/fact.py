"""Fact: a quantity of something, with its value and its place; and how values are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from faultline.analyzers.design.documents.units import BYTES, SECONDS, unit
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.naming import words


class Quantity(Enum):
    """What a fact is a figure of; the value is the unit that figures are compared in."""

    TIMEOUT = "seconds until a call is given up"
    RETENTION = "seconds that something is kept"
    LIFETIME = "seconds that something is valid"
    RATE = "requests a second"
    PAGE = "items a page"
    UPLOAD = "bytes of a body"
    MEMORY = "bytes of memory"
    PROCESSORS = "processors"
    ATTEMPTS = "attempts"
    RECEIVES = "receives until a message is put aside"


DEFAULT: Final = "default"
MOST: Final = "most"


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of something.

    Args:
        quantity: of what kind.
        component: the id of what it holds for; empty where its place does not say.
        about: words that narrow it: of `CARRIER_TIMEOUT_MS` `carrier`.
        values: what it may mean, in the unit of the quantity; several where no unit is written.
        words: as it is written.
        spot: where.
        bound: `DEFAULT` or `MOST` where that is said of a page, else empty.
        outward: whether it is of the calls that the component makes.
        passing: whether it is of what passes through, so that what stands behind may be stricter.

    """

    quantity: Quantity
    component: str
    about: frozenset[str]
    values: tuple[float, ...]
    words: str
    spot: Spot
    bound: str = ""
    outward: bool = False
    passing: bool = False


_DAY: Final = 86400.0
_CLOSE: Final = {Quantity.UPLOAD: 0.08, Quantity.MEMORY: 0.08}
"""A megabyte is 5 % less than a mebibyte, a gigabyte 7 %."""


def agree(one: Fact, other: Fact) -> bool:
    """Whether two figures can be the same."""
    return any(_same(one.quantity, a, b) for a in one.values for b in other.values)


def _same(quantity: Quantity, one: float, other: float) -> bool:
    if quantity in (Quantity.ATTEMPTS, Quantity.RECEIVES):
        return abs(one - other) <= 1  # three retries are four attempts
    near = _CLOSE.get(quantity, 0.02 if min(one, other) >= _DAY else 0.001)
    return abs(one - other) <= near * max(one, other)


_NUMBER: Final = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
_SPAN: Final = re.compile(r"(\d{1,9}(?:\.\d{1,4})?)\s?([A-Za-z]{1,12})")
_CLOCK: Final = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)")
_ISO: Final = re.compile(r"P(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?")
_SIZE: Final = re.compile(r"(\d{1,12}(?:\.\d{1,4})?)\s?([A-Za-z]{1,9})")


def seconds(text: str, named: str = "", *, plain: tuple[float, ...] = (1.0, 0.001)) -> tuple[float, ...]:
    """What a setting means in seconds; empty where it is no span of time.

    Args:
        text: the value: `3s`, `1m30s`, `PT3S`, `00:00:30`, `3000`.
        named: the unit that the setting's name ends in.
        plain: what a bare number may be counted in where its name does not say.

    """
    text = text.strip()[:60]
    if _NUMBER.fullmatch(text):
        value = float(text)
        return (value * SECONDS[named],) if named else tuple(value * each for each in plain)
    if clock := _CLOCK.fullmatch(text):
        return (int(clock[1]) * 3600.0 + int(clock[2]) * 60 + int(clock[3]),)
    if text.startswith("P") and len(text) > 2 and (iso := _ISO.fullmatch(text)):
        return (sum(float(part) * per for part, per in zip(iso.groups(), (_DAY, 3600, 60, 1), strict=True) if part),)
    found = list(_SPAN.finditer(text))
    if found and "".join(each[0] for each in found) == text.replace(",", ""):
        units = [unit(each[2]) for each in found]
        if all(each in SECONDS for each in units):
            return (sum(float(each[1]) * SECONDS[one] for each, one in zip(found, units, strict=True)),)
    return ()


def size(text: str, named: str = "", *, plain: tuple[float, ...] = (1.0,)) -> tuple[float, ...]:
    """What a setting means in bytes; empty where it is no size. Arguments as of `seconds`."""
    text = text.strip()[:40]
    if _NUMBER.fullmatch(text):
        return (float(text) * BYTES[named],) if named else tuple(float(text) * each for each in plain)
    found = _SIZE.fullmatch(text)
    return (float(found[1]) * BYTES[unit(found[2])],) if found and unit(found[2]) in BYTES else ()


def count(text: str) -> tuple[float, ...]:
    """What a setting means as a number of things; empty where it is none."""
    text = text.strip()[:20].replace("_", "")
    return (float(text),) if text.isdecimal() else ()


def spoken_words(text: str) -> frozenset[str]:
    """The words of a text as names of components have them: singular, in lower case, abbreviations spelled out."""
    return frozenset(each for token in _TOKEN.findall(text[:4000]) for each in _parts(token))


def roots(text: str) -> frozenset[str]:
    """What its forms in -ing and -ed may come from: `cache` of `cached`, `reset` of `resetting`."""
    found = set()
    for base in _FORM.findall(text.lower()[:4000]):
        found |= {base, f"{base}e", base[:-1] if base[-1] == base[-2] else base}
    return frozenset(found)


_FORM: Final = re.compile(r"\b([a-z]{3,20})(?:ing|ed)\b")
_TOKEN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+){0,8}")


def _parts(token: str) -> Iterator[str]:
    # A product inside a longer name is one word as a whole, so the parts are asked for as well.
    yield from words(token)
    if "-" in token or "_" in token:
        for part in re.split(r"[-_]", token):
            yield from words(part)
