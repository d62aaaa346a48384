"""GitHub workflows: whose words and whose code run with the repository's secrets.

The file is read line by line: what matters here shows in the key of a line and in how far it is indented.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

MOST_LINE: Final = 2_000

_KEY: Final = re.compile(
    r"^(?P<indent>[ ]*)(?P<dash>(?:-[ ]+)*)(?P<key>[\w.-]{1,80}|\"[\w.-]{1,80}\"|'[\w.-]{1,80}')"
    r"[ ]*:(?:[ ]+(?P<value>.*))?$"
)
_STRANGERS: Final = re.compile(
    r"\$\{\{[^}]{0,200}\bgithub\.(?:event\.(?:issue\.(?:title|body)|pull_request\.(?:title|body|head\.(?:ref|label|repo\.default_branch))|"
    r"comment\.body|review\.body|review_comment\.body|discussion\.(?:title|body)|pages[^}]{0,40}page_name|"
    r"head_commit\.(?:message|author\.(?:name|email))|commits[^}]{0,40}(?:message|author\.(?:name|email))|"
    r"workflow_run\.(?:head_branch|head_commit\.message|display_title)|inputs\.\w+|client_payload[\w.]*)|head_ref)\b[^}]{0,200}\}\}"
)
_INPUTS: Final = re.compile(r"\$\{\{[^}]{0,100}\bgithub\.event\.inputs\.\w+")
_HEAD: Final = re.compile(
    r"github\.event\.pull_request\.head\.(?:sha|ref)|github\.head_ref|refs/pull/\$\{\{|github\.event\.workflow_run\.head_(?:sha|branch)"
)
_SECRET: Final = re.compile(r"\b(?:echo|printf|cat\s*<<)[^\n]{0,200}\$\{\{\s*secrets\.\w+")
_USES: Final = re.compile(r"^([\w.-]+)/([\w./-]+)@(\S+)$")
_HASH: Final = re.compile(r"^[0-9a-f]{40}$|^[0-9a-f]{64}$")
_OWN: Final = frozenset({"actions", "github"})
_PIPED: Final = re.compile(r"\b(?:curl|wget)\b[^|;&\n]{0,300}\|\s*(?:sudo\s+(?:-E\s+)?)?(?:ba|z|da)?sh\b")


class _Line(NamedTuple):
    """A line with a key: its number, the column of its key, the key, its value, and the keys it stands under."""

    number: int
    column: int
    key: str
    value: str
    under: tuple[str, ...]


def _lines(source: Source) -> Iterator[tuple[_Line, str]]:
    """Each line with the key it belongs to: its own, or that of the block of text it is a part of."""
    above: list[tuple[int, str]] = []
    block: _Line | None = None
    depth = -1
    for number, whole in enumerate(source.lines, 1):
        line = whole[:MOST_LINE].rstrip()
        stripped = line.lstrip(" ")
        if not stripped:
            continue
        indent = len(line) - len(stripped)
        if block is not None and indent > depth:
            yield block._replace(number=number), line
            continue
        block = None
        if stripped.startswith("#") or not (match := _KEY.match(line)):
            if match_item := re.match(r"^([ ]*)-[ ]+(.*)$", line):
                column = len(match_item[1])
                above = [each for each in above if each[0] < column or (each[0] == column and each[1] != "-")]
                yield _Line(number, column, "-", match_item[2], tuple(key for _, key in above)), line
            continue
        column = indent + len(match["dash"])
        above = [each for each in above if each[0] < (indent if match["dash"] else column)]
        key, value = match["key"].strip("\"'"), (match["value"] or "").split(" #")[0].strip()
        here = _Line(number, column, key, value, tuple(each for _, each in above))
        above.append((column, key))
        if value[:1] in ("|", ">"):
            block, depth = here, column
        yield here, line


def workflow(source: Source) -> Iterable[Observation]:
    """What is wrong with a workflow."""
    if source.language is not Language.WORKFLOW:
        return
    privileged = re.search(
        r"(?m)^[ \t\"']{0,8}(?:on\s*:.{0,100})?\b(?:pull_request_target|workflow_run)\b", source.text
    )
    public = re.search(r"(?m)^\s{0,8}(?:on\s*:\s*\[?.{0,100})?\bpull_request\b", source.text)
    for line, text in _lines(source):
        if line.key in ("run", "script") and (match := _STRANGERS.search(text)):
            trusted = _INPUTS.search(match[0]) is not None
            yield Observation(
                "security/workflow-injection",
                line.number,
                message=f"`{match[0]}` is put into the script as it came.",
                severity=None,
                confidence=0.5 if trusted else 0.95,
            )
        if line.key == "run" and _SECRET.search(text) and not re.search(r">\s*\S|\|", text.split("secrets.")[-1]):
            yield Observation(
                "security/cleartext-storage", line.number, message="A secret is printed to the log.", confidence=0.7
            )
        if line.key == "run" and _PIPED.search(text):
            yield Observation(
                "security/signature-unverified",
                line.number,
                message="A script is run as it comes from the network.",
                fix="Download it, check its digest, and run it then.",
                confidence=0.6,
            )
        if (
            privileged
            and line.key in ("ref", "run")
            and _HEAD.search(text)
            and (line.key == "ref" or re.search(r"git\s+(?:checkout|fetch|pull)|gh pr checkout", text))
        ):
            yield Observation(
                "security/untrusted-checkout",
                line.number,
                message="The head of the pull request is checked out in a workflow with the repository's rights.",
            )
        uses = _USES.match(line.value.strip("\"'")) if line.key == "uses" else None
        if uses and uses[1] not in _OWN and not _HASH.match(uses[3]):
            yield Observation(
                "security/unpinned-action", line.number, message=f"`{line.value}` is a name that can be moved."
            )
        if line.key == "permissions" and line.value == "write-all":
            yield Observation(
                "security/broad-permissions", line.number, message="The workflow's token may write everything."
            )
        if line.key == "runs-on" and public and "self-hosted" in line.value:
            yield Observation(
                "security/self-hosted-runner",
                line.number,
                message="Jobs of pull requests run on a self-hosted machine.",
                confidence=0.6,
            )
        if line.key == "ACTIONS_ALLOW_UNSECURE_COMMANDS" and line.value.strip("\"'").lower() == "true":
            yield Observation(
                "security/workflow-injection", line.number, message="Commands in a step's output are obeyed again."
            )
