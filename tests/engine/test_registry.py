from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, distributions, entry_points
from pathlib import Path

import pytest

from faultline.core.analyzer import ENTRY_POINT_GROUP
from faultline.core.errors import AnalyzerFailed, UsageError
from faultline.engine.registry import BUILT_IN, OURS, Registry
from tests import toys


class NoVersion(toys.WordAnalyzer):
    kind = "x"
    version = ""


class NoOptions(toys.WordAnalyzer):
    kind = "x"
    options_type = dict  # type: ignore[assignment]


class NoSteps:
    kind = "x"
    version = "1"
    options_type = toys.WordOptions
    result_type = toys.WordResult

    def validate(self) -> None: ...


class WantsArguments(toys.WordAnalyzer):
    kind = "x"

    def __init__(self, needed: str) -> None: ...


def test_listing_kinds_imports_no_analyzer() -> None:
    registry = Registry([toys.point("b", "no.such.module:Thing"), toys.point("a", "no.such.module:Thing")])
    assert [entry.kind for entry in registry.registrations()] == ["a", "b"]


def test_one_instance_of_an_analyzer_serves_every_call() -> None:
    registry = toys.registry()
    assert registry.load("word") is registry.load("word")


def test_an_unknown_kind_is_told_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no analyzer for kind 'nope'; known kinds: crash, word"):
        toys.registry("WordAnalyzer", "CrashingAnalyzer").load("nope")


def test_an_empty_registry_asks_whether_faultline_is_installed() -> None:
    with pytest.raises(UsageError, match="is Faultline installed"):
        Registry([]).load("ci")


def test_a_plugin_that_cannot_be_imported_is_an_analyzer_that_failed() -> None:
    with pytest.raises(AnalyzerFailed, match="cannot be loaded: ModuleNotFoundError"):
        Registry([toys.point("x", "no.such.module:Thing")]).load("x")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NoVersion", "it has no version"),
        ("NoOptions", "its options_type is not a subclass of Options"),
        ("NoSteps", "it lacks prefilter, agents, conclude"),
        ("WantsArguments", "cannot be loaded: TypeError"),
    ],
)
def test_a_broken_contract_is_named(name: str, words: str) -> None:
    with pytest.raises(AnalyzerFailed, match=words):
        Registry([toys.point("x", f"{__name__}:{name}")]).load("x")


def test_a_kind_registered_under_another_name_breaks_the_contract() -> None:
    with pytest.raises(AnalyzerFailed, match="registered as 'y' but says its kind is 'word'"):
        Registry([toys.point("y", "tests.toys:WordAnalyzer")]).load("y")


@pytest.mark.parametrize("turn", [1, -1])
def test_our_own_analyzer_is_never_replaced_by_a_plugin(tmp_path: Path, turn: int) -> None:
    for name in ("aaa-plugin", OURS, "zzz-plugin"):
        toys.install(tmp_path, name, "1.0", [("word", f"{name}.module:Analyzer")])
    points = [point for found in distributions(path=[str(tmp_path)]) for point in found.entry_points]
    (entry,) = Registry(sorted(points, key=lambda point: point.value)[::turn]).registrations()
    assert (entry.distribution, entry.distribution_version) == (OURS, "1.0")


def test_the_failure_of_a_plugin_names_its_package(tmp_path: Path) -> None:
    toys.install(tmp_path, "bad-plugin", "1.0", [("bad", "no.such.module:Thing")])
    points = [point for found in distributions(path=[str(tmp_path)]) for point in found.entry_points]
    with pytest.raises(AnalyzerFailed, match="kind 'bad' \\(from bad-plugin\\)"):
        Registry(points).load("bad")


def test_installed_analyzers_are_looked_up_once() -> None:
    assert Registry.installed() is Registry.installed()


def test_what_is_known_of_our_own_is_what_their_entry_points_say() -> None:
    points = entry_points(group=ENTRY_POINT_GROUP)
    assert {each.name: each.value for each in points if each.dist and each.dist.name == OURS} == BUILT_IN


def test_for_our_own_kinds_nobody_is_searched_for() -> None:
    def search() -> Iterator[EntryPoint]:
        pytest.fail("it looked")
        yield

    registry = Registry(search(), {"word": "tests.toys:WordAnalyzer"})
    assert registry.load("word").kind == "word"


def test_the_engine_imports_neither_a_terminal_library_nor_a_server() -> None:
    code = "import sys, faultline.engine; print(*{m.split('.')[0] for m in sys.modules} & {'rich', 'typer', 'fastapi'})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
