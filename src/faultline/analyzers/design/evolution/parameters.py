"""Parameters: what a client has to send beside a body."""

from __future__ import annotations

from typing import Final

from faultline.analyzers.design.documents.openapi import Node, Operation
from faultline.analyzers.design.evolution.change import Change, Use, lowered
from faultline.analyzers.design.evolution.content import parameter_schema
from faultline.analyzers.design.evolution.gap import Mode
from faultline.analyzers.design.evolution.pairing import path_parameters
from faultline.analyzers.design.evolution.schemas import Schemas
from faultline.analyzers.design.evolution.versions import Versions
from faultline.core.finding import Severity

Key = tuple[str, str]

_COLLECTIONS: Final = {"ssv": "spaceDelimited", "pipes": "pipeDelimited", "tsv": "tabDelimited"}
_NEVER_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
"""Headers that OpenAPI says shall be ignored here."""


def compare_parameters(versions: Versions, old: Operation, new: Operation) -> None:
    """All parameters of an operation, those of the path item among them."""
    renamed = dict(zip(path_parameters(old.path)[::-1], path_parameters(new.path)[::-1], strict=False))
    before = {_key(each, renamed): each for each in old.parameters if _kept(each)}
    after = {_key(each, {}): each for each in new.parameters if _kept(each)}
    for key, one in before.items():
        other = after.get(key)
        if other is not None:
            if not versions.same(one, other):
                _compare(versions, old, new, one, other)
            continue
        elsewhere = [
            each for place, each in after.items() if place[1].lower() == key[1].lower() and place not in before
        ]
        if elsewhere:
            _moved(versions, new, one, elsewhere[0])
        elif key[0] != "path":
            _removed(versions, new, one)
    gone = {name.lower() for place, name in before if (place, name) not in after}
    for key, other in after.items():
        if key not in before and key[1].lower() not in gone and _required(other) and key[0] != "path":
            versions.changes.append(
                Change(
                    "evolution/required-parameter-added",
                    other,
                    None,
                    f"{key[0]} {key[1]}",
                    f"{_named(other)} has to be sent now and was not known before.",
                    (new,),
                    shared=True,
                )
            )


def _kept(parameter: Node) -> bool:
    where, name = parameter.value.get("in"), parameter.value.get("name")
    if not isinstance(name, str) or where not in ("query", "header", "path", "cookie", "querystring"):
        return False
    return not (where == "header" and name.lower() in _NEVER_HEADERS)


def _key(parameter: Node, renamed: dict[str, str]) -> Key:
    where, name = str(parameter.value["in"]), str(parameter.value["name"])
    if where == "path":
        return where, renamed.get(name, name)
    return where, name.lower() if where == "header" else name


def _required(parameter: Node) -> bool:
    return parameter.value.get("required") is True


def _named(parameter: Node) -> str:
    return f"The {parameter.value['in']} parameter `{parameter.value['name']}`"


def _removed(versions: Versions, new: Operation, one: Node) -> None:
    gone = one.value.get("deprecated") is True
    at = new.node.child("parameters") if new.node.child("parameters").value is not None else new.node
    versions.changes.append(
        Change(
            "evolution/parameter-removed",
            at,
            one,
            f"{one.value['in']} {one.value['name']}",
            f"{_named(one)} is gone; requests that send it are refused, or answered as if it were not there.",
            (new,),
            severity=lowered(Severity.MEDIUM) if gone else Severity.MEDIUM,
            shared=True,
        )
    )


def _moved(versions: Versions, new: Operation, one: Node, other: Node) -> None:
    versions.changes.append(
        Change(
            "evolution/parameter-moved",
            other.child("in"),
            one,
            f"{one.value['in']} {one.value['name']}",
            f"{_named(one)} is to be sent in the {other.value['in']} now.",
            (new,),
            shared=True,
        )
    )


def _compare(versions: Versions, old: Operation, new: Operation, one: Node, other: Node) -> None:
    name = str(other.value["name"])
    if _required(other) and not _required(one) and other.value["in"] != "path":
        versions.changes.append(
            Change(
                "evolution/parameter-became-required",
                other.child("required"),
                one,
                name,
                f"{_named(other)} was optional and has to be sent now.",
                (new,),
                shared=True,
            )
        )
    before = _serialization(one, versions.old_schemas)
    after = _serialization(other, versions.new_schemas)
    if before != after:
        keyword = next(
            (each for each in ("style", "explode", "collectionFormat", "content") if each in other.value), "name"
        )
        versions.changes.append(
            Change(
                "evolution/parameter-serialization-changed",
                other.child(keyword),
                one,
                name,
                f"{_named(other)} was written as {before} and is written as {after} now.",
                (new,),
                shared=True,
            )
        )
    for keyword in ("allowReserved", "allowEmptyValue"):
        if one.value.get(keyword) is True and other.value.get(keyword) is not True:
            what = "reserved characters" if keyword == "allowReserved" else "an empty value"
            versions.changes.append(
                Change(
                    "evolution/parameter-serialization-changed",
                    other.child(keyword) if keyword in other.value else other,
                    one.child(keyword),
                    f"{name} {keyword}",
                    f"{_named(other)} does not take {what} any longer.",
                    (new,),
                    severity=Severity.LOW,
                )
            )
    use = Use(old, new, f"{other.value['in']} parameter {name}")
    versions.compare(use, Mode.REQUEST, parameter_schema(one), parameter_schema(other))


def _serialization(parameter: Node, schemas: Schemas) -> str:
    """How a value is written into the request, so that 2.0 and 3.x say the same; nothing where there is one way."""
    value = parameter.value
    content = value.get("content")
    if isinstance(content, dict):
        return f"{next(iter(content), 'content')}"
    where = value["in"]
    shape = schemas.shape(parameter_schema(parameter))
    if not shape.types & {"array", "object"} or len(shape.types) == 7:
        style = value.get("style")
        return f"{style}" if where == "path" and style in ("label", "matrix") else "plain text"
    if "style" not in value and "collectionFormat" in value:
        return _collection(str(value["collectionFormat"]), where)
    default = "form" if where in ("query", "cookie") else "simple"
    if "schema" not in value:
        return _collection("csv", where)
    style = str(value.get("style", default))
    explode = value.get("explode", style == "form") is True
    if style in ("spaceDelimited", "pipeDelimited", "deepObject"):
        explode = False
    if style == "simple" and "object" not in shape.types:
        explode = False
    return f"{style}{', exploded' if explode else ''}"


def _collection(form: str, where: str) -> str:
    if form == "multi":
        return "form, exploded"
    return _COLLECTIONS.get(form, "form" if where in ("query", "formData", "cookie") else "simple")
