"""From the bytes of an artifact to a design: one file, or an archive of many.

What a file is, its content says before its name does. A file that cannot be read is a document all the same, with its
faults, and the others are read: only where it is all there is, it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from faultline.analyzers.design.bundle import unpack
from faultline.analyzers.design.config import NAME, parse
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents import trees, versions
from faultline.analyzers.design.documents.document import DataDocument, Document
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.documents.text import Fault, Unreadable, decode, lines
from faultline.analyzers.design.documents.tree import Tree
from faultline.analyzers.design.kinds import KUSTOMIZATIONS, is_environment, suffix_of
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected
from faultline.core.patterns import regex

READ: Final = "OpenAPI, compose, Kubernetes, Terraform, Markdown, mermaid, PlantUML and Structurizr are read"
_DATA: Final = (".yaml", ".yml", ".json")
_DIAGRAMS: Final = (".mmd", ".mermaid", ".puml", ".plantuml", ".pu", ".iuml", ".wsd", ".dsl")
_TEXTS: Final = (".md", ".markdown", ".mdx", ".mdown", ".txt", ".text", ".rst", ".adoc")
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
ALONG: Final = "faultline.along"
"""Name of an artifact's metadata: paths of files that are there only for others to refer to, one a line."""


def read(artifact: Artifact) -> Design:
    """The design that an artifact holds.

    Raises:
        ArtifactRejected: it holds nothing that can be read; where it is one file, that says the line.

    """
    with artifact.open() as stream:
        data = stream.read()
    if data.startswith(_ZIP):
        files, older = unpack(data)
    else:
        files, older = {_path(artifact.name, data): data}, {}
    del data
    config = parse(files.pop(NAME, None))
    design = design_of(files, older)
    design.config = config
    along = artifact.metadata.get(ALONG, "").split("\n")
    _refuse([each for each in design.documents if each.path not in along], bool(files))
    return design


def design_of(files: Mapping[str, bytes], older: Mapping[str, bytes] | None = None) -> Design:
    """The design of some files, by path; `older` are those to compare with. Never raises."""
    return Design(_documents(files), Design(_documents(older)) if older else None)


def _path(name: str, data: bytes) -> str:
    """What a file that stands alone is called; one without a telling name by what it looks like."""
    path = PurePosixPath(PurePosixPath(name).name or "document")
    if is_environment(path.name):
        return path.name
    return (
        path.name
        if path.suffix.lower() in (".tf", ".tfvars", *_DATA, *_DIAGRAMS, *_TEXTS)
        else path.name + suffix_of(data)
    )


def _refuse(own: list[Document], any_files: bool) -> None:
    """Refuse files that are none of a design, and a document that is all there is and cannot be read."""
    if not own and any_files:
        raise ArtifactRejected(f"holds no design document; {READ}")
    if len(own) != 1:
        return
    document = own[0]
    if document.faults:
        raise ArtifactRejected(f"cannot be read: {document.faults[0].sentence}")
    if not document.text.strip():
        raise ArtifactRejected("is empty")
    if type(document) is DataDocument:
        why = document.problems[0].rstrip(".") if document.problems else "Is YAML or JSON, but no design document"
        raise ArtifactRejected(f"{why[0].lower()}{why[1:]}; {READ}")


def _documents(files: Mapping[str, bytes]) -> list[Document]:
    read_ = (_document(path, content) for path, content in sorted(files.items()))
    documents = [each for each in read_ if each is not None]
    by_path = {each.path: each for each in documents}
    for each in documents:
        each.siblings = by_path
    if any(PurePosixPath(each.path).name in KUSTOMIZATIONS for each in documents):
        from faultline.analyzers.design.documents import kustomize

        kustomize.apply(documents)
    return documents


