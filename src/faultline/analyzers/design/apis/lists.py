"""Lists that an API answers with, and how it cuts them into pages."""

from __future__ import annotations

from typing import Final, NamedTuple

from faultline.analyzers.design.apis.api import Call, Field, types_of
from faultline.analyzers.design.apis.words import vocabulary, words
from faultline.analyzers.design.documents.openapi import Node

ENVELOPES: Final = vocabulary(
    "items data results records entries values list content rows elements resources nodes edges hits value"
)
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
_NEXT: Final = vocabulary(
    "next next_cursor nextcursor next_page nextpage next_page_token nextpagetoken has_more hasmore has_next hasnext "
    "next_token nexttoken cursor page_info pageinfo pagination paging links _links meta total_pages totalpages "
    "continuation_token continuationtoken next_link nextlink @odata.nextlink next_page_uri"
)


class Listing(NamedTuple):
    """What makes an answer a list: the array, the name of the property that holds it or empty, and all fields."""

    array: Node
    envelope: str
    fields: list[Field]


def listing(call: Call) -> Listing | None:
    """The list that a GET answers with; None where it answers with something else."""
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
        arrays = [each for each in own if "array" in types_of(each.schema)]
        last = [each for each in call.segments if "{" not in each]
        noun = last[-1].lower().replace("-", "").replace("_", "") if last and not call.is_item else ""
        for each in arrays:
            name = each.name.lower().replace("-", "").replace("_", "")
            named = name in ENVELOPES and len(arrays) == 1
            if not call.is_item and (named or (noun and name == noun and len(own) <= 8)):
                return Listing(call.api.resolve(each.node), each.name, fields)
    return None


def size_parameter(call: Call) -> str | None:
    """The parameter that bounds a page, in lower case."""
    return next((each for each in call.names if each in SIZE), None)


def style(call: Call) -> str | None:
    """How pages are asked for: `cursor`, `page`, `offset`; None where they are not, or not by these names."""
    for name, known in (("cursor", CURSOR), ("page", PAGE), ("offset", OFFSET)):
        if not known.isdisjoint(call.names):
            return name
    return None


def is_paged(call: Call, found: Listing) -> bool:
    """Whether a list comes in pages, as far as parameters, properties, headers and words show."""
    if style(call) is not None or size_parameter(call) is not None:
        return True
    for name, node in call.names.items():
        spoken = words(name)
        if "range" in spoken or "page" in spoken or "cursor" in spoken or "limit" in spoken or "paging" in spoken:
            return True
        if "pagination" in spoken or "offset" in spoken:
            return True
        if node.value.get("in") == "query" and _holds_page(call, node):
            return True
    if any(each.name.lower() in _NEXT for each in found.fields):
        return True
    _, response = call.success or ("", None)
    headers = response.value.get("headers") if response is not None and isinstance(response.value, dict) else None
    if isinstance(headers, dict) and any(
        str(each).lower() in ("link", "content-range") or "page" in str(each).lower() or "cursor" in str(each).lower()
        for each in headers
    ):
        return True
    return any(each in call.prose for each in ("paginat", "paged", "per page", "cursor", "not paged", "unpaged"))


def _holds_page(call: Call, node: Node) -> bool:
    """Whether a parameter is an object with the numbers of a page in it."""
    schema = call.api.schema(node.child("schema"))
    below = schema.get("properties")
    return isinstance(below, dict) and any(str(each).lower() in SIZE | PAGE | CURSOR | OFFSET for each in below)
