import numpy as np

from phosphene.feed.ranker.term_weights import TermWeights


def test_steps_shrink() -> None:
    weights = TermWeights(np.zeros(2, np.float32), 0.1)
    one = np.array([1.0, 0.0], np.float32)
    weights.follow_gradient(one)
    first = float(weights.values[0])
    weights.follow_gradient(one)
    assert 0 < weights.values[0] - first < first
    assert weights.values[1] == 0
