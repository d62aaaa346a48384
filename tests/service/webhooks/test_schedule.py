from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.service.webhooks.schedule import DELAYS, delay_after

chances = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 5), (2, 300), (3, 1800), (4, 7200), (5, 18000), (6, 36000), (7, 36000)]
)
def test_a_failed_attempt_is_followed_by_one_after_the_documented_time(attempt: int, seconds: float) -> None:
    assert delay_after(attempt, None, 0.5) == timedelta(seconds=seconds)


def test_the_eighth_attempt_is_the_last() -> None:
    assert delay_after(8, None, 0.5) is None
    assert delay_after(8, 60, 0.5) is None


@given(attempt=st.integers(1, len(DELAYS)), chance=chances)
def test_jitter_stays_within_a_tenth(attempt: int, chance: float) -> None:
    delay = delay_after(attempt, None, chance)
    assert delay is not None
    assert DELAYS[attempt - 1] * 0.899 <= delay <= DELAYS[attempt - 1] * 1.101


@given(attempt=st.integers(1, len(DELAYS)), chance=chances, retry_after=st.floats(0, 1e12))
def test_retry_after_makes_the_wait_longer_up_to_a_day_and_never_shorter(
    attempt: int, chance: float, retry_after: float
) -> None:
    plain, asked = delay_after(attempt, None, chance), delay_after(attempt, retry_after, chance)
    assert plain is not None
    assert asked is not None
    assert asked >= plain
    assert asked <= timedelta(hours=24)
    assert asked >= min(timedelta(seconds=retry_after), timedelta(hours=24))
