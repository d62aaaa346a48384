"""What is sent to the addresses of others: whether they can tell who sent it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.apis.api import apis
from faultline.analyzers.design.apis.outgoing import Outgoing, outgoing
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot

_SIGNS: Final = (
    "sign",
    "hmac",
    "shared secret",
    "mtls",
    "mutual tls",
    "authenticity",
    "verif",
    "authenticat",
    "digest",
)


def check(design: Design) -> Iterator[Observation]:
    """Webhooks and callbacks that anybody could have sent."""
    for api in apis(design):
        sent = outgoing(api)
        if not sent or any(each in api.prose for each in _SIGNS):
            continue
        for each in sent:
            if not _is_signed(each):
                yield Observation(
                    "security/unsigned-webhook",
                    Spot(each.node.document, each.node.pointer, symbol=each.symbol),
                    f"Nothing says how a receiver of {each.symbol} knows who sent it.",
                    many="{count} webhooks and callbacks carry no signature",
                )


def _is_signed(sent: Outgoing) -> bool:
    if sent.node.value.get("security"):
        return True
    return any(each in sent.text or each in name for each in _SIGNS for name in ("", *sent.headers))


CHECKS: tuple[Check, ...] = (check,)
