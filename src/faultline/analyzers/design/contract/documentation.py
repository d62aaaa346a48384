"""What a document says about itself: its title, whom to ask, its licence, its tags, and that texts hold no code."""

from __future__ import annotations

from collections.abc import Iterator

from faultline.analyzers.design.contract.spots import dicts, of_each_document, shown, spot
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation


def info(document: OpenApiDocument) -> Iterator[Observation]:
    """Rules about the info object."""
    about = document.root.child("info")
    if not isinstance(about.value, dict):
        about = document.root
    value = about.value if about is not document.root else {}
    for key, rule, words in (
        ("contact", "contract/no-contact", "Nobody is named to ask."),
        ("description", "contract/no-api-description", "The document does not say what the API is for."),
        ("license", "contract/no-license", "The document names no licence."),
    ):
        if not value.get(key) and value.get(key) != {}:
            yield Observation(rule, spot(about, key) if key in value else spot(about), words)
    contact = about.child("contact")
    if isinstance(contact.value, dict):
        missing = [key for key in ("name", "url", "email") if not contact.value.get(key)]
        for key in missing:
            yield Observation(
                "contract/incomplete-contact",
                spot(contact, key) if key in contact.value else spot(contact),
                f"The contact has no {key}.",
                many=f"The contact has no {' and no '.join(missing)}",
            )
    licence = about.child("license")
    if not isinstance(licence.value, dict) or not licence.value.get("url"):
        at = licence if isinstance(licence.value, dict) else about
        yield Observation(
            "contract/license-without-url",
            spot(at, "url") if at is licence and "url" in licence.value else spot(at),
            "There is no address of a licence.",
        )


def tags(document: OpenApiDocument) -> Iterator[Observation]:
    """Rules about the tags that a document declares."""
    root = document.root
    holder = root.child("tags")
    declared = holder.value
    if not isinstance(declared, list) or not declared:
        yield Observation(
            "contract/no-tags",
            spot(root, "tags") if isinstance(root.value, dict) and "tags" in root.value else spot(root),
            "The document declares no tags.",
        )
        return
    first: dict[str, int] = {}
    names: list[str] = []
    for place, tag in dicts(declared):
        if isinstance(name := tag.get("name"), str):
            names.append(name)
            if first.setdefault(name, int(place)) != place:
                yield Observation(
                    "contract/duplicate-tag",
                    spot(holder, place, "name"),
                    f"The tag {shown(name)} is declared twice.",
                    also=(spot(holder, first[name], "name"),),
                    many="{count} tags are declared twice",
                )
        if not tag.get("description"):
            yield Observation(
                "contract/undescribed-tag",
                spot(holder, place, "description") if "description" in tag else spot(holder, place),
                f"The tag {shown(tag.get('name'))} has no description.",
                many="{count} tags have no description",
            )
    folded = [name.casefold() for name in names]
    unsorted = next((i for i in range(len(folded) - 1) if folded[i] > folded[i + 1]), None)
    if unsorted is not None:
        yield Observation(
            "contract/tags-not-sorted",
            spot(holder),
            f"{shown(names[unsorted])} stands before {shown(names[unsorted + 1])}.",
        )


def texts(document: OpenApiDocument) -> Iterator[Observation]:
    """Code in what is shown to readers."""
    for node in document.index.code:
        if node.pointer[-1] == "summary":
            continue
        if "eval(" in node.value:
            yield Observation(
                "contract/eval-in-text",
                spot(node),
                "The text holds `eval(`.",
                many="{count} texts hold `eval(`",
            )
        if "<script" in node.value:
            yield Observation(
                "contract/script-in-text",
                spot(node),
                "The text holds a `<script` tag.",
                many="{count} texts hold `<script` tags",
            )


def parameters(document: OpenApiDocument) -> Iterator[Observation]:
    """Parameters that nobody describes."""
    for node in document.index.parameters:
        if "in" in node.value and not node.value.get("description"):
            name = node.value.get("name")
            yield Observation(
                "contract/undescribed-parameter",
                spot(node, "description") if "description" in node.value else spot(node),
                f"The parameter {shown(name)} has no description.",
                many="{count} parameters have no description",
            )


CHECKS: tuple[Check, ...] = tuple(map(of_each_document, (info, tags, texts, parameters)))
