from server.render.tally import Tally
from server.status import Passes


def test_passes_are_counted_by_how_many_clips_shared_them() -> None:
    tally = Tally()
    for size, seconds in ((2, 0.5), (1, 0.25), (2, 1.0)):
        tally.round(size, seconds)
    assert tally.passes() == (Passes(1, 1, 0.25), Passes(2, 2, 1.5))
