import pytest

from phosphene.render.schedule import Cost
from phosphene.render.worker.cost_model import FEWEST, CostModel
from phosphene.status import Passes


def test_passes_are_counted_by_how_many_clips_shared_them() -> None:
    cost_model = CostModel()
    for size, seconds in ((2, 0.5), (1, 0.25), (2, 1.0)):
        cost_model.count_pass(size, seconds)
    assert cost_model.pass_counts() == (Passes(1, 1, 0.25), Passes(2, 2, 1.5))


def test_the_load_of_clips_on_air_is_kept_true() -> None:
    cost_model = CostModel()
    cost_model.update_load()
    cost_model.cost = Cost(first=1.0, second=0.1, shown=0.1, load=0.4)
    cost_model.cpu_load.count_clip(0.0, 0.0, live=True, by=1)
    cost_model.cpu_load.count_clip(10.0, 2.0, live=True, by=-1)
    cost_model.update_load()
    assert cost_model.cost.load == pytest.approx(0.3)
    cost_model.update_load()
    assert cost_model.cost.load == pytest.approx(0.3)


def test_fewer_clips_are_taken_while_pictures_come_late_and_more_again_later() -> None:
    cost_model = CostModel()
    cost_model.adapt_cores(100, 50, 0.0)
    cost_model.cost = Cost(first=1.0, second=0.1, shown=0.1, load=0.4, cores=2.0)
    cost_model.adapt_cores(0, 0, 1.0)
    cost_model.adapt_cores(100, 1, 1.0)
    assert cost_model.cost.cores == 2.0
    for now in (2.0, 3.0, 4.0):  # of several runs at a time one counts
        cost_model.adapt_cores(100, 20, now)
    assert cost_model.cost.cores == pytest.approx(1.6)
    for now in range(10, 200, 10):
        cost_model.adapt_cores(100, 20, float(now))
    assert cost_model.cost.cores == FEWEST
    for _ in range(40):
        cost_model.adapt_cores(100, 0, 300.0)
    assert cost_model.cost.cores == 2.0
