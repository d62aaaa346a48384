"""Rule and Catalogue: what a kind's checks can find, each thing said once, in TOML.

An entry begins with `[[rule]]` and its id, `AGENT/NAME`; its other fields are those of the kind's `Rule`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import Final, Generic, TypeVar

from faultline.core.finding import Noun, Severity

_ENTRY: Final = '[[rule]]\nid = "'


class Rule(Noun):
    """One thing that a check can find.

    `title` is what is wrong, in a few words and without a full stop; `why` what comes of it; `fix` what to do.
    """

    id: str
    severity: Severity
    title: str
    why: str
    fix: str
    cwe: tuple[str, ...] = ()
    confidence: float

    @property
    def agent(self) -> str:
        """Whose rule it is."""
        return self.id.partition("/")[0]


R = TypeVar("R", bound=Rule)


class Catalogue(Mapping[str, R], Generic[R]):
    """All rules of a kind by id, in the order of their ids; each is read when it is asked for.

    To read all takes 0.03 s, and what looks at one document asks for some fifty of them.

    Args:
        folder: with the files, `*.toml`; read at the first question.
        rule: what an entry is.

    Raises:
        ValueError: two rules have one id; when it is asked for, that a rule is not as it should be.

    """

    def __init__(self, folder: Path, rule: type[R]) -> None:
        self._folder = folder
        self._rule = rule
        self._reading = Lock()
        self._texts: dict[str, str] | None = None
        self._read: dict[str, R] = {}

    def __getitem__(self, rule: str) -> R:
        known = self._read.get(rule)
        if known is None:
            # Whichever agent comes first reads it; two read the same.
            entry = tomllib.loads(_ENTRY + self._said[rule])["rule"][0]
            known = self._read[rule] = self._rule.model_validate(entry)
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)

    def __contains__(self, rule: object) -> bool:
        return rule in self._said

    @property
    def _said(self) -> dict[str, str]:
        """The entries by id, as text."""
        if self._texts is None:
            with self._reading:  # five agents ask at once
                self._texts = self._texts or self._entries()
        return self._texts

    def _entries(self) -> dict[str, str]:
        said: dict[str, str] = {}
        for file in sorted(self._folder.glob("*.toml")):
            for entry in file.read_text("utf-8").split(_ENTRY)[1:]:
                rule = entry[: entry.index('"')]
                if rule in said:
                    raise ValueError(f"{file.name}: there is a rule {rule} already")
                said[rule] = entry
        return dict(sorted(said.items()))
