import pytest

from faultline.analyzers.review.architecture.size import duplicates, files, functions
from faultline.analyzers.review.change import Change
from faultline.analyzers.review.engines.complexity import measured
from faultline.analyzers.review.source import Role, Source
from tests.analyzers.review.parts import changed


def branchy(count: int, name: str = "f") -> str:
    return (
        f"def {name}(x):\n"
        + "".join(f"    if x == {at}:\n        x += {at}\n" for at in range(count))
        + "    return x\n"
    )


def rules(base: str | None, head: str, path: str = "a.py", role: Role = Role.CODE) -> list[str]:
    change = Change([changed(base, head, path, role=role)])
    return [each.observation.rule for check in (functions, files, duplicates) for each in check(change)]


def test_a_new_function_is_complex_from_21_on() -> None:
    assert rules(None, branchy(20)) == ["architecture/complex-function"]
    assert rules(None, branchy(19)) == []


def test_an_old_function_is_told_when_it_grew_by_five_beyond_fifteen() -> None:
    assert rules(branchy(12), branchy(17)) == ["architecture/complex-function"]
    assert rules(branchy(14), branchy(17)) == []
    assert rules(branchy(5), branchy(12)) == []
    assert rules(branchy(30), branchy(30) + "\n\nX = 1\n") == []


def test_tests_may_be_as_they_are() -> None:
    assert rules(None, branchy(30), role=Role.TEST) == []


def test_a_function_that_grows_over_150_lines_is_long() -> None:
    body = "".join(f"    print({at})\n" for at in range(155))
    assert rules(None, "def f():\n" + body) == ["architecture/long-function"]
    assert rules("def f():\n" + body, "def f():\n" + body + "    print(1)\n") == []


def test_docstrings_are_not_counted() -> None:
    text = 'def f():\n    """Words.\n' + "    more\n" * 160 + '    """\n    return 1\n'
    assert rules(None, text) == []


def test_deep_nesting_is_told() -> None:
    text = "def f(x):\n" + "".join("    " * (at + 1) + f"if x[{at}]:\n" for at in range(6)) + "    " * 7 + "return 1\n"
    assert rules(None, text) == ["architecture/deep-nesting"]
    chain = "def f(x):\n    if x:\n        return 0\n" + "".join(
        f"    elif x == {at}:\n        return 1\n" for at in range(8)
    )
    assert rules(None, chain) == []


def test_many_parameters_of_a_new_function_are_told_and_those_by_name_are_not() -> None:
    assert rules(None, "def f(a, b, c, d, e, f, g, h, i): ...\n") == ["architecture/many-parameters"]
    assert rules(None, "def f(a, *, b, c, d, e, f, g, h, i): ...\n") == []
    assert rules(None, "class A:\n    def f(self, a, b, c, d, e, f, g, h): ...\n") == []


def test_a_file_that_grows_over_a_thousand_lines_is_told_once() -> None:
    lines = "".join(f"X{at} = {at}\n" for at in range(990))
    more = "".join(f"Y{at} = {at}\n" for at in range(20))
    assert rules(lines, lines + more) == ["architecture/large-file"]
    assert rules(lines + more, lines + more + "Z = 1\n") == []


def test_a_class_of_forty_methods_is_told() -> None:
    methods = [f"    def m{at}(self):\n        return {at}\n" for at in range(41)]
    small, large = ("class A:\n" + "".join(methods[:count]) for count in (30, 41))
    assert rules(small, large) == ["architecture/large-class"]


def test_the_same_block_twice_is_told_and_once_is_not() -> None:
    block = "".join(f"    value_{at} = compute({at})\n" for at in range(35))
    one, two = f"def f():\n{block}", f"\n\ndef g():\n{block}"
    assert rules(one, one + two) == ["architecture/duplicated-code"]
    assert rules(None, one) == []
    assert rules(None, "".join(f"{at},\n" for at in range(40)) * 2) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "function f(x) {\n" + "if (x) { x++; }\n" * 25 + "return x; }\n"),
        ("a.go", "package a\nfunc f(x int) int {\n" + "if x > 1 { x++ }\n" * 25 + "return x }\n"),
        ("A.java", "class A { int f(int x) {\n" + "if (x > 1) { x++; }\n" * 25 + "return x; } }\n"),
        ("a.c", "int f(int x) {\n" + "if (x > 1) { x++; }\n" * 25 + "return x; }\n"),
    ],
)
def test_other_languages_are_measured_by_lizard(path: str, text: str) -> None:
    assert rules(None, text, path) == ["architecture/complex-function"]


def test_what_nobody_can_measure_has_no_functions() -> None:
    assert measured(Source("a.py", "def f(:\n")) == ()
    assert measured(Source("Dockerfile", "FROM x\n")) == ()
    assert measured(Source("a.js", "x" * 600_000)) == ()


def test_complexity_counts_decisions() -> None:
    text = "def f(x):\n    return [y for y in x if y and x or y] if x else (lambda: 1 if x else 2)\n"
    assert measured(Source("a.py", text))[0].complexity == 5
