from __future__ import annotations

import copy
import pickle

import pytest

from faultline.core.errors import AnalyzerFailed, ArtifactRejected, FaultlineError, UsageError


@pytest.mark.parametrize(
    "error",
    [
        ArtifactRejected("too large", name="build.log", limit="1 MB"),
        ArtifactRejected("empty"),
        UsageError("no such kind"),
        AnalyzerFailed("it crashed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_after_it_went_from_process_to_process(error: FaultlineError) -> None:
    error.add_note("seen by nobody")
    for restored in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(restored) is type(error)
        assert str(restored) == str(error)
        assert vars(restored) == vars(error)
