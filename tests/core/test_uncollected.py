import gc

import pytest

from faultline.core.uncollected import Uncollected


def test_the_collector_rests_until_the_last_one_leaves() -> None:
    assert gc.isenabled()
    with Uncollected():
        with Uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_failure_leaves_it_as_it_was() -> None:
    @Uncollected()
    def fails() -> None:
        raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fails()
    assert gc.isenabled()


def test_who_had_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with Uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
