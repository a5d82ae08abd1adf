import pytest

from phosphene.render.worker.pacing import FrameClock, LatenessCounter, PartGrid, following_tick
from phosphene.units import Unit


@pytest.mark.parametrize(
    ("clock", "expected"),
    [(3.2, 5), (4.9, 5), (5.0, 5), (7.4, 5), (10.9, 5), (11.2, 11), (500.7, 500)],
)
def test_a_short_delay_is_caught_up_and_a_long_one_left_out(clock: float, expected: int) -> None:
    assert following_tick(4, clock, fps=24) == expected


@pytest.mark.parametrize(
    ("clock", "rest", "expected"),
    [(4.1, 0.01, 5), (4.9, 0.01, 6), (4.5, 0.1, 7), (9.5, 0.001, 10), (3.0, 0.001, 5)],
)
def test_a_rest_is_kept_and_nothing_is_caught_up(clock: float, rest: float, expected: int) -> None:
    assert following_tick(4, clock, 24, rest) == expected


@pytest.mark.asyncio
async def test_ticks_begin_at_zero_and_rise() -> None:
    clock = FrameClock(1000)
    numbers = [await clock.next_tick() for _ in range(20)]
    assert numbers[0] == 0
    assert numbers == sorted(set(numbers))


def late(*shown: tuple[int, float]) -> tuple[int, int]:
    punctual = LatenessCounter(10)
    for tick, after_s in shown:
        punctual.count_picture(tick, after_s)
    return punctual.pictures, punctual.late


def test_pictures_that_come_late_beside_the_first_are_counted() -> None:
    assert late((5, 0.02), (6, 0.03), (7, 0.11), (8, 0.02)) == (4, 0)
    assert late((5, 0.02), (6, 0.13), (7, 0.2), (8, 0.02)) == (4, 2)
    assert late((5, 0.3), (6, 0.35)) == (2, 0)


def test_ticks_that_are_left_out_make_a_picture_late() -> None:
    assert late((5, 0.02), (6, 0.02), (9, 0.02), (10, 0.02)) == (4, 1)


def test_a_picture_is_missing_wherever_a_part_ends() -> None:
    grid = PartGrid(24)
    assert not grid.missing_ticks(100)
    for pts, key, tick, missing in (
        (0, True, 6, []),
        (0, True, 7, [6]),
        (5, False, 20, [6, 12, 18]),
        (6, False, 12, []),
        (14, True, 27, [20, 26]),
        (20, False, 27, [26]),
    ):
        grid.add_unit(Unit(pts, key, 0, 0.0, False, b""))
        assert list(grid.missing_ticks(tick)) == missing, (pts, tick)
