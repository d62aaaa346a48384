import pytest

from faultline.analyzers.review.architecture.contracts import breaks, dependencies
from faultline.analyzers.review.change import Change, ChangeCheck
from tests.analyzers.review.parts import changed

INIT = {"pkg/__init__.py": b""}
USER = b"from pkg.a import load\n\nprint(load(1))\n"
OLD = "def load(path):\n    return path\n"


def rules(check: ChangeCheck, change: Change) -> list[tuple[str, int]]:
    return [(each.observation.rule, each.observation.line) for each in check(change)]


@pytest.mark.parametrize("head", ["def load(path, mode):\n    return path\n", "def load():\n    return 1\n", "X = 1\n"])
def test_a_function_that_others_call_the_old_way_is_told(head: str) -> None:
    change = Change([changed(OLD, head, "pkg/a.py")], tree={**INIT, "pkg/user.py": USER})
    assert rules(breaks, change) == [("architecture/breaking-change", 1)]


@pytest.mark.parametrize(
    "head",
    [
        "def load(path, mode=1):\n    return path\n",
        "def load(*paths):\n    return paths\n",
        "from pkg.b import load\n",
        "from pkg.b import *\n",
        "def __getattr__(name):\n    return name\n",
        "load = print\n",
    ],
)
def test_what_still_answers_the_old_calls_is_no_break(head: str) -> None:
    change = Change([changed(OLD, head, "pkg/a.py")], tree={**INIT, "pkg/user.py": USER})
    assert rules(breaks, change) == []


def test_callers_that_change_with_it_are_no_break() -> None:
    new = "from pkg.a import load\n\nprint(load(1, 2))\n"
    head = "def load(path, mode):\n    return path\n"
    files = [changed(OLD, head, "pkg/a.py"), changed(USER.decode(), new, "pkg/user.py")]
    assert rules(breaks, Change(files, tree=INIT)) == []


def test_a_function_that_nobody_else_uses_may_go() -> None:
    assert (
        rules(breaks, Change([changed(OLD, "X = 1\n", "pkg/a.py")], tree={**INIT, "pkg/user.py": b"load = 1\n"})) == []
    )


def test_private_functions_may_go() -> None:
    change = Change(
        [changed("def _load():\n    return 1\n", "X = 1\n", "pkg/a.py")],
        tree={**INIT, "pkg/user.py": b"from pkg.a import _load\n"},
    )
    assert rules(breaks, change) == []


PROJECT = '[project]\nname = "pkg"\ndependencies = [\n  "httpx>=1",\n]\n'


def test_an_import_that_nobody_declares_is_told() -> None:
    tree = {**INIT, "pyproject.toml": PROJECT.encode()}
    head = "import os\nimport httpx\nimport leftpad\nfrom . import b\nimport pkg.b\n"
    assert rules(dependencies, Change([changed("", head, "pkg/a.py")], tree=tree)) == [
        ("architecture/undeclared-dependency", 3)
    ]


@pytest.mark.parametrize("name", ["yaml", "ruamel.yaml", "tests", "httpx"])
def test_an_import_under_another_name_is_declared(name: str) -> None:
    tree = {**INIT, "tests/__init__.py": b"", "requirements.txt": b"PyYAML==6\nruamel.yaml\nhttpx\n"}
    assert rules(dependencies, Change([changed("", f"import {name}\n", "pkg/a.py")], tree=tree)) == []


def test_an_optional_import_needs_no_declaration() -> None:
    tree = {**INIT, "pyproject.toml": PROJECT.encode()}
    head = "try:\n    import leftpad\nexcept ImportError:\n    leftpad = None\n"
    assert rules(dependencies, Change([changed("", head, "pkg/a.py")], tree=tree)) == []


@pytest.mark.parametrize(
    ("path", "base", "head", "line"),
    [
        ("pyproject.toml", PROJECT, PROJECT.replace('1",', '1",\n  "leftpad",'), 5),
        ("requirements.txt", "httpx\n", "httpx\nleftpad==1\n-r other.txt\n", 2),
        ("package.json", '{"dependencies": {}}\n', '{"dependencies": {\n"left-pad": "1"}}\n', 2),
    ],
)
def test_a_new_dependency_that_nobody_imports_is_told(path: str, base: str, head: str, line: int) -> None:
    change = Change([changed(base, head, path)], tree={**INIT, "setup.cfg": b""})
    assert rules(dependencies, change) == [("architecture/unused-dependency", line)]
    used = Change([changed(base, head, path)], tree={**INIT, "pkg/a.py": b"import leftpad  # left-pad\n"})
    assert rules(dependencies, used) == []


@pytest.mark.parametrize("text", ["[project", "[project]\ndependencies = 3\n", "project = 1\n"])
def test_a_broken_manifest_lists_nothing(text: str) -> None:
    change = Change([changed(PROJECT, text, "pyproject.toml")], tree=INIT)
    assert rules(dependencies, change) == []
