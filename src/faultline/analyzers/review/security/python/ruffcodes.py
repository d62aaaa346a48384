"""What ruff has found: those of its codes that are precise, by the rule of ours that says the same.

ruff is a second engine. Where a look of ours sees the same rule on the same line, that one is told, with its own
words. Codes that are not here are left out: S101, S110, S112, S113, S404, S603, S606, S607 and S608 say little.
"""

from __future__ import annotations

from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

CODES = {
    "S102": ("code-injection", 0.4), "S103": ("default-permissions", 0.6), "S201": ("debug-mode", 0.9),
    "S302": ("unsafe-deserialization", 0.4), "S305": ("weak-cipher", 0.9), "S304": ("weak-cipher", 0.9),
    "S306": ("temporary-file", 0.9), "S312": ("cleartext-transport", 0.85), "S323": ("tls-verification-off", 0.9),
    "S401": ("obsolete-function", 0.8), "S412": ("unsafe-default-parser", 0.5), "S413": ("obsolete-function", 0.7),
    "S501": ("tls-verification-off", 0.9), "S502": ("weak-tls", 0.9), "S503": ("weak-tls", 0.9),
    "S504": ("weak-tls", 0.8),
    "S505": ("weak-key", 0.9), "S506": ("unsafe-deserialization", 0.85), "S507": ("ssh-host-key", 0.9),
    "S508": ("cleartext-transport", 0.8), "S509": ("cleartext-transport", 0.8), "S701": ("autoescape-off", 0.7),
    "S702": ("autoescape-off", 0.7), "S704": ("autoescape-off", 0.5), "S612": ("untrusted-environment", 0.7),
}  # fmt: skip


def from_ruff(source: Source) -> Iterable[Observation]:
    """The observations of ruff's records of one file."""
    for record in source.diagnostics.of("ruff", source):
        known = CODES.get(str(record.get("code")))
        if known is None:
            continue
        start, end = record.get("location") or {}, record.get("end_location") or {}
        line = int(start.get("row") or 0)
        if 1 <= line <= len(source.lines):
            yield Observation(
                f"security/{known[0]}", line, max(line, min(int(end.get("row") or line), line + 9)), "",
                confidence=known[1], code=str(record["code"]),
            )  # fmt: skip
