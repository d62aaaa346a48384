from collections.abc import Mapping

from faultline.analyzers.review.architecture.imports import imports
from faultline.analyzers.review.change import Change
from faultline.analyzers.review.config import Config
from faultline.analyzers.review.engines.modules import Modules, scanned
from tests.analyzers.review.parts import changed

INITS = {"pkg/__init__.py": b"", "pkg/sub/__init__.py": b"", "pkg/other/__init__.py": b""}


def seen(change: Change) -> list[tuple[str, str, int]]:
    return [(each.observation.rule, each.path, each.observation.line) for each in imports(change)]


def of(base: str | None, head: str, tree: Mapping[str, str], path: str = "pkg/a.py", **more: object) -> Change:
    files = {name: text.encode() for name, text in tree.items()}
    return Change([changed(base, head, path)], tree={**INITS, **files}, **more)  # type: ignore[arg-type]


def test_an_import_that_closes_a_cycle_is_told_at_its_line() -> None:
    change = of(
        "X = 1\n", "X = 1\nfrom pkg import b\n", {"pkg/b.py": "from pkg.c import Y\n", "pkg/c.py": "import pkg.a\n"}
    )
    assert seen(change) == [("architecture/import-cycle", "pkg/a.py", 2)]
    assert "pkg.a -> pkg.b -> pkg.c -> pkg.a." in next(iter(imports(change))).observation.message


def test_a_cycle_that_was_there_before_is_not() -> None:
    text = "from pkg import b\n"
    assert seen(of(text, text + "X = 1\n", {"pkg/b.py": "from pkg import a\n"})) == []


def test_imports_in_functions_and_for_types_close_no_cycle() -> None:
    tree = {"pkg/b.py": "from pkg import a\n"}
    assert seen(of("X = 1\n", "def f():\n    from pkg import b\n", tree)) == []
    guarded = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pkg import b\n"
    assert seen(of("X = 1\n", guarded, tree)) == []
    assert seen(of("X = 1\n", "from pkg import b\n", {"pkg/b.py": "def f():\n    from pkg import a\n"})) == []


def test_a_package_and_its_own_modules_may_import_each_other() -> None:
    assert seen(of("", "from pkg import X\n", {"pkg/__init__.py": "from pkg import a\n"})) == []


def test_relative_imports_are_followed() -> None:
    change = of(None, "from .. import b\n", {"pkg/b.py": "from .sub import a\n"}, path="pkg/sub/a.py")
    assert seen(change) == [("architecture/import-cycle", "pkg/sub/a.py", 1)]


def test_of_whole_files_every_cycle_is_told_once() -> None:
    texts = {"p/__init__.py": "", "p/a.py": "import p.b\n", "p/b.py": "import p.c\n", "p/c.py": "import p.a\n"}
    change = Change([changed(None, text, path) for path, text in sorted(texts.items())], whole=True)
    assert [rule for rule, _, _ in seen(change)] == ["architecture/import-cycle"]


def test_a_tree_with_a_syntax_error_is_read_without_that_file() -> None:
    tree = {"pkg/b.py": "from pkg import a\n", "pkg/broken.py": "def f(:\n", "pkg/two.py": "class\n"}
    assert seen(of("X = 1\n", "from pkg import b\n", tree)) == [("architecture/import-cycle", "pkg/a.py", 1)]


def test_names_that_are_no_modules_are_left_out() -> None:
    paths = [
        "../x.py",
        "a b/c.py",
        "pkg/__init__.py",
        "pkg/a.py",
        "script.py",
        "src/other/__init__.py",
        "src/other/b.py",
    ]
    modules = Modules(paths)
    assert set(modules.path_of) == {"pkg", "pkg.a", "other", "other.b"}
    assert modules.resolve("pkg.a.Name") == "pkg.a"
    assert modules.resolve("nobody.at.all") is None
    assert scanned(modules, {}) == []


def test_an_import_against_the_layers_is_told() -> None:
    config = Config(layers=("pkg.api", "pkg.core"))
    tree = {"pkg/api.py": "", "pkg/core.py": ""}
    up = of("", "from pkg.api import X\n", tree, path="pkg/core.py", config=config)
    down = of("", "def f():\n    import pkg.core\n", tree, path="pkg/api.py", config=config)
    assert seen(up) == [("architecture/layer-break", "pkg/core.py", 1)]
    assert seen(down) == []


def test_a_private_module_of_another_package_is_told_where_nobody_did_so_before() -> None:
    base = "".join(f"X{at} = {at}\n" for at in range(250))
    tree = {"pkg/other/_hidden.py": ""}
    told = of(base, base + "from pkg.other._hidden import y\n", tree, path="pkg/sub/a.py")
    assert seen(told) == [("architecture/private-import", "pkg/sub/a.py", 251)]
    own = of(base, base + "from pkg.other._hidden import y\n", tree, path="pkg/other/a.py")
    assert seen(own) == []
    usual = of(
        base + "from pkg.other._hidden import z\n",
        base + "from pkg.other._hidden import y, z\n",
        tree,
        path="pkg/sub/a.py",
    )
    assert seen(usual) == []
    assert seen(of("X = 1\n", "from pkg.other._hidden import y\n", tree, path="pkg/sub/a.py")) == []
