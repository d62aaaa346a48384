from __future__ import annotations

from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from faultline.core.errors import UsageError
from faultline.embedding import MissingExtra, weights
from faultline.embedding.weights import TOKENIZER, Weights, WrongWeights


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    spec = ModuleSpec("some_weights", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(weights, "find_spec", lambda name: spec if name == "some_weights" else None)
    return tmp_path


HELLO = Weights("some_weights", "model.bin", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")


def test_a_file_with_the_expected_digest_is_read(package: Path) -> None:
    (package / "model.bin").write_bytes(b"hello")
    assert HELLO.read() == b"hello"


def test_an_altered_file_is_refused_with_what_to_do(package: Path) -> None:
    (package / "model.bin").write_bytes(b"hellO")
    with pytest.raises(WrongWeights, match=r"model\.bin .* altered; .*--force-reinstall") as refused:
        HELLO.read()
    assert isinstance(refused.value, UsageError)


def test_a_file_that_is_gone_is_refused(package: Path) -> None:
    with pytest.raises(WrongWeights, match="missing"):
        HELLO.read()


def test_a_package_that_is_not_installed_is_the_missing_extra(package: Path) -> None:
    with pytest.raises(MissingExtra):
        Weights("no_such_package", "model.bin", "").read()


def test_the_documentation_names_the_digests() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "dependencies.md").read_text()
    assert weights.MINILM.digest in page
    assert TOKENIZER.digest in page
