"""Commands that people write at a pull request: `/faultline ignore RULE because of this`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MAX_REASON = 300
_COMMAND = re.compile(r"[ \t]{0,3}/faultline[ \t]{1,8}([a-z]{1,20})\b[ \t]{0,8}([^\r\n]{0,1000})")
_RULE = re.compile(r"`?([A-Za-z0-9][A-Za-z0-9._/*-]{0,119})`?(?:[ \t]+|$)")
Name = Literal["review", "ignore", "help"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command; `argument` is the rule of `ignore`, and empty where none was named."""

    name: Name
    argument: str = ""
    reason: str = ""


def command_of(body: str) -> Command | None:
    """The first command of a comment, at the start of a line; None where there is none.

    What stands in a quotation or a code block was written by somebody else, or is no command. A command that we do not
    know asks for help.
    """
    fenced = False
    for line in body[:20_000].splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
            continue
        match = None if fenced else _COMMAND.match(line)
        if match is None:
            continue
        name, rest = match[1], match[2].strip()
        if name == "review":
            return Command("review")
        if name == "ignore":
            rule = _RULE.match(rest)
            if rule is None:
                return Command("ignore")
            return Command("ignore", rule[1], rest[rule.end() :].strip().replace("\0", "")[:MAX_REASON])
        return Command("help")
    return None
