from __future__ import annotations

import resource
import subprocess
import sys

import numpy as np
import onnxruntime
import pytest

from faultline.embedding.lean import lean
from faultline.embedding.weights import MINILM
from tests.unmeasured import environment


def test_the_changed_graph_gives_the_same_numbers() -> None:
    ids = np.array([[101, 2073, 2003, 2026, 20463, 102]])
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    model = MINILM.read()
    before, after = (
        onnxruntime.InferenceSession(each, providers=["CPUExecutionProvider"]).run(None, given)[0]
        for each in (model, lean(model))
    )
    assert np.allclose(before, after, atol=1e-5)


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is kilobytes there")
@pytest.mark.usefixtures("static_table")
def test_all_models_together_stay_below_two_hundred_megabytes() -> None:
    code = (
        "import resource; from faultline.analyzers.conversation import sentiment, taxonomy; "
        "texts = ['where is my parcel?', 'so they said', 'hm, no']; taxonomy.builtin().judge(texts); "
        "sentiment.judge(texts); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    # A child's peak counts what its parent held when it was started, so that a parent of its own starts it.
    launch = f"import subprocess, sys; print(subprocess.check_output([sys.executable, '-c', {code!r}], text=True))"
    ran = subprocess.run([sys.executable, "-c", launch], env=environment(), capture_output=True, text=True, check=True)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    assert int(ran.stdout) < max(200, own)
