import pytest

from server.render.ticks import Beat, following


@pytest.mark.parametrize(
    ("clock", "expected"),
    [(3.2, 5), (4.9, 5), (5.0, 5), (7.4, 5), (10.9, 5), (11.2, 11), (500.7, 500)],
)
def test_a_short_delay_is_caught_up_and_a_long_one_left_out(clock: float, expected: int) -> None:
    assert following(4, clock, fps=24) == expected


@pytest.mark.parametrize(
    ("clock", "rest", "expected"),
    [(4.1, 0.01, 5), (4.9, 0.01, 6), (4.5, 0.1, 7), (9.5, 0.001, 10), (3.0, 0.001, 5)],
)
def test_a_rest_is_kept_and_nothing_is_caught_up(clock: float, rest: float, expected: int) -> None:
    assert following(4, clock, 24, rest) == expected


@pytest.mark.asyncio
async def test_ticks_begin_at_zero_and_rise() -> None:
    beat = Beat(1000)
    numbers = [await beat.next() for _ in range(20)]
    assert numbers[0] == 0
    assert numbers == sorted(set(numbers))
