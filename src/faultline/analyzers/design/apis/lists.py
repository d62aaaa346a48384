"""Lists that an API answers with, and how it cuts them into pages."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final, NamedTuple

from faultline.analyzers.design.apis.api import Call, Field, types_of
from faultline.analyzers.design.apis.words import singular, vocabulary, words
from faultline.analyzers.design.documents.openapi import Node
from faultline.core.finding import Severity

ENVELOPES: Final = vocabulary(
    "items data results records entries values list content rows elements resources nodes edges hits value "
    "collection objects payload result response docs documents page"
)
_WRAPPERS: Final = vocabulary("data result response payload body _embedded embedded page")
"""Properties that hold the object which holds the list."""
CURSOR: Final = vocabulary(
    "cursor after before starting_after ending_before page_token pagetoken next_token nexttoken continuation_token "
    "continuationtoken continue next marker start_key since_id sinceid max_id maxid start_cursor end_cursor "
    "after_id afterid before_id last_id lastid last_key scroll_id bookmark $skiptoken page[after] page[cursor]"
)
PAGE: Final = vocabulary("page page_number pagenumber pageno page_no pageindex page_index page[number] p")
OFFSET: Final = vocabulary("offset skip start from $skip start_index startindex page[offset] startat first_result")
SIZE: Final = vocabulary(
    "limit per_page perpage page_size pagesize size count max_results maxresults max top $top page[size] "
    "page[limit] first last num rows n results_per_page maxitems max_items itemsperpage items_per_page pagelimit "
    "page_limit"
)
_LINKS: Final = vocabulary(
    "next links _links pagination paging page_info pageinfo meta next_link nextlink @odata.nextlink next_page_uri "
    "next_page_url next_url nexturl"
)
_CURSORS: Final = vocabulary(
    "next_cursor nextcursor next_page_token nextpagetoken next_token nexttoken cursor continuation_token "
    "continuationtoken after end_cursor endcursor"
)
_COUNTS: Final = vocabulary("next_page nextpage has_more hasmore has_next hasnext total_pages totalpages")
_PAGING_WORDS: Final = vocabulary("range page cursor limit paging pagination offset")
_SMALL: Final = vocabulary(
    "country currency language locale timezone role permission scope status state type category kind region zone "
    "unit plan tier setting option preference feature flag version level tag label format template method provider "
    "environment config configuration key webhook endpoint schema metric stat summary enum constant holiday color "
    "size health capability model detail theme day hour weekday ping dimension network attribute definition quota "
    "limit domain carrier gateway channel team menu suggestion recommendation favorite prefix icon badge credential "
    "session scheme address rate price bank card cart breakdown trend count total top nearest dictionary facet "
    "owner relation"
)
"""What there are few of: a list of all of them is no page of something larger."""
_PARTS: Final = vocabulary(
    "item line entry part step option answer attachment position seat component child leg segment stop parent choice "
    "signer recipient variant ingredient slot section field column property link alias contact phone page chapter "
    "certificate location statistic destination timeout policy"
)
"""What one thing is made of: there are as many as somebody put into it."""
MANY: Final = vocabulary(
    "order user customer product transaction event log message payment invoice comment post account ticket file "
    "document record report notification subscription booking reservation shipment employee patient contact lead "
    "article image photo video audit activity entry review item job task issue member client purchase sale charge "
    "refund delivery package parcel asset device sensor reading measurement vehicle trip ride article book movie "
    "song track listing property student course lesson enrollment appointment visit claim policy quote loan "
    "transfer payout statement project deployment build run alert incident metric sample observation search result "
    "attempt submission answer application applicant candidate payslip envelope fill trade quotation offer bid auction "
    "campaign impression click conversion session visitor guest stay checkin complaint case conversation thread chat "
    "reply recording clip episode scan inspection defect movement consignment pallet donation donor pupil "
    "participant registration attendee prescription diagnosis referral encounter meter consumption settlement ledger "
    "posting dispute chargeback voucher coupon redemption wish watch follower friend match "
    "game score commit branch pull push release artifact ban sanction warning letter mail"
)


_KEPT: Final = "_listing"


class Paging(Enum):
    """How sure it is that a list comes in pages."""

    ASKED_FOR = "asked for"
    """Parameters ask for a page, or the answer links to the next one."""
    UNTAKEN = "untaken"
    """The answer holds the cursor of the next page, and no parameter takes it."""
    HINTED = "hinted"
    """The answer counts pages, and no parameter asks for one."""
    NONE = "none"


class Listing(NamedTuple):
    """What makes an answer a list: the array, the name of the property that holds it or empty, and all fields."""

    array: Node
    envelope: str
    fields: list[Field]


def listing(call: Call) -> Listing | None:
    """The list that a GET answers with; None where it answers with something else. Looked for once."""
    kept = vars(call)
    if _KEPT not in kept:
        kept[_KEPT] = _listing(call)
    found: Listing | None = kept[_KEPT]
    return found


def _listing(call: Call) -> Listing | None:
    if call.method != "get" or call.success is None:
        return None
    for kind, node in call.answers(call.success[0]):
        if "json" not in kind and kind not in ("*/*", "application/*"):
            continue
        target = call.api.resolve(node)
        schema = target.value
        if not isinstance(schema, dict):
            continue
        if "array" in types_of(schema):
            return Listing(target, "", [])
        fields = call.api.fields(target)
        own = fields
        for each in fields:
            # `{data: {items: [...], next: ...}}`: the list and what belongs to its pages stand one object deeper.
            if each.name.lower() in _WRAPPERS and each.schema.get("properties") and len(fields) <= 8:
                own = call.api.fields(each.node)
                fields = [*fields, *own]
                break
        arrays = [each for each in own if "array" in types_of(each.schema)]
        last = [each for each in call.segments if "{" not in each]
        noun = last[-1].lower().replace("-", "").replace("_", "") if last and not call.is_item else ""
        for each in arrays:
            name = each.name.lower().replace("-", "").replace("_", "")
            alone = noun != singular(noun) and len(own) <= 4 and "object" in types_of(_items(call, each))
            named = len(arrays) == 1 and (name in ENVELOPES or alone)
            if not call.is_item and (named or (noun and name == noun and len(own) <= 8)):
                return Listing(call.api.resolve(each.node), each.name, fields)
    return None


def _items(call: Call, array: Field) -> dict[str, Any]:
    """The schema of what an array holds."""
    target = call.api.resolve(array.node)
    held = call.api.schema(target.child("items"))
    return {"type": "object"} if "properties" in held or "allOf" in held else held


def size_parameter(call: Call) -> str | None:
    """The parameter that bounds a page, in lower case."""
    return next((each for each in call.names if each in SIZE), None)


def style(call: Call) -> str | None:
    """How pages are asked for: `cursor`, `page`, `offset`; None where they are not, or not by these names."""
    for name, known in (("cursor", CURSOR), ("page", PAGE), ("offset", OFFSET)):
        if any(each in known and not _is_time(call, node) for each, node in call.names.items()):
            return name
    return None


def _is_time(call: Call, node: Node) -> bool:
    """Whether a parameter is a day or a point in time: `from` and `before` then cut out a span, and no page."""
    schema = call.api.schema(node.child("schema")) if "schema" in node.value else node.value
    return str(schema.get("format", "")).startswith("date")


def paging(call: Call, found: Listing) -> Paging:
    """Whether a list comes in pages, as far as parameters, properties, headers and words show."""
    spans = not (CURSOR | OFFSET).isdisjoint(call.names)
    if style(call) is not None or spans or size_parameter(call) is not None:
        return Paging.ASKED_FOR
    for name, node in call.names.items():
        if not _PAGING_WORDS.isdisjoint(words(name)) or (node.value.get("in") == "query" and _holds_page(call, node)):
            return Paging.ASKED_FOR
    _, response = call.success or ("", None)
    headers = response.value.get("headers") if response is not None and isinstance(response.value, dict) else None
    if isinstance(headers, dict) and any(_is_paging_header(str(each).lower()) for each in headers):
        return Paging.ASKED_FOR
    held = {each.name.lower() for each in found.fields}
    if not held.isdisjoint(_CURSORS) and held.isdisjoint(_LINKS):
        return Paging.UNTAKEN  # whatever the words say: the answer gives a cursor, and nothing takes it
    if any(each in call.prose for each in ("paginat", "per page", "cursor")):
        return Paging.ASKED_FOR
    if links := held & _LINKS:
        return Paging.UNTAKEN if links == {"next"} and _is_cursor(found) else Paging.ASKED_FOR
    return Paging.NONE if held.isdisjoint(_COUNTS) else Paging.HINTED


def _is_cursor(found: Listing) -> bool:
    """Whether `next` is a cursor, which a parameter must take, and no address."""
    said = next(each.schema for each in found.fields if each.name.lower() == "next")
    text = f"{said.get('description', '')} {said.get('example', '')} {said.get('format', '')} {said.get('pattern', '')}"
    return "string" in types_of(said) and not any(each in text.lower() for each in ("ur", "link", "http", "path"))


def _is_paging_header(name: str) -> bool:
    return name in ("link", "content-range") or "page" in name or "cursor" in name


def growth(call: Call) -> Severity | None:
    """How sure it is that a list grows with its data: LOW, INFO, or None where it does not."""
    fixed = [each for each in call.segments if not each.startswith("{")]
    if not fixed or call.is_item:
        return None
    noun = _noun(call)
    nested = any(each.startswith("{") for each in call.segments)
    if _is_small(call):
        return Severity.INFO
    if nested:
        return Severity.LOW if noun in MANY and noun not in ("item", "entry", "result") else Severity.INFO
    if noun in MANY:
        return Severity.LOW
    return Severity.LOW if _is_plural(fixed[-1]) else Severity.INFO


def may_grow(call: Call) -> bool:
    """Whether a list below something is no closed part of it, as the lines of an order are."""
    fixed = [each for each in call.segments if not each.startswith("{")]
    return (
        bool(fixed) and _is_plural(fixed[-1]) and not call.is_item and not _is_small(call) and _noun(call) not in _PARTS
    )


def _is_plural(segment: str) -> bool:
    said = segment.lower()
    return singular(said) != said and not said.startswith("get")


def _noun(call: Call) -> str:
    """The last word of the path in the singular; empty where it has none."""
    fixed = [each for each in call.segments if not each.startswith("{")]
    spoken = words(fixed[-1]) if fixed else ()
    # `vehicles-for-trip` are vehicles.
    end = next((at for at, each in enumerate(spoken) if at and each in ("for", "by", "of", "in")), len(spoken))
    return singular(spoken[end - 1]) if spoken else ""


def _is_small(call: Call) -> bool:
    return _noun(call) in _SMALL or any(
        each in call.prose for each in ("at most", "small list", "fixed list", "bounded", "never more than")
    )


def _holds_page(call: Call, node: Node) -> bool:
    """Whether a parameter is an object with the numbers of a page in it."""
    schema = call.api.schema(node.child("schema"))
    below = schema.get("properties")
    return isinstance(below, dict) and any(str(each).lower() in SIZE | PAGE | CURSOR | OFFSET for each in below)
