"""The labelled samples: of each rule what it must see and what it must not, and how many it gets right."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.security.python import weaknesses
from faultline.analyzers.review.source import Source

SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Sample:
    """One file of a few lines; `bad` says whether `rule` must see something in it, else nobody may."""

    area: str
    rule: str
    number: int
    bad: bool
    text: str

    @property
    def seen(self) -> set[str]:
        """The rules that see something."""
        source = Source("app.py", self.text)
        found = {each.rule for each in weaknesses(source)}
        assert not source.unread, f"{self}: {source.unread}"
        return found

    @property
    def right(self) -> bool:
        """Whether what is seen is what the sample says."""
        return f"security/{self.rule}" in self.seen if self.bad else not self.seen

    def __str__(self) -> str:
        return f"{self.area}: {self.rule} {'bad' if self.bad else 'good'} {self.number}"


def samples(area: str) -> list[Sample]:
    """The samples of one file."""
    found = []
    for case in tomllib.loads((SAMPLES / f"{area}.toml").read_text("utf-8"))["case"]:
        for bad in (True, False):
            texts = case["bad" if bad else "good"]
            texts = [texts] if isinstance(texts, str) else texts
            found += [Sample(area, case["rule"], number, bad, text) for number, text in enumerate(texts, 1)]
    return found


AREAS = sorted(each.stem for each in SAMPLES.glob("*.toml") if each.stem not in ("blind", "unseen", "unflagged"))


def weaknesses_of(text: str) -> set[int]:
    """The CWE numbers of all that the looks of this folder see in a file."""
    rules = {each.rule for each in weaknesses(Source("app.py", text))}
    return {int(each.removeprefix("CWE-")) for rule in rules for each in catalogue()[rule].cwe}


def files(name: str) -> list[dict[str, Any]]:
    """The whole files of a set: `unseen` with the number of their weakness, `unflagged` without one."""
    found: list[dict[str, Any]] = tomllib.loads((SAMPLES / f"{name}.toml").read_text("utf-8"))["file"]
    return found
