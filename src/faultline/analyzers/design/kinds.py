"""What a file is, from its first look: whether it is text, and whether that text can be a design document."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from faultline.core.patterns import regex

_HEAD: Final = 64 * 1024
_DATA: Final = (".yaml", ".yml", ".json")
_DESIGN = regex(rb"""["']?\b(?:openapi|swagger|apiVersion|services|asyncapi)\b["']?[ \t]{0,20}:""")
_KEY = regex(rb"""^["']?(?:openapi|swagger|apiVersion|services|asyncapi)["']?[ \t]{0,20}:""", re.M)
_DIAGRAM = regex(
    rb"^[ \t]*(?:graph|flowchart|sequenceDiagram|C4[A-Z][A-Za-z]{1,20}|architecture-beta|stateDiagram(?:-v2)?"
    rb"|classDiagram|erDiagram)\b",
    re.M,
)
_TERRAFORM = regex(rb"""^(?:resource|module|variable|provider|terraform|data|locals|output)\b[ \t"\w-]*\{""", re.M)
_STRUCTURIZR = regex(rb"^[ \t]*(?:workspace|model|softwareSystem)\b[^\n{]*\{", re.M)

_ENVIRONMENT: Final = regex(r"\.env(?:\.[\w.-]{1,60})?|[\w.-]{1,80}\.env|env\.[\w-]{1,40}", re.IGNORECASE)
KUSTOMIZATIONS: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""Names of the files that put bases and overlays of Kubernetes together."""


def is_environment(path: str) -> bool:
    """Whether a file of this name holds variables, as `.env` does."""
    return bool(_ENVIRONMENT.fullmatch(PurePosixPath(path).name))


def is_text(content: bytes) -> bool:
    """Whether bytes are text: of UTF-16 and UTF-32 only those with a byte order mark."""
    return content.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")) or b"\0" not in content[:_HEAD]


def looks_like_design(suffix: str, content: bytes) -> bool:
    """Whether a file that nobody named is worth reading: of data only what names its format, or objects of one."""
    if not is_text(content):
        return False
    if suffix in _DATA:
        return bool(_DESIGN.search(content))
    return bool(_STRUCTURIZR.search(content)) if suffix == ".dsl" else True


def suffix_of(content: bytes) -> str:
    """The suffix that a file without a telling name should have."""
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"{", b"[")):
        return ".json"
    if b"@startuml" in head:
        return ".puml"
    if _KEY.search(head) or head.startswith(b"%YAML"):
        return ".yaml"
    if _STRUCTURIZR.match(head):
        return ".dsl"
    if _DIAGRAM.match(head) or head.startswith(b"%%"):
        return ".mmd"
    return ".tf" if _TERRAFORM.search(head) else ".md"
