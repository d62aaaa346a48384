"""Finds personal data by its shape: addresses, numbers that a checksum or a context gives away.

Only what can be told from its neighbours is found. Names of people and places have no shape, so they are not. An IP
address is found only where the text says that it is somebody's (`client ip`, `x-forwarded-for`): elsewhere it is the
machine that refused a connection, which is evidence and names nobody, or a version with four parts.

Phone numbers need a country code, the form that North America writes, or a word such as `phone` before them; a bare run
of digits is an order number or an id as often. Cards and bank accounts need their checksums.

Every pattern is linear: its repetitions are bounded, and one character decides each step.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

Found = tuple[str, int, int]
"""A kind and the half-open range."""

# Gates, which cost a harmless text 1 to 3 us: they look at digits only. A number that stands for itself, and is no
# date; a digit after the letters with which an IBAN or a national id begins.
_DIGIT: Final = re.compile(r"[0-9]")
_NUMBER: Final = re.compile(r"[0-9](?<![\w.\-].)(?<!\d:.)(?!\d{3}-\d\d-\d\d(?!\d))[\d ().\-/]{5}")
_AFTER_LETTERS: Final = re.compile(
    r"[0-9](?:(?<=\b[A-Za-z]{2}.)|(?<=\b[A-Z]{2} .)|(?<=\b[XYZ].)|(?<=\b[A-Z]{6}.)) ?[0-9]"
)


def find(text: str, lowered: str) -> Iterator[Found]:
    """What is found in a text whose digits, spaces and dashes are plain ASCII; in no order, and it may overlap.

    `lowered` is the text in lower case.
    """
    if "@" in text or "[at]" in lowered or "(at)" in lowered:
        yield from _emails(text)
    if not _DIGIT.search(text):
        return
    if _NUMBER.search(text):
        yield from _phones(text, lowered)
        yield from _cards(text)
        yield from _checked(_NUMBERS, text)
    if _AFTER_LETTERS.search(text):
        yield from _ibans(text)
        yield from _checked(_LETTERED, text)
    if "ip" in lowered or "addr" in lowered or "x-forwarded-for" in lowered:
        yield from _addresses(text)


def _checked(shapes: Iterable[tuple[str, re.Pattern[str], Callable[[str], bool]]], text: str) -> Iterator[Found]:
    for kind, pattern, holds in shapes:
        for match in pattern.finditer(text):
            if holds(match.group()):
                yield kind, match.start(), match.end()


# --- e-mail ---------------------------------------------------------------------------------------------------------

_LOCAL: Final = frozenset("._%+-'")
# What has an @ and a dot and is no person: packages with their version, images for dense screens, units of systemd.
_NO_DOMAIN: Final = re.compile(r"v?\d+\.\d|\d+x\.|\d\.")
_NO_TLD: Final = frozenset(
    (
        *("png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "js", "ts", "tsx", "jsx", "mjs", "cjs", "css", "json"),
        *("html", "lock", "yml", "yaml", "toml", "txt", "log", "xml", "gz", "tgz", "tar", "bz2", "whl", "jar", "war"),
        *("dll", "exe", "bzl", "service", "socket", "timer", "target", "slice", "mount", "scope", "path", "java", "kt"),
    )
)
_NOBODY: Final = frozenset({"git", "hg", "noreply", "no-reply", "donotreply"})
_SPELT: Final = re.compile(
    r"[\w.%+-]{1,64} ?[(\[]at[)\]] ?[\w-]{1,63}(?: ?(?:[(\[]dot[)\]]|\.) ?[\w-]{1,63}){1,4}", re.I
)


def _emails(text: str) -> Iterator[Found]:
    at = text.find("@")
    while at >= 0:
        start, end = at, at + 1
        if text[at - 1 : at] == '"':
            opened = text.rfind('"', max(at - 66, 0), at - 1)
            start = opened if opened >= 0 else at
        else:
            while start > 0 and at - start < 64 and (text[start - 1].isalnum() or text[start - 1] in _LOCAL):
                start -= 1
            while start < at and text[start] in ".'-%":
                start += 1
        while end < len(text) and end - at < 255 and (text[end].isalnum() or text[end] in ".-"):
            end += 1
        while end > at + 1 and text[end - 1] in ".-":
            end -= 1
        domain = text[at + 1 : end]
        top = domain.rpartition(".")[2]
        if (
            start < at
            and "." in domain
            and ".." not in domain
            and len(top) >= 2
            and (top.isalpha() or top.lower().startswith("xn--"))
            and top.lower() not in _NO_TLD
            and not _NO_DOMAIN.match(domain)
            and text[start:at].lower() not in _NOBODY
            and text[start - 1 : start] != "/"
        ):
            yield "email", start, end
        at = text.find("@", max(at + 1, end))
    for match in _SPELT.finditer(text):
        yield "email", match.start(), match.end()


# --- phone ----------------------------------------------------------------------------------------------------------

# Country codes of ITU-T E.164, as of 2025; longer ones by their first two digits.
_CODES: Final = re.compile(
    r"1|7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|21[1-368]|22\d|23\d|24\d|25\d|26\d|29[0179]|35\d|37\d|38\d"
    r"|42[013]|50\d|59\d|67\d|68\d|69\d|800|808|85\d|87\d|88\d|96\d|97\d|99\d"
)
_INTERNATIONAL: Final = re.compile(
    r"(?<![\w+])(?<!\d )(?:\+ ?|00 ?(?=\d{1,3}[ ().\-/]))\(?[1-9](?:[ ().\-/]{0,3}\d){6,14}(?!\d)"
)
_AMERICAN: Final = re.compile(
    r"(?<![\w.+/\-])(?:1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d([-.]))[2-9]\d\d(?:(?(1)\1|[-. ]))\d{4}(?![\w\-]|\.\d)"
)
_NATIONAL: Final = re.compile(
    r"\b(?:(?:tele)?phone|tel|telefon(?:nummer)?|mobile|cell|cellphone|fax|whatsapp|handy(?:nummer)?|m[o\u00f3]vil"
    r"|t[e\u00e9]l[e\u00e9]fono|t[e\u00e9]l[e\u00e9]phone|portable|celular"
    r"|(?:call|ring|text|phone|reach|dial|contact) (?:me|us|her|him|them|back)"
    r"|(?:my|our|his|her|their) number|phone number|rufnummer)\b[^\d\n+]{0,24}?"
    r"(?P<phone>\(?\d(?:[ ().\-/]{0,3}\d){6,13})(?![\d])",
    re.IGNORECASE,
)
_CONTEXT: Final = (
    *("phone", "tel", "t\u00e9l", "mobile", "cell", "fax", "whatsapp", "handy", "m\u00f3vil", "movil", "portable"),
    *("celular", "number", "nummer", " me", " us", " her", " him", " them", " back"),
)
_BRITISH_MOBILE: Final = re.compile(
    r"(?<![\w.+\-])07[3-9]\d{2} \d{6}(?![\w\-])|(?<![\w.+\-])07[3-9]\d{2} \d{3} \d{3}(?![\w\-])"
)


def _phones(text: str, lowered: str) -> Iterator[Found]:
    for match in _INTERNATIONAL.finditer(text) if "+" in text or "00" in text else ():
        number = "".join(char for char in match.group() if char.isdigit()).removeprefix("00")
        # A trunk zero in brackets is not dialled: +44 (0)20 7946 0958.
        if 8 <= len(number) <= 16 and " - " not in match.group() and _CODES.match(number) and _fits(number):
            yield "phone", match.start(), match.end()
    for pattern in (_AMERICAN, _BRITISH_MOBILE):
        for match in pattern.finditer(text):
            yield "phone", match.start(), match.end()
    if not any(word in lowered for word in _CONTEXT):
        return
    for match in _NATIONAL.finditer(text):
        if _is_dialled(match["phone"]):
            yield "phone", match.start("phone"), match.end("phone")


def _is_dialled(number: str) -> bool:
    """Whether the groups are those of a phone number, not of a version or of several numbers."""
    first, *others = re.findall(r"\d+", number)
    return (
        (len(first) > 1 or first in "01")
        and all(len(group) > 1 for group in others)
        and number.count("(") == number.count(")")
    )


def _fits(number: str) -> bool:
    """Whether the length is that of the country, for the two that have one-digit codes."""
    if number[0] == "1":
        return len(number) == 11 and number[1] > "1"
    return len(number) == 11 if number[0] == "7" else True


# --- cards and accounts ---------------------------------------------------------------------------------------------

_CARD: Final = re.compile(r"(?<![\w.+])(?<![\d][-])\d(?:[ .\-]?\d){13,18}(?![\w]|[-.]\d)")
_GROUPS: Final = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (14,), (15,), (16,)})
_ISSUERS: Final = re.compile(r"4|5[1-5]|2[2-7]|3[47]|3[0689]|35|6011|64[4-9]|65|62|50|5[6-9]|6[37]")


def _cards(text: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        if is_card(match.group()):
            yield "card", match.start(), match.end()


def is_card(text: str) -> bool:
    """Whether digits, grouped as on a card or not at all, are the number of a payment card (ISO/IEC 7812, Luhn)."""
    groups = re.split(r"[ .\-]", text)
    number = "".join(groups)
    if tuple(map(len, groups)) not in _GROUPS or not _ISSUERS.match(number) or len(set(number)) < 2:
        return False
    if len(number) == 15 and number[:2] not in ("34", "37"):
        return False
    if len(number) == 14 and number[:2] not in ("30", "36", "38", "39"):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


# Lengths of the IBAN registry (SWIFT, release 99).
_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in (
        (15, "NO"),
        (16, "BE"),
        (18, "DK FI FO GL NL SD"),
        (19, "MK SI"),
        (20, "AT BA EE KZ LT LU XK"),
        (21, "CH HR LI LV"),
        (22, "BG BH CR DE GB GE IE ME RS VA"),
        (23, "AE IL TL IQ"),
        (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
        (25, "LY PT ST"),
        (26, "IS TR"),
        (27, "FR GR IT MC MR SM"),
        (28, "AL AZ BY CY DO GT HU LB PL SV"),
        (29, "BR EG PS QA UA"),
        (30, "JO KW MU"),
        (31, "MT SC"),
        (32, "LC"),
        (33, "RU"),
    )
    for country in countries.split()
}
_IBAN: Final = re.compile(
    r"(?<![\w\-])[A-Z]{2}\d\d(?:[A-Z0-9]{11,29}"
    r"|([ \-])[A-Z0-9]{4}(?:\1[A-Z0-9]{4}){1,6}(?:\1[A-Z0-9]{1,3}(?![A-Z0-9]))?)",
    re.IGNORECASE,
)


def _ibans(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        start, raw = match.start(), match.group()
        wanted = _IBAN_LENGTHS.get(raw[:2].upper(), 0)
        seen = [place for place, char in enumerate(raw) if char not in " -"][:wanted]
        if not wanted or len(seen) < wanted:
            continue
        end = start + seen[-1] + 1
        if (end < len(text) and (text[end].isalnum() or text[end] == "-")) or not is_iban(text[start:end]):
            continue
        yield "iban", start, end


def is_iban(text: str) -> bool:
    """Whether this is the number of a bank account (ISO 13616, MOD 97-10)."""
    number = text.replace(" ", "").replace("-", "").upper()
    if _IBAN_LENGTHS.get(number[:2]) != len(number) or not number.isascii():
        return False
    return int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97 == 1


# --- national ids ---------------------------------------------------------------------------------------------------

_CPF_WEIGHTS: Final = (range(10, 1, -1), range(11, 1, -1))
_CHINESE_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ITALIAN_ODD: Final = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def _digits(text: str) -> list[int]:
    return [int(char) for char in text if char.isdigit()]


def _is_brazilian(text: str) -> bool:
    digits = _digits(text)
    return len(set(digits)) > 1 and all(
        sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) * 10 % 11 % 10
        == digits[len(weights)]
        for weights in _CPF_WEIGHTS
    )


def _is_chinese(text: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_CHINESE_WEIGHTS, text[:17], strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def _is_french(text: str) -> bool:
    digits = "".join(map(str, _digits(text)))
    return len(digits) == 15 and 97 - int(digits[:13]) % 97 == int(digits[13:])


def _is_spanish(text: str) -> bool:
    number = (
        text.replace("-", "").translate(str.maketrans("XYZ", "012", "")) if text[0] in "XYZ" else text.replace("-", "")
    )
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number[:8]) % 23] == text[-1]


def _is_italian(text: str) -> bool:
    values = [int(char, 36) if char.isdigit() else int(char, 36) - 10 for char in text[:15]]
    total = sum(value if place % 2 else _ITALIAN_ODD[value] for place, value in enumerate(values))
    return chr(65 + total % 26) == text[15]


def _shape_is_enough(_: str) -> bool:
    return True


_Check = Callable[[str], bool]
_NUMBERS: Final[tuple[tuple[str, re.Pattern[str], _Check], ...]] = (
    # United States: the areas 000, 666 and 9xx were never given out (SSA, 2011).
    (
        "national-id",
        re.compile(r"(?<![\w.+\-/])(?!000|666|9)\d{3}([- ])(?!00)\d\d\1(?!0000)\d{4}(?![\w\-/]|\.\d)"),
        lambda text: "-" in text,
    ),
    ("national-id", re.compile(r"(?<![\w.\-])\d{3}\.\d{3}\.\d{3}-\d\d(?![\w\-])"), _is_brazilian),
    (
        "national-id",
        re.compile(r"(?<![\w\-])\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\w\-])"),
        _is_chinese,
    ),
    (
        "national-id",
        re.compile(
            r"(?<![\w.\-])[12] ?\d\d ?(?:0[1-9]|1[0-2]) ?(?:0[1-9]|[1-8]\d|9[0-58]) ?\d{3} ?\d{3} ?\d\d(?![\w\-])"
        ),
        _is_french,
    ),
    ("national-id", re.compile(r"(?<![\w\-])\d{8}-?[A-HJ-NP-TV-Z](?![\w\-])"), _is_spanish),
)
_LETTERED: Final[tuple[tuple[str, re.Pattern[str], _Check], ...]] = (
    # United Kingdom (HMRC, NIM39110).
    (
        "national-id",
        re.compile(
            r"(?<![\w\-])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?![\w\-])"
        ),
        _shape_is_enough,
    ),
    (
        "national-id",
        re.compile(r"(?<![\w\-])[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z](?![\w\-])"),
        _is_italian,
    ),
    ("national-id", re.compile(r"(?<![\w\-])[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z](?![\w\-])"), _is_spanish),
)


# --- IP addresses ---------------------------------------------------------------------------------------------------

_SOMEBODYS: Final = re.compile(
    r"\b(?:(?:client|visitor|user|my|your|customer|login|remote)[ _-]?(?:ip|addr(?:ess)?)|ip[ _-]?addr(?:ess)?"
    r"|x-forwarded-for|x-real-ip|my ip(?: address)?)\b[^\w\n]{0,6}(?:is|was|of|from)?[ '\"=:\[]{0,4}"
    r"(?P<ip>\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)|[0-9a-f]{0,4}:[0-9a-f:]{2,40}(?:\.\d{1,3}){0,3})",
    re.IGNORECASE,
)


def _addresses(text: str) -> Iterator[Found]:
    for match in _SOMEBODYS.finditer(text):
        try:
            address = ipaddress.ip_address(match["ip"])
        except ValueError:
            continue
        if address.is_global:
            yield "ip", match.start("ip"), match.end("ip")
