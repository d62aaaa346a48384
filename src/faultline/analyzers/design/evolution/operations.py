"""What is compared of an operation that is in both versions."""

from __future__ import annotations

from collections.abc import Iterator

from faultline.analyzers.design.documents.openapi import METHODS, Node, Operation
from faultline.analyzers.design.evolution.access import compare_security, compare_servers
from faultline.analyzers.design.evolution.change import Change, Use, lowered
from faultline.analyzers.design.evolution.content import (
    Content,
    parameter_schema,
    request_content,
    response_content,
)
from faultline.analyzers.design.evolution.gap import Mode
from faultline.analyzers.design.evolution.parameters import compare_parameters
from faultline.analyzers.design.evolution.versions import Versions
from faultline.core.finding import Severity

MAX_CALLBACKS = 2
"""Callbacks within callbacks."""

_OTHER = {Mode.REQUEST: Mode.RESPONSE, Mode.RESPONSE: Mode.REQUEST}


def compare_operation(versions: Versions, old: Operation, new: Operation, nesting: int = 0) -> None:
    """Everything of one operation. A webhook or callback is sent by the API, so that all directions are turned."""
    sends = Mode.RESPONSE if new.webhook else Mode.REQUEST
    if not new.webhook:
        compare_security(versions, old, new)
        compare_servers(versions, old, new)
    if versions.same(old.node, new.node) and versions.same(_rest(old), _rest(new)):
        return
    _operation_id(versions, old, new)
    if not new.webhook:
        compare_parameters(versions, old, new)
    _bodies(versions, old, new, sends)
    _responses(versions, old, new, _OTHER[sends])
    if nesting < MAX_CALLBACKS:
        _callbacks(versions, old, new, nesting)


def _rest(operation: Operation) -> Node:
    """What holds for an operation and stands outside of it."""
    root = operation.document.root
    value = [operation.item.child("parameters").value]
    if operation.document.version == "2.0":
        value += [root.child("consumes").value, root.child("produces").value]
    return Node(operation.node.document, operation.item.pointer, value)


def _operation_id(versions: Versions, old: Operation, new: Operation) -> None:
    before, after = old.node.value.get("operationId"), new.node.value.get("operationId")
    if isinstance(before, str) and before != after and not new.webhook:
        told = f"is called `{after}` now" if isinstance(after, str) else "has no name now"
        versions.changes.append(
            Change(
                "evolution/operation-id-changed",
                new.node.child("operationId") if isinstance(after, str) else new.node,
                old.node.child("operationId"),
                "operationId",
                f"`{before}` {told}, and a generated client calls its method so.",
                (new,),
                shared=True,
            )
        )


def _bodies(versions: Versions, old: Operation, new: Operation, mode: Mode) -> None:
    before, after = request_content(old, versions.old_schemas), request_content(new, versions.new_schemas)
    if before is None:
        if after is not None and after.required and mode is Mode.REQUEST:
            text = "A request has to have a body now and had none."
            versions.changes.append(Change("evolution/request-body-required", after.at, None, "body", text, (new,)))
        return
    if after is None:
        rule = "evolution/request-body-removed" if mode is Mode.REQUEST else "evolution/response-media-type-removed"
        text = "The body is gone that the old version describes."
        versions.changes.append(Change(rule, new.node, before.at, "body", text, (new,)))
        return
    if after.required and not before.required and mode is Mode.REQUEST:
        at = after.at.child("required")
        text = "The body of a request was optional and has to be sent now."
        versions.changes.append(Change("evolution/request-body-required", at, before.at, "body", text, (new,)))
    _contents(versions, Use(old, new, "request body"), mode, before, after)


def _contents(versions: Versions, use: Use, mode: Mode, before: Content, after: Content) -> None:
    for media, (at, schema) in before.media.items():
        other = after.find(media)
        if other is None and not before.stated:
            other = next(iter(after.media), None)
        if other is not None:
            versions.compare(use, mode, schema, after.media[other][1])
            continue
        request = mode is Mode.REQUEST
        rule = "evolution/request-media-type-removed" if request else "evolution/response-media-type-removed"
        text = f"`{media}` is not {'taken' if request else 'given'} any longer in the {use.part}"
        text += f", only {', '.join(f'`{each}`' for each in list(after.media)[:5])}." if after.media else "."
        versions.changes.append(Change(rule, after.at, at, f"{use.part} {media}", text, (use.new,), shared=True))


def _responses(versions: Versions, old: Operation, new: Operation, mode: Mode) -> None:
    before = {code.upper(): each for code, each in old.responses.items() if isinstance(each.value, dict)}
    after = {code.upper(): each for code, each in new.responses.items() if isinstance(each.value, dict)}
    for code, one in before.items():
        if code.startswith("X-"):
            continue
        other = next((after[each] for each in (code, f"{code[:1]}XX", "DEFAULT") if each in after), None)
        if other is None or (code not in after and code.startswith("2") and f"{code[:1]}XX" not in after):
            _status_removed(versions, new, code, one, before)
        elif not versions.same(one, other) or new.document.version == "2.0":
            _response(versions, Use(old, new, f"response {code.lower()}"), mode, one, other)


