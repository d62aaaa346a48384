"""Examples written for Faultline, which its own classifiers are learned from."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files


def examples(name: str) -> list[tuple[str, str]]:
    """Texts with their labels, in the file's order, from `NAME.txt` of this folder."""
    return parse(_text(name))


def digest(name: str) -> str:
    """SHA-256 of the examples of `NAME.txt`, in hexadecimal."""
    return sha256(_text(name).encode()).hexdigest()


def parse(text: str) -> list[tuple[str, str]]:
    """Texts with their labels: `== label` begins a label's part, `#` a comment, every other line is a text."""
    found: list[tuple[str, str]] = []
    label = ""
    for line in text.splitlines():
        if line.startswith("== "):
            label = line[3:].strip()
        elif line.strip() and not line.startswith("#"):
            found.append((line.strip(), label))
    return found


def _text(name: str) -> str:
    return files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
