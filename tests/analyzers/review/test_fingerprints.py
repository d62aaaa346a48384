"""A finding is known again wherever its code goes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.analyzers.review.masking import CREDENTIALS, credentials
from faultline.core.analyzer import Examination
from tests.analyzers.review.parts import changed, examined, sees

BODY = ["def f(a):", "    x = 1", "    return eval(a)", ""]


def prints(seen: Examination) -> list[str]:
    return sorted(each.fingerprint for each in seen.findings)


KNOWN = prints(examined(changed(None, "\n".join(BODY))))


@settings(deadline=None)
@given(
    above=st.lists(st.sampled_from(["", "import os", "y = 2", "# eval is bad", "class A:\n    pass"]), max_size=8),
    below=st.lists(st.sampled_from(["", "z = 3", "def g():\n    pass"]), max_size=8),
    margin=st.sampled_from(["  ", "    ", "\t"]),
    path=st.sampled_from(["a.py", "b/c.py", "deep/er/x.py"]),
    inside=st.lists(st.sampled_from(["    y = 3", "    # more", ""]), max_size=4),
)
def test_lines_paths_and_indentation_do_not_count(
    above: list[str], below: list[str], margin: str, path: str, inside: list[str]
) -> None:
    body = [line.replace("    ", margin) for line in [BODY[0], *inside, *BODY[1:]]]
    assert prints(examined(changed(None, "\n".join([*above, *body, *below]), path))) == KNOWN


def test_another_function_rule_or_code_is_another_finding() -> None:
    for text in ("def g(a):\n    return eval(a)", "def f(a):\n    return eval(a + 1)"):
        assert prints(examined(changed(None, text))) != KNOWN
    assert prints(examined(changed(None, "\n".join(BODY)), checks=[sees("eval(", "security/xss")])) != KNOWN


def test_two_equal_findings_stay_two_and_the_order_of_the_files_does_not_matter() -> None:
    text = "\n".join(BODY)
    two = prints(examined(changed(None, text, "a.py"), changed(None, text, "b.py")))
    assert len(set(two)) == 2
    assert two == prints(examined(changed(None, text, "b.py"), changed(None, text, "x.py")))
    assert KNOWN[0] in two
    assert len(set(prints(examined(changed(None, text + "\n" + text))))) == 2


@pytest.mark.parametrize(
    ("line", "first", "second"),
    [
        ('token = "{}"', "ghp_x8Kd92mQpLz7VbN3wRtY6uHs1cFjG5aEoI0T", "ghp_Qz7Lp2Xc9Vb4Nm6As8Df1Gh3Jk5Qw7Er9TyU"),
        ('db.connect(user="app", password="{}")', "Tr0ub4dor&3", "c0rrect-h0rse"),
        ('if token == "{}":', "letmein99", "opensesame7"),
    ],
)
def test_a_secret_that_changes_is_the_same_finding_and_stands_nowhere(line: str, first: str, second: str) -> None:
    for rule in CREDENTIALS:
        one, other = (
            examined(changed(None, line.format(secret) + "\n"), checks=[sees(line[:3], rule)])
            for secret in (first, second)
        )
        assert prints(one) == prints(other)
        assert first not in one.findings[0].model_dump_json()
        assert one.findings[0].evidence[0].startswith(line[:8])


def test_of_a_secret_over_several_lines_none_is_shown() -> None:
    assert credentials(["call(", "    'hunter22',", ")"]) == ("call(", "    '***',", ")")
    assert credentials(["call(", "    password='Tr0ub4dor&3',", "    'app')"])[1:] == (
        "    password='***',",
        "    'app')",
    )
