import pytest

from phosphene.render.worker.cpu_load import ENOUGH_S, CpuLoad


def test_what_clips_on_air_take_of_the_cores() -> None:
    one = CpuLoad()
    one.count_clip(10.0, 1.0, live=True, by=1)
    assert one.take_load() is None
    one.count_clip(12.0, 1.5, live=True, by=1)
    one.count_clip(15.0, 3.0, live=True, by=-1)
    one.count_clip(16.0, 3.25, live=True, by=-1)
    one.count_clip(99.0, 9.0, live=True, by=1)
    assert one.take_load() == pytest.approx((0.5 + 1.5 + 0.25) / (2 + 2 * 3 + 1))
    assert one.take_load() is None


def test_files_that_are_made_beside_do_not_count() -> None:
    one = CpuLoad()
    one.count_clip(0.0, 0.0, live=True, by=1)
    one.count_clip(1.0, 0.5, live=False, by=1)
    one.count_clip(9.0, 16.5, live=False, by=-1)
    one.count_clip(9.0 + ENOUGH_S, 18.5, live=True, by=-1)
    assert one.take_load() == pytest.approx(2.5 / (1 + ENOUGH_S))
