"""Which tools look at a change, and how its sources get what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from faultline.analyzers.review.change import Change
from faultline.analyzers.review.engines.ruff import FORMAT, Asked, Ruff
from faultline.analyzers.review.logic.ruffs import TABLE as LOGIC
from faultline.analyzers.review.performance.ruffs import TABLE as PERFORMANCE
from faultline.analyzers.review.security.python.ruffcodes import CODES as SECURITY
from faultline.analyzers.review.source import Diagnostics, Source
from faultline.analyzers.review.style.conventions import TOOL as STYLE
from faultline.analyzers.review.style.conventions import Style
from faultline.analyzers.review.style.project import asked, project

DEFECTS = tuple(sorted({*SECURITY, *LOGIC, *PERFORMANCE}))
"""The codes that the other agents know."""


class Tools:
    """Diagnostics of several tools, each by its name."""

    def __init__(self, by_name: Mapping[str, Diagnostics]) -> None:
        self._by_name = by_name

    def of(self, tool: str, source: Source) -> Sequence[Mapping[str, Any]]:
        """What a tool says; nothing where it is not there."""
        found = self._by_name.get(tool)
        return found.of(tool, source) if found is not None else ()

    def again(self, sources: Sequence[Source]) -> Tools:
        """The same tools over other sources; a tool that goes by several names is asked once."""
        made: dict[int, Diagnostics] = {}
        for each in self._by_name.values():
            if id(each) not in made:
                made[id(each)] = each.again(sources)
        return Tools({name: made[id(each)] for name, each in self._by_name.items()})


def attach(change: Change, further: Mapping[str, Diagnostics] | None = None) -> Change:
    """Give every source of a change the tools' diagnostics; they run when the first one is asked for.

    Args:
        change: what is reviewed.
        further: tools beside ruff, by name.

    """
    heads = list(change.heads)
    # Files that are gone as well: what was in them may have moved.
    bases = [file.base for file in change.files if file.base is not None and not file.skipped]
    declared = project(change)

    def wanted() -> Asked:
        return asked(declared, DEFECTS)

    ruff = Ruff(heads, bases, wanted)
    tools = Tools({"ruff": ruff, FORMAT: ruff, STYLE: Style(change, ruff, declared), **(further or {})})
    for source in (*heads, *bases):
        source.diagnostics = tools
    return change
