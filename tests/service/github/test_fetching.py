"""A pull request as a bundle: whole, bounded, and with no say in how it is reviewed."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from faultline.analyzers.review.bundle import Bundle, unpack
from faultline.service.github import archives, fetching
from faultline.service.github.archives import ArchiveUnreadable, members
from faultline.service.github.client import Installation
from faultline.service.github.errors import HeadMoved
from faultline.service.github.fetching import bundle
from faultline.service.github.patches import Mismatch
from tests.servers.git_repository import SYMLINK
from tests.servers.github_app import GitHubAppStandIn, Repository
from tests.service.github.conftest import LINES, changed

SHOP = "acme/shop"


async def fetched(installation: Installation, **more: int) -> tuple[Bundle, tuple[str, ...]]:
    found = await bundle(installation, SHOP, await installation.pull(SHOP, 1), **more)
    return unpack(io.BytesIO(found.data)), found.left_out


async def test_a_bundle_holds_both_versions_and_what_the_import_graph_needs(
    installation: Installation, repository: Repository
) -> None:
    found, left_out = await fetched(installation)
    assert found.diff == repository.git.diff("main", "topic")
    assert found.heads == {"app.py": changed(10, 40).encode(), "fresh.py": b"import app\nprint(app)\n"}
    assert found.bases == {"app.py": "".join(LINES).encode()}
    assert found.tree == {"pkg/util.py": b"import os\n"}
    assert (found.config, left_out, found.absent) == (None, (), {})
    assert found.base.startswith("main (")
    assert found.head == f"topic ({repository.git.resolve('topic')[:7]})"


async def test_the_same_pull_request_gives_the_same_bytes(installation: Installation, repository: Repository) -> None:
    pull = await installation.pull(SHOP, 1)
    assert (await bundle(installation, SHOP, pull)).data == (await bundle(installation, SHOP, pull)).data


async def test_a_pull_request_has_no_say_in_how_it_is_reviewed(
    installation: Installation, repository: Repository
) -> None:
    repository.git.commit("topic", {".faultline.toml": "[review]\nignore = ['*']\n", "pyproject.toml": "[theirs]\n"})
    found, _ = await fetched(installation)
    assert found.config is None
    repository.git.commit("main", {".faultline.toml": "[review]\n", "pyproject.toml": "[ours]\n"})
    repository.git.commit("topic2", {"app.py": changed(3), "pyproject.toml": "[theirs]\n"}, onto="main")
    repository.pulls[1].head_ref = "topic2"
    found, _ = await fetched(installation)
    assert found.config == b"[review]\n"
    assert found.tree["pyproject.toml"] == b"[ours]\n"


async def test_the_old_versions_are_those_where_the_branches_parted(
    installation: Installation, repository: Repository
) -> None:
    repository.git.commit("main", {"app.py": "".join(LINES) + "later = 1\n"})
    for limit in (50_000_000, 0):
        found, _ = await fetched(installation, tree_bytes=limit)
        assert found.bases == {"app.py": "".join(LINES).encode()}


async def test_without_an_archive_the_diff_is_taken_back(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    repository.git.commit("topic", {"moved.py": "import os\n", "pkg/util.py": None, "README.md": "bye"})
    found, left_out = await fetched(installation, tree_bytes=10)
    assert found.bases == {"app.py": "".join(LINES).encode(), "moved.py": b"import os\n", "README.md": b"hello\n"}
    assert found.tree == {}
    assert "larger than 10 bytes" in left_out[0]
    assert found.left_out == left_out
    assert not any("/contents/" in path and "main" in path for _, path in github.calls)


async def test_a_diff_that_names_no_hashes_is_taken_at_its_word(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    github.diff_too_large = True
    found, _ = await fetched(installation, tree_bytes=0)
    assert found.bases == {"app.py": "".join(LINES).encode()}


async def test_links_and_binaries_are_never_read(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    repository.git.commit(
        "topic", {"link.py": (SYMLINK, "/etc/passwd"), "a.bin": b"\0" * 9, "big.py": b"x = 1\n" * 200_000}
    )
    found, _ = await fetched(installation)
    assert set(found.heads) == {"app.py", "fresh.py"}
    assert found.absent == {"big.py": "larger than 1 MB"}
    assert not github.made("GET", "/contents/link.py")


async def test_of_a_change_of_very_many_files_the_archive_is_read(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    repository.git.commit("topic", {f"many/{number:03}.py": f"x = {number}\n" for number in range(120)})
    found, _ = await fetched(installation)
    assert len(found.heads) == 122
    assert sum("/contents/" in path for _, path in github.calls) == 1  # the config
    assert github.made("GET", "/files") == 0


async def test_what_is_too_much_is_said(
    installation: Installation, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_CONTENT", 100)
    monkeypatch.setattr(fetching, "MAX_SINGLE", 3)
    monkeypatch.setattr(fetching, "MAX_FILES", 5)
    monkeypatch.setattr(fetching, "MAX_TREE_FILES", 0)
    repository.git.commit("topic", {f"many/{number:03}.py": f"x = {number}\n" for number in range(6)})
    found, left_out = await fetched(installation)
    assert set(found.heads) == {"fresh.py", "many/000.py"}
    assert found.absent["app.py"] == "the change is larger than 0 MB"
    assert found.absent["many/002.py"] == "the change has too many files"
    assert left_out == (
        "3 of 8 changed files are too many",
        "1 unchanged Python files are not in the import graph",
    )


async def test_a_push_in_the_middle_is_noticed(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    pull = await installation.pull(SHOP, 1)
    repository.git.commit("topic", {"app.py": changed(11, 40)})
    with pytest.raises(HeadMoved):
        await bundle(installation, SHOP, pull)


def test_an_archive_that_is_none_or_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"", b"no archive", b"\x1f\x8b\x08\0\0\0\0\0\0\3garbage"):
        with pytest.raises(ArchiveUnreadable):
            members(data, lambda path, size: True)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, kind in (("top/a.py", tarfile.REGTYPE), ("top/l.py", tarfile.SYMTYPE), ("top/../b", tarfile.REGTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            entry.size = 3_000_000 if kind == tarfile.REGTYPE else 0
            archive.addfile(entry, io.BytesIO(bytes(entry.size)))
    assert set(members(out.getvalue(), lambda path, size: path == "a.py")) == {"a.py"}
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(ArchiveUnreadable, match="1 GB"):
        members(out.getvalue(), lambda path, size: False)
    monkeypatch.undo()
    monkeypatch.setattr(archives, "MAX_MEMBERS", 1)
    with pytest.raises(ArchiveUnreadable, match="more than 1 files"):
        members(out.getvalue(), lambda path, size: False)


async def test_where_the_branches_parted_need_not_be_known(
    installation: Installation, repository: Repository, github: GitHubAppStandIn
) -> None:
    pull = await installation.pull(SHOP, 1)
    repository.git.commit("main", {"app.py": "".join(LINES) + "later = 1\n"})
    elsewhere = replace(pull, base_sha=repository.git.resolve("main"))
    github.answer = _without("/compare/", github.answer)  # type: ignore[method-assign]
    found = unpack(io.BytesIO((await bundle(installation, SHOP, elsewhere)).data))
    assert found.bases == {"app.py": "".join(LINES).encode()}


def _without(part: str, answer: Callable[..., Any]) -> Callable[..., Any]:
    def without(method: str, path: str, *more: Any) -> Any:
        return answer(method, path.replace(part, "/nothing/"), *more)

    return without


async def test_what_neither_an_archive_nor_the_diff_gives_is_asked_for(
    installation: Installation, repository: Repository, github: GitHubAppStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def differs(*_: bytes) -> bytes:
        raise Mismatch("a line differs")

    monkeypatch.setattr(fetching, "reversed_onto", differs)
    monkeypatch.setattr(fetching, "MANY", 1)
    github.answer = _without("/tarball/", github.answer)  # type: ignore[method-assign]
    found, left_out = await fetched(installation)
    assert found.bases == {"app.py": "".join(LINES).encode()}
    assert set(found.heads) == {"app.py", "fresh.py"}
    assert left_out == ("the import graph: GitHub does not give the repository's archive",)
    monkeypatch.undo()
    monkeypatch.setattr(archives, "MAX_MEMBERS", 0)
    github.answer = type(github).answer.__get__(github)  # type: ignore[method-assign]
    found, left_out = await fetched(installation)
    assert found.bases == {"app.py": "".join(LINES).encode()}
    assert left_out == ("the import graph: the repository's archive: it holds more than 0 files",)
