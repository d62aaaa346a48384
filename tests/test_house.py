"""What the repository promises about itself: locks, targets, documents, and nothing of anybody's machine."""

import ast
import importlib
import os
import pkgutil
import re
import socket
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import faultline

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("base", "server", "build", "dev", "bench", "model")
EXTRAS = ("server", "ai", "conversation")
"""What `make install` and a server have of the extras."""
MARKDOWN_LINK = re.compile(r"\]\(([^)\s]+)\)")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)")


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def group(name: str) -> list[Requirement]:
    """The requirements of one dependency group, those of the groups it includes as well."""
    found: list[Requirement] = []
    for entry in PROJECT["dependency-groups"][name]:
        found += group(entry["include-group"]) if isinstance(entry, dict) else [Requirement(entry)]
    return found


def runtime() -> list[Requirement]:
    return [Requirement(entry) for entry in PROJECT["project"]["dependencies"]]


def extra(name: str) -> list[Requirement]:
    return [Requirement(entry) for entry in PROJECT["project"]["optional-dependencies"].get(name, [])]


def declared(lock: str) -> list[Requirement]:
    extras = [requirement for name in EXTRAS for requirement in extra(name)]
    if lock in ("base", "server"):
        return runtime() + (extras if lock == "server" else [])
    return group(lock) + (runtime() + extras if lock not in ("build", "model") else [])


def entries(lock: str) -> list[str]:
    """The lock's entries, each with its continuation lines."""
    return (ROOT / "locks" / f"{lock}.txt").read_text().replace("\\\n", " ").splitlines()


def pins(lock: str) -> dict[str, str]:
    found = [match for entry in entries(lock) if (match := PIN.match(entry))]
    return {canonicalize_name(name): version for name, version in (match.groups() for match in found)}


def test_every_module_can_be_imported() -> None:
    """Coverage knows only of what was imported."""
    skipped = ("faultline.service.migrations.",)  # alembic runs them
    names = [each.name for each in pkgutil.walk_packages(faultline.__path__, "faultline.")]
    for name in names:
        if not name.startswith(skipped) and not name.endswith("__main__"):
            importlib.import_module(name)
    assert len(names) > 400


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_pin_with_its_hashes_and_nothing_else(lock: str) -> None:
    entry_form = re.compile(r"[a-z0-9._-]+==[\w.+!-]+( ; [^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+")
    assert [entry for entry in entries(lock) if not entry_form.fullmatch(entry)] == []
    assert pins(lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_a_registry(lock: str) -> None:
    text = (ROOT / "locks" / f"{lock}.txt").read_text()
    assert not re.search(r"://|file:|index-url|find-links|trusted-host|@", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_declared_dependency_is_pinned_at_a_version_it_allows(lock: str) -> None:
    pinned = pins(lock)
    for requirement in declared(lock):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} is not in locks/{lock}.txt: run `make lock`"
        assert version in requirement.specifier, f"{requirement} against {version}: run `make lock`"


@pytest.mark.parametrize("lock", ["base", "server", "build", "dev"])
def test_the_locks_agree_with_each_other(lock: str) -> None:
    assert pins(lock).items() <= pins("bench").items()


def test_the_build_back_end_is_locked_as_it_is_required() -> None:
    required = {Requirement(entry) for entry in PROJECT["build-system"]["requires"]}
    assert required <= set(group("build"))


def test_the_version_is_said_once_and_the_same() -> None:
    assert faultline.__version__ == PROJECT["project"]["version"]


def test_the_dependency_page_names_what_is_declared_and_nothing_else() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \|$", page, re.MULTILINE)
    extras = [Requirement(e) for extra in PROJECT["project"]["optional-dependencies"].values() for e in extra]
    names = {r.name for lock in LOCKS for r in declared(lock)} | {r.name for r in extras}
    assert sorted(name for name, _ in rows) == sorted(names)
    assert all(len(reason.split()) >= 2 for _, reason in rows)


def test_make_alone_lists_every_target_with_words() -> None:
    rules = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    targets = set(" ".join(rules).split())
    listed = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=ROOT,
        env={**os.environ, "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    described = dict(re.findall(r"^make (\S+)\s+(\S.*)$", listed, re.MULTILINE))
    assert described.keys() == targets
    assert targets >= {"install", "run", "test", "test-full", "lint", "bench", "fmt", "docs", "lock", "clean"}


def test_the_gate_of_every_change_can_be_started_and_checks_both() -> None:
    gate = ROOT / ".ci" / "run"
    assert gate.stat().st_mode & 0o111
    assert "make lint test" in gate.read_text()


@pytest.mark.parametrize(
    "page", [p for p in tracked_files() if p.suffix == ".md" and "labels" not in p.parts], ids=lambda p: p.name
)
def test_every_relative_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    targets = [
        t.partition("#")[0] for t in MARKDOWN_LINK.findall(text) if "://" not in t and not t.startswith("mailto:")
    ]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


def test_no_tracked_file_knows_the_machine_it_was_written_on() -> None:
    # Homes that stand in everybody's CI logs, and host names too short to mean anything, say nothing about us.
    home, host = str(Path.home()), socket.gethostname()
    names = [str(ROOT)] + [home] * (home not in ("/root", "/home/runner")) + [host] * (len(host) >= 8)
    leaks = [
        (path.relative_to(ROOT).as_posix(), name)
        for path in tracked_files()
        for name in names
        if name.encode() in path.read_bytes()
    ]
    assert leaks == []


@pytest.mark.parametrize("name", ["Makefile", ".ci/run", "pyproject.toml", "README.md", "CONTRIBUTING.md"])
def test_nothing_we_install_with_names_a_registry(name: str) -> None:
    assert not re.search(r"index-url|find-links|trusted-host|file://|/simple\b", (ROOT / name).read_text())


def test_the_architecture_page_names_every_room_and_every_noun_of_the_core() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    source = ROOT / "src" / "faultline"
    rooms = {p.parent.name + "/" for p in source.glob("*/__init__.py")}
    modules = {p.name for p in (source / "core").glob("*.py") if p.name != "__init__.py"}
    nouns = {
        node.name
        for path in (source / "core").glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    }
    words = set(re.findall(r"[\w.]+/?", page))
    assert {name for name in rooms | modules | nouns if name not in words and name + "." not in words} == set()


def test_the_example_log_looks_as_the_provider_writes_it() -> None:
    log = (ROOT / "examples" / "logs" / "github-actions-pytest.log").read_bytes()
    lines = log.removeprefix(b"\xef\xbb\xbf").splitlines()
    assert len(lines) > 120
    assert all(re.match(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ", line) for line in lines)
    assert b"\x1b[31m" in log
    assert any(line.endswith(b"##[error]Process completed with exit code 1.") for line in lines)
