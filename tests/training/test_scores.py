"""Training of the part that makes scores."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from phosphene.render.worker.embedded.network import ScoreNet
from phosphene.render.worker.embedded.vocabulary import KEYS, SCALE, SCORE, SECONDS
from training import motion, scores
from training.pool import world
from training.world import WORLD


def test_score_loss_has_gradients_and_leaves_out_no_second() -> None:
    torch.manual_seed(0)
    net = ScoreNet(32, 1, WORLD.slot_sizes)
    given = scores.batch(2, np.random.default_rng(0))
    assert given.clean.shape == (2, SECONDS, KEYS, len(SCORE))
    assert given.slots.shape == (2, len(WORLD.slot_sizes))
    torch.autograd.backward(scores.loss(net, replace(given, told=torch.ones(2, SECONDS))))
    assert net.noisy.weight.grad is not None
    assert net.noisy.weight.grad.abs().sum() > 0
    assert net.places.grad is not None
    assert (net.places.grad.abs().sum(1) > 0).all()


@pytest.mark.breadth
def test_scores_are_learned() -> None:
    torch.manual_seed(0)
    given = [scores.batch(4, np.random.default_rng(k)) for k in range(6)]
    nets = (
        ScoreNet(scores.WIDTH, scores.LAYERS, WORLD.slot_sizes),
        scores.train(30, [*given[:-1]] * 6, 2e-2),
    )
    losses = []
    for net in nets:
        torch.manual_seed(1)
        losses.append(np.mean([scores.loss(net, given[-1]).item() for _ in range(8)]))
    assert losses[1] < 0.9 * losses[0]


def test_a_score_turns_into_another_at_the_beginning_of_a_second() -> None:
    rng = np.random.default_rng(2)
    before, after = (motion.score(world(rng), rng) for _ in range(2))
    made = scores.turned(before, after, 4)
    assert np.array_equal(made[:4], before[:4])
    assert np.array_equal(made[4, scores.TURN :], after[4, scores.TURN :])
    assert np.array_equal(made[5:], after[5:])
    keys = made.reshape(-1, len(SCORE))[4 * KEYS - 1 : 4 * KEYS + scores.TURN + 1]
    still = scores.turned(np.zeros_like(before), np.ones_like(after), 4)[4, : scores.TURN, 0]
    assert np.allclose(still, np.arange(1, scores.TURN + 1) / (scores.TURN + 1))
    assert np.abs(np.diff(keys, axis=0)).max() < np.abs(after[4, scores.TURN] - before[3, -1]).max()


def test_the_seconds_before_a_turn_are_not_learned() -> None:
    given = scores.batch(40, np.random.default_rng(3))
    turns = (given.told == 0).sum(1)
    assert 2 < (turns > 0).sum() < 20
    for told, number in zip(given.told, turns.tolist(), strict=True):
        assert (told[:number] == 0).all()
        assert (told[number:] == 1).all()
    assert (given.clean * torch.tensor(SCALE)).abs().max() < 20
    net = ScoreNet(32, 1, WORLD.slot_sizes)
    assert scores.loss(net, replace(given, told=torch.zeros_like(given.told))) == 0


@pytest.mark.process
def test_processes_draw_batches_of_their_own() -> None:
    made = list(scores.batches(3, 2, 7, workers=1))
    assert len(made) == 3
    assert torch.equal(made[1].clean, next(islice(scores.batches(2, 2, 7, 1), 1, 2)).clean)
    assert not torch.equal(made[0].clean, made[1].clean)
