"""What texts say of schemas and databases: of whom each is, and who is one program."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import DiagramDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.system.naming import bare, words
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.core.patterns import regex

_SCHEMAS: Final = regex(
    r"\bschemas?\b(?! (?:registry|change|migration|version|evolution|validation|of (?:the )?(?:event|message|topic)))",
    re.IGNORECASE,
)
_NO_SCHEMAS: Final = regex(
    r"\b(?:json|avro|graphql|event|message|xml|openapi|api|protobuf)[- ]schemas?\b", re.IGNORECASE
)
_EACH: Final = regex(
    r"\b(?:own|each|every|per|separate|dedicated|different|belongs?|respective|one (?:a|per)|two|three|four|both)\b"
    r"|schemas? [`'\"]\w|[`'\"] schema",
    re.IGNORECASE,
)
_DATABASES: Final = regex(
    r"\b(?:own|each|every|separate|dedicated|different|respective|logical|both|two|three|four|five) (?:\w+ ){0,2}"
    r"(?:databases?|dbs?|users?|roles?|keyspaces?|tables)\b"
    r"|\b(?:databases?|dbs?|keyspaces?|tables) (?:per|of (?:its|their) own|each|for each|`)",
    re.IGNORECASE,
)
_TOGETHER: Final = regex(
    r"\b(?:share[sd]?|sharing|common|same|single|one) (?:\w+ ){0,2}(?:databases?|dbs?|schemas?|tables)\b|\bjoins?\b",
    re.IGNORECASE,
)
_ONE_PROGRAM: Final = regex(
    r"\b(?:same|one|single|shared?) (?:code ?base|codebase|image|module|binary|repository|repo|artifact"
    r"|deployable|release|team|repository|program|application|jar|executable|build)\b"
    r"|\bentry ?points?\b|\banother command\b|\bpart of the same\b",
    re.IGNORECASE,
)
_BELONGS: Final = regex(r"(?:.{1,60} )?(?i:belongs to|is owned by|owned by|is part of) (?:the )?([A-Z][\w ]{1,40})")


@dataclass(frozen=True)
class Ownership:
    """What the texts say of schemas: of whom each is, or only that each has one; and who is one program."""

    schemas: frozenset[str]
    databases: frozenset[str]
    programs: tuple[frozenset[str], ...]
    everybody: bool
    every_database: bool

    def apart(self, ids: Collection[str]) -> bool:
        """Whether services have schemas of their own, as far as the texts say."""
        return self.everybody or len(self.schemas & set(ids)) > 0

    def divided(self, ids: Collection[str]) -> bool:
        """Whether services have schemas or databases of their own."""
        return self.apart(ids) or self.every_database or len(self.databases & set(ids)) > 0


def ownership(design: Design) -> Ownership:
    """All that the texts of a design say of it."""
    schemas: set[str] = set()
    databases: set[str] = set()
    programs: list[frozenset[str]] = []
    everybody = every_database = False
    vocabulary = Vocabulary(design.system.components)
    frames = _frames(design, vocabulary)
    for document in design.of(MarkdownDocument):
        for sentence in document.sentences:
            text = sentence.text
            if frames and (owned := _BELONGS.match(text)):
                programs.append(frames.get(" ".join(words(owned[1])), frozenset()))
            schema = _SCHEMAS.search(text) and not _NO_SCHEMAS.search(text) and (_EACH.search(text) or sentence.row)
            database = _DATABASES.search(text)
            program = _ONE_PROGRAM.search(text)
            if not (schema or database or program):
                continue
            around = " ".join(sentence.row) if sentence.row else f"{sentence.section}. {sentence.lead} {text}"
            named = {each.component for each in vocabulary.spoken(around)}
            if program:
                clause = next(
                    each for each in re.split(r"(?<=[.;]) ", text) if _ONE_PROGRAM.search(each) or each == text
                )
                own = " ".join((*sentence.row, clause))
                programs.append(frozenset(each.component for each in vocabulary.spoken(own)))
            if _TOGETHER.search(text):
                continue
            if schema:
                schemas |= named
                everybody |= not sentence.row and bool(re.search(r"\b(?:each|every|per|own)\b", text, re.IGNORECASE))
            if database:
                databases |= named
                every_database |= not sentence.row
    return Ownership(frozenset(schemas), frozenset(databases), tuple(programs), everybody, every_database)


def _frames(design: Design, vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    """What stands in the frames of the drawings, by the names of the frames."""
    found: dict[str, set[str]] = {}
    for document in design.documents:
        if isinstance(document, MarkdownDocument | DiagramDocument):
            for diagram in document.diagrams:
                for box in diagram.boxes:
                    for frame in box.group:
                        if id := vocabulary.find(bare(box.name or box.id)):
                            found.setdefault(" ".join(words(frame)), set()).add(id)
    return {name: frozenset(ids) for name, ids in found.items()}
