import numpy as np
import pytest

from phosphene.feed.ranker.columns import feature_row
from phosphene.feed.ranker.own_taste import own_taste


def worth(*reactions: tuple[str, float]) -> dict[int, float]:
    features = np.array([feature_row({"subject": one}, "", ()) for one, _ in reactions], np.int32).T
    ids, values = own_taste(features, np.array([value for _, value in reactions], np.float32))
    return dict(zip(ids.tolist(), values.tolist(), strict=True))


def test_a_taste_is_a_shrunk_mean_that_grows_with_reactions() -> None:
    fox = feature_row({"subject": "fox"}, "", ())[0]
    # One reaction of 1, prior variance .08 and noise .25: .08 / (.08 + .25).
    assert worth(("fox", 1.0))[fox] == pytest.approx(0.08 / 0.33, rel=1e-3)
    assert worth(("fox", 1.0), ("fox", 1.0))[fox] > 0.35


def test_the_newest_counts_most() -> None:
    fox = feature_row({"subject": "fox"}, "", ())[0]
    assert worth(("fox", -1.0), *[("owl", 0.0)] * 20, ("fox", 1.0))[fox] > 0


def test_nothing_is_known_of_somebody_without_reactions_or_features() -> None:
    assert not len(own_taste(np.zeros((16, 0), np.int32), np.zeros(0, np.float32))[0])
    assert not len(own_taste(np.zeros((16, 3), np.int32), np.ones(3, np.float32))[0])
