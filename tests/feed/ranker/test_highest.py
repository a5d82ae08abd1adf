import numpy as np
import pytest

from phosphene.feed.ranker.highest import highest_places


@pytest.mark.parametrize("many", [0, 40, 400, 401, 20_000])
def test_the_highest_are_found_in_whatever_order_they_lie(many: int) -> None:
    dice = np.random.default_rng(many)
    drawn = dice.normal(size=many).astype(np.float32)
    # In order the sample misleads as far as it can; of few that are left it holds nearly none.
    rare = np.where(dice.random(many) < 0.98, -np.inf, drawn).astype(np.float32)
    for values in (drawn, np.sort(drawn), np.zeros(many, np.float32), rare):
        found = highest_places(values, 400)
        assert len(np.unique(found)) == len(found) == min(many, 400)
        assert np.sort(values[found]).tolist() == np.sort(values)[-400:].tolist()
