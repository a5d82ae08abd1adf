"""The small network: learns what no line tells apart, the same each time."""

import numpy as np

from phosphene.meaning.background import Floats
from training.policy.small_net import Learning, fit_net


def corners() -> tuple[Floats, Floats]:
    """Two questions about points: whether their signs differ, and whether the first is positive."""
    x = np.random.default_rng(1).normal(size=(600, 2)).astype(np.float32)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    yes = np.stack([x[:, 0] * x[:, 1] < 0, x[:, 0] > 0], axis=1).astype(np.float32)
    return x, yes


def test_it_learns_what_no_line_tells_apart() -> None:
    x, yes = corners()
    learning = Learning(epochs=60, dropped=0.0)
    net = fit_net(x[:400], yes[:400], np.ones_like(yes[:400]), learning)
    right = (net.score_texts(x[400:]) > 0) == (yes[400:] > 0)
    assert right.mean(axis=0).min() > 0.9
    again = fit_net(x[:400], yes[:400], np.ones_like(yes[:400]), learning)
    assert (net.score_texts(x) == again.score_texts(x)).all()


def test_what_does_not_count_teaches_nothing() -> None:
    x, yes = corners()
    counts = np.ones_like(yes)
    counts[:, 0] = 0
    net = fit_net(x, yes, counts, Learning(epochs=20, dropped=0.0))
    assert abs(float(((net.score_texts(x)[:, 1] > 0) == (yes[:, 1] > 0)).mean())) > 0.95
    flipped = yes.copy()
    flipped[:, 0] = 1 - yes[:, 0]
    assert (
        fit_net(x, flipped, counts, Learning(epochs=20, dropped=0.0)).score_texts(x)
        == net.score_texts(x)
    ).all()
