"""Objects of 3.x that stand where they mean nothing, and Example Objects with no value or with two."""

from __future__ import annotations

from collections.abc import Iterator

from faultline.analyzers.design.contract.spots import dicts, of_each_document, spot
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation


def misplaced(document: OpenApiDocument) -> Iterator[Observation]:
    """Callbacks in callbacks and in webhooks; servers in webhooks."""
    if document.version == "2.0":
        return
    for node in document.index.operations:
        callbacks = node.value.get("callbacks")
        if callbacks is None:
            continue
        if "callbacks" in node.pointer[:-1]:
            yield Observation(
                "contract/callback-in-callback",
                spot(node, "callbacks"),
                "A callback declares callbacks of its own.",
                many="{count} callbacks declare callbacks of their own",
            )
        elif node.pointer[:1] == ("webhooks",):
            yield Observation(
                "contract/callback-in-webhook",
                spot(node, "callbacks"),
                "A webhook declares callbacks.",
                many="{count} webhooks declare callbacks",
            )
    if document.version == "3.0":
        return
    for name, item in document.root.child("webhooks").items():
        for key, value in [("", item.value), *dicts(item.value)]:
            if isinstance(value, dict) and "servers" in value:
                below = (key,) if key else ()
                yield Observation(
                    "contract/servers-in-webhook",
                    spot(item, *below, "servers", symbol=f"webhook {name}"),
                    f"The webhook {name} names servers, and it is the subscriber who says where it goes.",
                )


def examples(document: OpenApiDocument) -> Iterator[Observation]:
    """Example Objects hold `value` or `externalValue`; from 3.2 `dataValue` and `serializedValue` too."""
    if document.version == "2.0":
        return
    for node in document.index.examples:
        held = [key for key in ("value", "externalValue") if key in node.value]
        others = document.version == "3.2" and ("dataValue" in node.value or "serializedValue" in node.value)
        if len(held) == 1 or (others and not held):
            continue
        yield Observation(
            "contract/example-without-one-value",
            spot(node),
            "The example has both `value` and `externalValue`." if held else "The example has no value.",
            many="{count} examples have no value, or two",
        )


CHECKS: tuple[Check, ...] = (of_each_document(misplaced), of_each_document(examples))
