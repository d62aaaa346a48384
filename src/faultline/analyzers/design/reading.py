"""From the bytes of an artifact to a design: one file, or an archive of many."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from faultline.analyzers.design.bundle import unpack
from faultline.analyzers.design.config import NAME, parse
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents import trees
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.diagram import DiagramDocument
from faultline.analyzers.design.documents.document import DataDocument, Document
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.documents.terraform import TerraformDocument
from faultline.core.artifact import Artifact


def read(artifact: Artifact) -> Design:
    """The design that an artifact holds.

    Raises:
        ArtifactRejected: it holds nothing that can be read.

    """
    with artifact.open() as stream:
        data = stream.read()
    if data.startswith(b"PK\x03\x04"):
        files, older = unpack(data)
    else:
        files, older = {PurePosixPath(artifact.name).name: data}, {}
    config = parse(files.pop(NAME, None))
    design = design_of(files, older)
    design.config = config
    return design


def design_of(files: Mapping[str, bytes], older: Mapping[str, bytes] | None = None) -> Design:
    """The design of some files, by path; `older` are those to compare with."""
    return Design(_documents(files), Design(_documents(older)) if older else None)


def _documents(files: Mapping[str, bytes]) -> list[Document]:
    documents = [_document(path, content.decode("utf-8-sig")) for path, content in sorted(files.items())]
    by_path = {each.path: each for each in documents}
    for each in documents:
        if isinstance(each, OpenApiDocument | ComposeDocument | TerraformDocument):
            each.siblings = by_path
    return documents


def _document(path: str, text: str) -> Document:
    suffix = PurePosixPath(path).suffix.lower()
    if suffix == ".tf":
        return TerraformDocument(path, text)
    if suffix in (".mmd", ".mermaid", ".puml", ".plantuml"):
        return DiagramDocument(path, text)
    if suffix not in (".yaml", ".yml", ".json"):
        return MarkdownDocument(path, text)
    found = trees.read(text)
    tree = found[0] if found else None
    data: Any = tree.data if tree else None
    if isinstance(data, dict) and ("openapi" in data or "swagger" in data):
        version = "2.0" if "swagger" in data else str(data["openapi"])[:3]
        return OpenApiDocument(path, text, tree, version=version)
    if any(isinstance(each.data, dict) and {"apiVersion", "kind"} <= each.data.keys() for each in found):
        return KubernetesDocument(path, text, tree, trees=found)
    if isinstance(data, dict) and isinstance(data.get("services"), dict):
        return ComposeDocument(path, text, tree)
    return DataDocument(path, text, tree)
