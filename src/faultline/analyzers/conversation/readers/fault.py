"""Fault: a place in a file that could not be taken as it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a line, 1-based; everything else in the file is read all the same.

    The reason goes on after "not read: line 3: ". `lost` says whether something was left out; where nothing was, it
    says what was read otherwise than it claims to be: clocks that run backwards, an encoding that had to be guessed.
    """

    line: int
    reason: str
    lost: bool = True

    def __str__(self) -> str:
        return f"line {self.line:,}: {self.reason}"
