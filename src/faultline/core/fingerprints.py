"""How a finding is known again: by rule, what it shows on and what that is in, never by path, line or white space.

So a rebase, a moved or renamed file, code that moved inside it and another indentation leave it as it is. Of findings
that have all of that in common each has its number, in the order of paths and lines; which of two equal ones is the
first may change, the set of fingerprints does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from faultline.core.finding import Finding, fingerprint


def numbered(findings: Iterable[tuple[Finding, str, str]]) -> list[Finding]:
    """The findings with their fingerprints, in order.

    Args:
        findings: each with what it shows on, evened out (code, or the cause in a design), and its symbol. Of those that
            have all in common, the second and every further one is told apart by its number.

    """
    seen: Counter[tuple[str, str, str]] = Counter()
    named = []
    for finding, code, symbol in findings:
        key = (finding.rule_id, code, symbol)
        parts = (code, symbol, str(seen[key])) if seen[key] else (code, symbol)
        seen[key] += 1
        named.append(finding.model_copy(update={"fingerprint": fingerprint(finding.rule_id, *parts)}))
    return named