def _document(path: str, content: bytes) -> Document | None:
    """The document that a file is; None for one that is none."""
    suffix = PurePosixPath(path).suffix.lower()
    if is_environment(path):
        suffix = ".env"
    elif suffix not in (".tf", ".tfvars", *_DATA, *_DIAGRAMS, *_TEXTS):
        suffix = suffix_of(content)
        if suffix == ".md" and PurePosixPath(path).suffix:
            return None  # Some other file of a folder.
    kind = _kind(suffix)
    try:
        text = decode(content)
    except Unreadable as error:
        text = lines(content.decode("utf-8", "replace"))
        return kind(path, text, problems=[_problem(error.fault)], faults=[error.fault])
    if kind is not DataDocument and not (suffix in _TEXTS and _is_template(path, text)):
        return kind(path, text)
    if _is_template(path, text):
        return DataDocument(path, text, problems=[_TEMPLATE])
    try:
        found = [trees.read_json(text)] if suffix == ".json" else trees.read(text)
    except Unreadable as error:
        if "{{" in text or "{%" in text:
            return DataDocument(path, text, problems=[_TEMPLATE])
        return DataDocument(path, text, problems=[_problem(error.fault)], faults=[error.fault])
    return typed(path, text, found)


_TEMPLATE: Final = "Is a template: only what it renders to can be read."
_ACTION: Final = regex(
    r"\{\{-?\s{0,4}(?:\.(?:Values|Release|Chart|Files|Capabilities)\b|/\*"
    r"|(?:include|template|define|if|range|with|end|toYaml|else|block|tpl)\b)"
)


def _is_template(path: str, text: str) -> bool:
    """Whether a file is one of Helm's: what stands between its braces is only known when it is rendered."""
    return "templates" in PurePosixPath(path).parts[:-1] and bool(_ACTION.search(text))


def _kind(suffix: str) -> type[Document]:
    """The class of a kind of files. Only that is imported: all of them take 0.01 s."""
    if suffix in _DATA:
        return DataDocument
    if suffix in (".tf", ".tfvars"):
        from faultline.analyzers.design.documents.terraform import TerraformDocument

        return TerraformDocument
    if suffix == ".env":
        from faultline.analyzers.design.documents.environment import EnvironmentDocument

        return EnvironmentDocument
    if suffix in _DIAGRAMS:
        from faultline.analyzers.design.documents.diagram import DiagramDocument

        return DiagramDocument
    from faultline.analyzers.design.documents.markdown import MarkdownDocument

    return MarkdownDocument


def _problem(fault: Fault) -> str:
    return f"Cannot be read: {fault.sentence}."


def typed(path: str, text: str, found: list[Tree]) -> Document:
    """The document that some data are, by what they say, and by the name where they do not say it."""
    tree = found[0] if found else None
    data: Any = tree.data if tree else None
    if tree is not None and isinstance(data, dict):
        version = versions.of(data)
        if version.known:
            problems = [version.problem] if version.problem else []
            return OpenApiDocument(path, text, tree, problems, version=version.known)
        if version.problem:
            fault = Fault(tree.key_line_of((version.key,)), 1, version.problem)
            return DataDocument(path, text, tree, [_problem(fault)], [fault])
    if any(_is_object(each.data) for each in found):
        from faultline.analyzers.design.documents.kubernetes import KubernetesDocument

        return KubernetesDocument(path, text, tree, trees=found)
    if isinstance(data, dict) and _is_compose(path, data):
        from faultline.analyzers.design.documents.compose import ComposeDocument

        return ComposeDocument(path, text, tree)
    return DataDocument(path, text, tree)


def _is_object(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("apiVersion"), str) and isinstance(data.get("kind"), str)


_SERVICE: Final = frozenset(("image", "build", "extends"))
_NAMES: Final = ("compose", "docker-compose", "podman-compose")
_PARTS: Final = frozenset(("services", "include", "volumes", "networks", "secrets", "configs"))


def _is_compose(path: str, data: dict[str, Any]) -> bool:
    """Whether YAML is a compose file: by what its services say, or by its name.

    `services` is a key of many a format (Symfony, CI, Traefik), but only here they have images or are built.
    """
    services = data.get("services")
    if isinstance(services, dict) and any(
        isinstance(each, dict) and each.keys() & _SERVICE for each in services.values()
    ):
        return not isinstance(data.get("jobs"), dict)
    stem = PurePosixPath(path).name.lower().partition(".")[0]
    return any(stem == name or stem.startswith((f"{name}-", f"{name}_")) for name in _NAMES) and bool(
        data.keys() & _PARTS
    )
