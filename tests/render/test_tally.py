import pytest

from server.render.schedule import Cost
from server.render.tally import Tally
from server.status import Passes


def test_passes_are_counted_by_how_many_clips_shared_them() -> None:
    tally = Tally()
    for size, seconds in ((2, 0.5), (1, 0.25), (2, 1.0)):
        tally.round(size, seconds)
    assert tally.passes() == (Passes(1, 1, 0.25), Passes(2, 2, 1.5))


def test_the_load_of_clips_on_air_is_kept_true() -> None:
    tally = Tally()
    tally.take_load()
    tally.cost = Cost(first=1.0, second=0.1, shown=0.1, load=0.4)
    tally.occupancy.change(0.0, 0.0, live=True, by=1)
    tally.occupancy.change(10.0, 2.0, live=True, by=-1)
    tally.take_load()
    assert tally.cost.load == pytest.approx(0.3)
    tally.take_load()
    assert tally.cost.load == pytest.approx(0.3)
