"""How weaknesses hang together, and what other tools call them.

Parents are those of the Common Weakness Enumeration's research view (CWE-1000), as far as our rules reach.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_PARENTS: Final = {
    22: 706, 23: 22, 36: 22, 73: 610, 77: 74, 78: 77, 79: 74, 80: 79, 88: 77, 89: 943, 90: 943, 91: 74, 93: 74, 94: 74,
    95: 94, 96: 94, 113: 93, 117: 116, 125: 119, 193: 682, 209: 200, 215: 200, 256: 522, 259: 798, 276: 732, 295: 287,
    306: 287, 312: 311, 313: 312, 319: 311, 321: 798, 322: 295, 326: 693, 327: 693, 328: 327, 329: 1204, 330: 693,
    331: 330, 335: 330, 338: 330, 339: 335, 345: 693, 347: 345, 377: 668, 379: 377, 425: 862, 434: 669, 470: 913,
    497: 200, 502: 913, 532: 200, 601: 610, 611: 610, 614: 319, 639: 863, 643: 943, 730: 400, 759: 916, 760: 916,
    770: 400, 776: 400, 798: 287, 862: 285, 863: 285, 915: 913, 916: 328, 918: 441, 943: 74, 1333: 400, 1336: 94,
}  # fmt: skip
_TOO_WIDE: Final = frozenset({74, 119, 200, 285, 287, 311, 441, 610, 668, 669, 682, 693, 706, 732, 913})
"""Classes of which two members are not yet the same thing."""

BANDIT: Final = {
    "B101": (703,), "B102": (78, 94, 95), "B103": (732,), "B104": (605,), "B105": (259, 798), "B106": (259, 798),
    "B107": (259, 798), "B108": (377,), "B113": (400,), "B201": (94, 489), "B202": (22,), "B301": (502,),
    "B302": (502,), "B303": (327,), "B304": (327,), "B305": (327,), "B306": (377,), "B307": (78, 94, 95),
    "B308": (79, 80), "B310": (22, 918), "B311": (330,), "B312": (319,), "B313": (20, 611), "B314": (20, 611),
    "B315": (20, 611), "B316": (20, 611), "B317": (20, 611), "B318": (20, 611), "B319": (20, 611), "B320": (20, 611),
    "B321": (319,), "B323": (295,), "B324": (327, 328), "B401": (319,), "B403": (502,), "B404": (78,), "B413": (327,),
    "B501": (295,), "B502": (327, 326), "B503": (327, 326), "B504": (327, 326), "B505": (326,), "B506": (20, 502),
    "B507": (295,), "B509": (319,), "B601": (78,), "B602": (78,), "B603": (78,), "B604": (78,), "B605": (78,),
    "B606": (78,), "B607": (78,), "B608": (89,), "B609": (78,), "B610": (89,), "B611": (89,), "B614": (502,),
    "B701": (79, 94), "B702": (79, 80), "B703": (79, 80), "B704": (79, 80),
}  # fmt: skip
"""CWE numbers of bandit's tests; flake8-bandit and ruff have the same numbers behind an `S`."""

GOSEC: Final = {
    "G101": (798, 259), "G102": (605, 200), "G107": (918, 88), "G201": (89,), "G202": (89,), "G203": (79,),
    "G204": (78,), "G301": (276,), "G302": (276,), "G303": (377,), "G304": (22,), "G305": (22,), "G306": (276,),
    "G401": (327, 328), "G402": (295,), "G403": (326,), "G404": (338, 330), "G501": (327,), "G502": (327,),
    "G503": (327,), "G505": (327,),
}  # fmt: skip
"""CWE numbers of gosec's rules."""


def related(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two findings with these weaknesses, as in `CWE-89`, may mean the same: equal, or parent and child."""
    left, right = set(map(_number, one)), set(map(_number, other))
    return bool(left & right or _lineage(left) & right or left & _lineage(right))


def numbers_of(code: str) -> frozenset[int]:
    """The CWE numbers that a code of bandit, flake8-bandit or gosec stands for; none for another's."""
    upper = code.upper()
    numbers = BANDIT.get("B" + upper[1:] if upper[:1] == "S" else upper) or GOSEC.get(upper) or ()
    return frozenset(numbers)


def numbers(cwe: Iterable[str]) -> frozenset[int]:
    """`CWE-89` as 89."""
    return frozenset(map(_number, cwe))


def _lineage(numbers: set[int]) -> set[int]:
    parents = {_PARENTS[number] for number in numbers if number in _PARENTS} - _TOO_WIDE
    return parents | {_PARENTS[number] for number in parents if number in _PARENTS} - _TOO_WIDE


def _number(cwe: str) -> int:
    return int(cwe.removeprefix("CWE-"))
