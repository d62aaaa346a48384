"""What is named: numbers of orders and tickets, amounts, dates, error codes, addresses, products, people.

Personal data and secrets are found by `faultline.core.privacy` and never shown: the value is a mark of their kind with
at most the last four digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from faultline.analyzers.conversation.heard import Heard, Turn
from faultline.analyzers.conversation.sentences import Sentence
from faultline.core import privacy
from faultline.core.results.conversation import Entity, Tier

MAX_ENTITIES = 24
_MONTHS = (
    "jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|mar(?:ch)?|marz|apr(?:il)?|may|mai|june?|juni|july?|juli"
    "|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|oktober|nov(?:ember)?|dec(?:ember)?|dezember"
    "|janvier|fevrier|février|mars|avril|juin|juillet|aout|août|septembre|octobre|novembre|decembre|décembre"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    "|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro|março|maio|junho"
    "|julho"
)
_CODE = r"(?=[A-Z0-9-]*\d)[A-Z0-9]+(?:-[A-Z0-9]+)*"
_NUMBERED = re.compile(
    rf"""(?P<url>\b(?:https?://|www\.)[^\s<>"']+)
    |(?P<error>\b(?:HTTP|error|err|status|code|fehler|erreur|exit\ code)(?:\ code
        |\ status)?[\ :#]{{1,2}}(?P<error_>[A-Z]*-?\d{{2,6}}[A-Z]?)\b|\b(?:E|ERR|ORA|SQLSTATE|TS
        |CVE)[-_]?\d[\d-]{{2,}}\b|\b0x[0-9a-f]{{4,}}\b|\b(?:returns?|got|getting|gives?|throws?|with|an?
        |HTTP)\ (?P<status>[45]\d\d)(?:s|\b)(?!\ ?(?:EUR|USD|GBP|dollars|euros))
        |\b(?P<status2>[45]\d\d)s?\ (?:errors?|responses?|status)\b)
    |(?P<amount>(?:[$\u20ac\u00a3\u00a5\u20b9]|\b(?:USD|EUR|GBP|CHF|Rs\.?|R\$))\ ?\d(?:[\d.,]*\d)?(?:\ ?[km]\b)?
        |\b\d[\d.,]*\ ?(?:[$\u20ac\u00a3\u20b9]|(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|INR|euros?|dollars?|pounds|bucks
        |kr|z\u0142|lei|reais|rupees|\u0440\u0443\u0431\w*|\u5143)\b)|\b\d[\d,.]*\ ?\u5186)
    |(?P<date>\b\d{{4}}-\d\d-\d\d\b|\b\d\d?[./]\d\d?[./](?:\d{{4}}|\d\d)\b|\b(?:{_MONTHS})\.?\ \d\d?(?:st|nd|rd
        |th)?(?:,?\ \d{{4}})?\b|\b\d\d?(?:st|nd|rd|th)?\.?\ (?:of\ )?(?:{_MONTHS})\b(?:,?\ \d{{4}})?)
    |(?P<reference>\b(?P<what>order|booking|invoice|ticket|case|tracking|reference|ref|policy|claim|reservation
        |account|contract|customer|transaction|bestellung|bestell|rechnung|kunden|auftrag|commande|facture|pedido
        |factura|ordine|fattura|fatura|bestelling|factuur
        |\u0437\u0430\u043a\u0430\u0437\w*)(?:nummer)?(?:\ (?:number|no|nr|id|code|num\u00e9ro|n\u00famero
        |numero))?\.?[\ ]?(?:is\ |:\ ?|\#\ ?|-\ ?|n\u00b0\ ?|\u2116\ ?)?(?P<code>{_CODE}))(?![\w])
    |(?P<version>\b(?:version|v|release)\ ?(?P<version_>\d+(?:\.\d+)+)\b)
    |(?P<flight>\b(?:flight|flug|vol|vuelo|volo|voo)\ (?P<flight_>[A-Z]{{2}}\ ?\d{{2,4}})\b)
    |(?P<ticket>\b[A-Z]{{2,6}}-\d{{3,}}(?:-\d+)*\b|(?<!\w)\#(?P<ticket_>\d{{3,}})\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_KIND_OF = {
    "order": "order",
    "bestellung": "order",
    "bestell": "order",
    "auftrag": "order",
    "commande": "order",
    "pedido": "order",
    "ordine": "order",
    "bestelling": "order",
    "invoice": "invoice",
    "rechnung": "invoice",
    "facture": "invoice",
    "factura": "invoice",
    "fattura": "invoice",
    "fatura": "invoice",
    "factuur": "invoice",
    "ticket": "ticket",
    "case": "ticket",
    "tracking": "tracking",
    "booking": "booking",
    "reservation": "booking",
    "policy": "policy",
    "claim": "claim",
    "account": "account",
    "customer": "account",
    "kunden": "account",
    "contract": "contract",
    "transaction": "transaction",
}
_PRODUCT = re.compile(
    r"\b(?:(?:iPhone|iPad|MacBook|AirPods|Galaxy|Pixel|ThinkPad|Surface|PlayStation|Xbox|Kindle"
    r"|Echo)(?: (?:[A-Z]?\d{1,2}\w?|Pro|Max|Air|Mini|Ultra|Plus|XL|Buds|Series [A-Z]))*"
    r"|(?:[A-Z][a-z]+ )?(?:Pro|Premium|Basic|Business|Enterprise|Plus|Starter|Team|Family|Standard|Unlimited"
    r"|Free|Growth|Gold|Platinum|Silver) (?:plan|subscription|tier|licen[cs]e|package|membership|account|card)"
    r"|(?:Android|iOS|Windows|macOS|Ubuntu|Debian|Chrome|Firefox|Safari|Edge)(?: \d+(?:\.\d+)*)?|Outlook|Slack"
    r"|Jira|Salesforce|Shopify|WordPress|Zapier|Docker|Kubernetes|Terraform|Jenkins|GitHub|GitLab|PostgreSQL"
    r"|Postgres|MySQL|Redis|Node\.js|Python(?: \d\.\d+)?|PayPal|Apple Pay|Google Pay|Klarna|Visa|Mastercard)\b"
)
_PERSON = re.compile(
    r"(?:\b(?:[Mm]y name is|[Nn]ame's|[Tt]his is|[Ii]ch hei(?:\u00df|ss)e|[Mm]ein Name ist|[Jj]e m'appelle"
    r"|[Mm]e llamo|[Mm]i chiamo|[Mm]eu nome (?:e|\u00e9)|[Mm]ijn naam is)"
    r" |\b(?:[Hh]i|[Hh]ello|[Hh]ey),? I'm "
    r"|\bI'm )(?P<name>[A-Z][a-z\u00e0-\u017f]+(?:[ -][A-Z][a-z\u00e0-\u017f]+)?)\b(?! (?:is|was|not))"
)
_EXCEPTION = re.compile(r"\b(?:[A-Z][A-Za-z]+(?:Error|Exception)|E[A-Z]{5,}|ERR_[A-Z_]+|[A-Z]+_[A-Z_]{4,})\b")
_UPPER = re.compile(r"[A-Z]")
_DIGIT = re.compile(r"\d")
_NO_NAMES = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Android|Sorry|Not|Still|Just|The|An|In|On|At|Getting|Trying"
)
_SHOWS_LAST = frozenset({"card", "iban", "phone"})


def find(heard: Heard) -> tuple[Entity, ...]:
    """Everything named, in order, each type and value once."""
    found: dict[tuple[str, str], Entity] = {}
    for turn in heard.turns:
        spans = privacy.find("\n".join(told.sentence.plain for told in turn.told)) if _suspicious(turn) else []
        for told in turn.told:
            for kind, value, confidence in _named(told.sentence, turn.customer, hidden=bool(spans)):
                if kind == "person" and turn.automatic:
                    continue
                key = (kind, value.lower())
                if key not in found:
                    found[key] = Entity(
                        type=kind, value=value, confidence=confidence, tier=Tier.RULES, quote=told.sentence.quote
                    )
            if len(found) >= MAX_ENTITIES:
                return tuple(found.values())[:MAX_ENTITIES]
    return tuple(found.values())


def _suspicious(turn: Turn) -> bool:
    """Whether there may be personal data in it: a digit, an at-sign, or what comes before a secret."""
    text = turn.message.text
    return bool(_DIGIT.search(text)) or "@" in text or "key" in text or "oken" in text or "assw" in text


def _named(sentence: Sentence, customer: bool, *, hidden: bool) -> Iterator[tuple[str, str, float]]:
    plain = sentence.plain
    taken: list[tuple[int, int]] = []
    if hidden:
        for span in privacy.find(plain):
            taken.append((span.start, span.end))
            yield span.kind, masked(span.kind, plain[span.start : span.end]), 0.9
    if _DIGIT.search(plain) or "www." in plain or "://" in plain:
        for found in _NUMBERED.finditer(plain):
            if not any(start < found.end() and found.start() < end for start, end in taken):
                yield _numbered(found)
    if _UPPER.search(plain, 1):
        for found in _PRODUCT.finditer(plain):
            yield "product", found.group(0), 0.8
        for found in _EXCEPTION.finditer(plain):
            yield "error", found.group(0), 0.8
        if " " in plain and (who := _PERSON.search(plain)) and not _NO_NAMES.fullmatch(who["name"].split()[0]):
            # Those who help are named by their employer; a customer stays unnamed.
            yield "person", who["name"] if not customer else _initials(who["name"]), 0.7


def _numbered(found: re.Match[str]) -> tuple[str, str, float]:
    kind = found.lastgroup or ""
    if found["reference"]:
        return _KIND_OF.get(found["what"].lower(), "reference"), found["code"], 0.9
    for kind in ("url", "error", "amount", "date", "version", "flight", "ticket"):
        if found[kind]:
            inner = (found["status"] or found["status2"]) if kind == "error" else None
            inner = inner or (found[f"{kind}_"] if kind in ("error", "version", "flight", "ticket") else None)
            value = (inner or found[kind]).rstrip(".,;:!?)")
            return ("reference" if kind == "ticket" else kind), value, 0.85
    raise AssertionError(kind)


def masked(kind: str, value: str) -> str:
    """A mark in place of personal data: `[card ..1111]`, `[email]`."""
    digits = re.sub(r"\D", "", value)
    return f"[{kind} ..{digits[-4:]}]" if kind in _SHOWS_LAST and len(digits) >= 8 else f"[{kind}]"


def _initials(name: str) -> str:
    return " ".join(f"{part[0]}." for part in re.split(r"[ -]", name))
