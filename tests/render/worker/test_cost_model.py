import pytest

from server.render.schedule import Cost
from server.render.worker.cost_model import FEWEST, Tally
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


def test_fewer_clips_are_taken_while_pictures_come_late_and_more_again_later() -> None:
    tally = Tally()
    tally.punctual(100, 50, 0.0)
    tally.cost = Cost(first=1.0, second=0.1, shown=0.1, load=0.4, cores=2.0)
    tally.punctual(0, 0, 1.0)
    tally.punctual(100, 1, 1.0)
    assert tally.cost.cores == 2.0
    for now in (2.0, 3.0, 4.0):  # of several runs at a time one counts
        tally.punctual(100, 20, now)
    assert tally.cost.cores == pytest.approx(1.6)
    for now in range(10, 200, 10):
        tally.punctual(100, 20, float(now))
    assert tally.cost.cores == FEWEST
    for _ in range(40):
        tally.punctual(100, 0, 300.0)
    assert tally.cost.cores == 2.0
