"""Regular expressions that are compiled when they are first used.

To compile one takes some 0.1 ms, a long one 1 ms. What reads one specification imports modules with 150 of them and
uses 40: the others were 0.025 s of the 0.4 s of a whole run.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class Later:
    """A `re.Pattern` that does not exist yet. Whichever thread asks first makes it; two make two equal ones."""

    def __init__(self, source: Any, flags: int) -> None:
        self._wanted = (source, flags)

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._wanted), name)
        setattr(self, name, found)  # From now on it is an attribute as any other: a call costs what it did.
        return found


def regex(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, as far as its methods go. A mistake in the source shows when it is first used."""
    return cast("re.Pattern[AnyStr]", Later(source, flags))
