"""Genre: whether a text tells how a system is, or is a manual, a changelog, or instructions for those who work on it.

`faultline design .` meets all texts of a repository. Of 430 files of documentation that are no designs (READMEs and
manuals of tools, reference pages of libraries, release notes, files for coding agents), 60 had something told of them,
nearly all of it wrong: "default: 0 (no timeout)" of a function's parameter is no fault of a system. Such texts are read
for what can be checked against other files, and their sentences are not judged.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.core.patterns import regex

_ASIDE: Final = regex(
    r"(?:agents?|claude|gemini|codex|copilot[-_ ]instructions|skills?|prompts?|cursorrules"
    r"|change[-_ ]?logs?|changes|history|news|release[-_ ]?notes?|releases?|upgrading|contribut(?:ing|ors)"
    r"|code[-_ ]of[-_ ]conduct|licen[cs]es?|copying|notice|authors|maintainers|credits|codeowners|support"
    r"|pull[-_ ]request[-_ ]template|issue[-_ ]template|bug[-_ ]report|feature[-_ ]request)"
    r"(?:[-_.][a-z]{2}(?:[-_][a-z]{2})?)?$"
)
"""What files are called, without the suffix, that speak to those who use or change a program."""
_FOLDERS: Final = frozenset(
    (".github", ".claude", ".agents", ".cursor", ".codex", ".gemini", "node_modules", "vendor", "third_party")
)
_VERSION: Final = regex(
    r"(?:(?:version |release |v)\[?\d{1,4}\.\d{1,4}|\[?\d{1,4}\.\d{1,4}(?:\.\d{1,6}|(?=\]|\W{0,3}$|\W{1,4}20\d\d)))\b"
    r"|\[?unreleased\b",
    re.IGNORECASE,
)
_SIGNATURE: Final = regex(
    r"(?:(?:static |async |new |function |class:? |event:? |method:? )*[\w.$`'\[\]]{1,80}\([^()]{0,200}\)`?[:.]?$)"
    r"|(?:class|event|interface|enum|type|macro|trait): ?\S|--?[a-z][\w-]{0,40}(?:[ =,]\S{0,60}){0,4}$",
    re.IGNORECASE,
)
_READER: Final = regex(r"\byou(?:r|'re|'ll)?\b", re.IGNORECASE)
_SPOKEN_TO: Final = 0.08
"""Share of sentences that speak to the reader: of 92 manuals 42 have more, of 136 designs none (the most has 7 %)."""
_ENDPOINT: Final = regex(r"\b(?:GET|POST|PUT|PATCH|DELETE) /[\w{]")
_USAGE: Final = regex(
    r"[\W\d]*(?:install|usage|using|quick|getting started|get started|how to|tutorial|set ?up|setup|command|cli\b"
    r"|prerequisite|example|build|develop|contribut|licen[cs]e|running|options)",
    re.IGNORECASE,
)
"""What tells callers of a service how it behaves is a design; what tells how to install a tool is none."""
_SENTENCES: Final = 15
"""A text with fewer is too short to tell."""
_LEAST: Final = 5
"""Headings of a kind that make a text a reference or a list of releases."""


_MISHAP: Final = regex(
    r"\bpost-?mortems?\b|\bincidents?\b(?! (?:response|management|handling|process|policy|playbook|runbook|service))"
    r"|\boutage\b|\bretrospective\b|\bblameless\b|\bwhat happened\b|\bafter[- ]action\b|\broot cause\b"
)
_COURSE: Final = regex(
    r"[\W\d]*(?:timeline|chronology|course of|what happened|(?:root )?causes?\b|why(?: it happened)?\W*$"
    r"|(?:\w+ )?actions?"
    r"|impact|lessons|what (?:we|went|has)|detection|resolution|contributing|follow-?ups?)"
)


def tells_mishap(document: MarkdownDocument) -> bool:
    """Whether a text tells of an outage: its name and at least one of its headings say so."""
    titles = [each.title.lower() for each in document.sections]
    names = (PurePosixPath(document.path).stem.lower().replace("_", "-"), *titles[:1])
    return any(map(_MISHAP.search, names)) and any(map(_COURSE.match, titles[1:]))


def tells_design(document: MarkdownDocument) -> bool:
    """Whether a text's sentences say how a system is."""
    path = PurePosixPath(document.path)
    if document.adr is not None:
        return True
    if (
        tells_mishap(document)
        or _ASIDE.match(path.name.lower().partition(".")[0])
        or not _FOLDERS.isdisjoint(path.parts[:-1])
    ):
        return False
    titles = [each.title.strip(" `*") for each in document.sections]
    for kind in (_VERSION, _SIGNATURE):
        found = sum(1 for each in titles if kind.match(each))
        if found >= _LEAST and found * 3 >= len(titles):
            return False
    return not _is_skill(document) and not _is_manual(document)


def _is_manual(document: MarkdownDocument) -> bool:
    """Whether a text tells its reader what to do."""
    if any(map(_ENDPOINT.search, document.lines)) and not any(_USAGE.match(each.title) for each in document.sections):
        return False
    count = len(document.sentences)
    spoken = sum(1 for each in document.sentences if _READER.search(each.text))
    return count >= _SENTENCES and spoken >= count * _SPOKEN_TO


def _is_skill(document: MarkdownDocument) -> bool:
    """Whether a text starts with what coding agents know their instructions by."""
    if not document.lines or document.lines[0].strip() != "---":
        return False
    keys: set[str] = set()
    for line in document.lines[1:30]:
        if line.strip() == "---":
            return {"name", "description"} <= keys and "status" not in keys
        keys.add(line.partition(":")[0].strip().lower())
    return False
