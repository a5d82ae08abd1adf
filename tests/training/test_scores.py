"""Training of the part that makes scores."""

import numpy as np
import torch

from server.render.theatre.network import ScoreNet
from server.render.theatre.vocabulary import SECONDS
from training import scores


def test_score_loss_has_gradients_and_leaves_out_no_second() -> None:
    torch.manual_seed(0)
    net = ScoreNet(32, 1)
    clean, slots = scores.batch(2, np.random.default_rng(0))
    assert clean.shape == (2, SECONDS, 8, 12)
    torch.autograd.backward(scores.loss(net, clean, slots))
    assert net.noisy.weight.grad is not None
    assert net.noisy.weight.grad.abs().sum() > 0
    assert net.places.grad is not None
    assert (net.places.grad.abs().sum(1) > 0).all()


def test_scores_are_learned() -> None:
    torch.manual_seed(0)
    clean, slots = scores.batch(16, np.random.default_rng(1))
    losses = [
        np.mean([scores.loss(net, clean, slots).item() for _ in range(8)])
        for net in (ScoreNet(scores.WIDTH, scores.LAYERS), scores.train(25, 8, 3e-3, 0))
    ]
    assert losses[1] < 0.9 * losses[0]
