"""What a share of a sample may be in truth."""

import pytest

from training.intervals import wilson_interval


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    # Brown, Cai and DasGupta (2001) and the tables of R's prop.test(correct = FALSE).
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (48, 50, 0.8654, 0.9890),
    ],
)
def test_the_interval_is_that_of_wilson(hits: int, count: int, low: float, high: float) -> None:
    assert wilson_interval(hits, count) == pytest.approx((low, high), abs=5e-4)