def _status_removed(versions: Versions, new: Operation, code: str, one: Node, before: dict[str, Node]) -> None:
    successes = [each for each in before if each.startswith("2")]
    lone = code == "DEFAULT" and not successes
    severity = (
        Severity.HIGH if code.startswith("2") or lone else Severity.LOW if code.startswith("3") else Severity.INFO
    )
    deprecated = one.value.get("deprecated") is True
    versions.changes.append(
        Change(
            "evolution/response-status-removed",
            new.node.child("responses"),
            one,
            code,
            f"Status {code.lower()} is not among the responses any longer.",
            (new,),
            severity=lowered(severity) if deprecated else severity,
            shared=True,
        )
    )


def _response(versions: Versions, use: Use, mode: Mode, one: Node, other: Node) -> None:
    before, after = response_content(use.old, one), response_content(use.new, other)
    if before is not None and after is not None:
        _contents(versions, use, mode, before, after)
    elif before is not None:
        rule = (
            "evolution/response-media-type-removed" if mode is Mode.RESPONSE else "evolution/request-media-type-removed"
        )
        text = f"The {use.part} has no body any longer."
        versions.changes.append(Change(rule, other, before.at, f"{use.part} body", text, (use.new,)))
    _headers(versions, use, mode, one, other)
    _links(versions, use, one, other)


def _headers(versions: Versions, use: Use, mode: Mode, one: Node, other: Node) -> None:
    before, after = (dict(_named(versions, each, "headers", use)) for each in (one, other))
    for name, header in before.items():
        if name.lower() == "content-type":
            continue
        now = after.get(name)
        part = f"header {header.pointer[-1] if name == str(header.pointer[-1]).lower() else name} of the {use.part}"
        required = header.value.get("required") is True
        if now is None:
            text = f"The {part} is not sent any longer."
            at = other.child("headers") if "headers" in other.value else other
            severity = Severity.MEDIUM if required else Severity.LOW
            change = Change(
                "evolution/response-header-removed", at, header, name, text, (use.new,), severity, shared=True
            )
            versions.changes.append(change)
            continue
        if required and now.value.get("required") is not True:
            text = f"The {part} was always sent and is optional now."
            at = now.child("required") if "required" in now.value else now
            versions.changes.append(
                Change(
                    "evolution/response-header-removed", at, header, f"{name} required", text, (use.new,), Severity.LOW
                )
            )
        both = Use(use.old, use.new, part)
        versions.compare(both, mode, parameter_schema(header), parameter_schema(now))


def _links(versions: Versions, use: Use, one: Node, other: Node) -> None:
    before, after = (dict(_named(versions, each, "links", use)) for each in (one, other))
    for name, link in before.items():
        if name not in after:
            at = other.child("links") if "links" in other.value else other
            text = f"The link `{name}` of the {use.part} is gone."
            versions.changes.append(Change("evolution/link-removed", at, link, name, text, (use.new,)))


def _named(versions: Versions, response: Node, keyword: str, use: Use) -> Iterator[tuple[str, Node]]:
    below = response.child(keyword)
    for name, each in below.items() if isinstance(below.value, dict) else ():
        operation = use.new if response.document is use.new.document else use.old
        target = versions.target(operation, each)
        if isinstance(target.value, dict):
            yield (str(name).lower() if keyword == "headers" else str(name)), target


def _callbacks(versions: Versions, old: Operation, new: Operation, nesting: int) -> None:
    before, after = dict(_called(versions, old)), dict(_called(versions, new))
    for key, one in before.items():
        other = after.get(key)
        if other is None:
            same = [
                each
                for place, each in after.items()
                if (place[0], place[2]) == (key[0], key[2]) and place not in before
            ]
            other = same[0] if len(same) == 1 else None
        if other is not None:
            compare_operation(versions, one, other, nesting + 1)
            continue
        at = new.node.child("callbacks") if "callbacks" in new.node.value else new.node
        text = f"The callback `{key[0]}` is not sent any longer."
        versions.changes.append(Change("evolution/callback-removed", at, one.node, key[0], text, (new,)))


def _called(versions: Versions, operation: Operation) -> Iterator[tuple[tuple[str, str, str], Operation]]:
    callbacks = operation.node.child("callbacks")
    for name, each in callbacks.items() if isinstance(callbacks.value, dict) else ():
        callback = versions.target(operation, each)
        for expression, place in callback.items() if isinstance(callback.value, dict) else ():
            item = versions.target(operation, place)
            for method, node in item.items() if isinstance(item.value, dict) else ():
                if method in METHODS and isinstance(node.value, dict):
                    called = Operation(operation.document, str(method), str(expression), node, item, webhook=True)
                    yield (str(name), str(expression), str(method)), called
