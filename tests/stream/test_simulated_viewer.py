import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.stream.simulated_viewer import SimulatedViewer
from phosphene.units import Unit

FPS = 10


def watch(times: list[float]) -> SimulatedViewer:
    one = SimulatedViewer(FPS)
    one.see_unit(Unit(0, True, 0, 0.5, False, b""), 0.0)
    for frame, at in enumerate(times):
        one.see_unit(Unit(frame, False, frame, 0.0, True, b""), at)
    return one


def test_pictures_within_their_time_are_no_stall() -> None:
    one = watch([5.0, 5.1, 5.29, 5.3, 5.1 + 0.39])
    assert (one.pictures, one.late, one.stalled_s) == (5, 0, 0.0)


def test_a_late_picture_stops_the_clock_once() -> None:
    one = watch([5.0, 5.1, 6.2, 6.3, 6.4])
    assert (one.pictures, one.late) == (5, 1)
    assert one.stalled_s == pytest.approx(1.0)


@given(st.lists(st.floats(0, 3), max_size=50))
def test_it_never_stands_still_for_longer_than_it_waited(gaps: list[float]) -> None:
    times = [sum(gaps[: at + 1]) for at in range(len(gaps))]
    one = watch(times)
    assert 0 <= one.late <= max(0, one.pictures - 1)
    assert 0 <= one.stalled_s <= sum(gaps) + 1e-6
