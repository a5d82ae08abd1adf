"""Pool, losses, checkpoints and export, on a small scale."""

from pathlib import Path

import numpy as np
import pytest
import torch

from server.render.theatre.network import ScoreNet, TheatreTransformer
from server.render.theatre.vocabulary import PLATES, SIZES
from training import pool as pools
from training import scores, train
from training.export import averaged
from training.muon import Muon
from training.pool import Pool


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pool:
    """One small shard of each kind."""
    monkeypatch.setattr(pools, "SHARD", 4)
    monkeypatch.setattr(pools, "FULL", dict.fromkeys(PLATES, 4))
    monkeypatch.setattr(train, "LOOKED_AT", 8)
    pools.fill(tmp_path / "pool")
    return Pool(tmp_path / "pool")


def small() -> TheatreTransformer:
    torch.manual_seed(0)
    net: TheatreTransformer = TheatreTransformer(width=32, layers=1, score_width=32, score_layers=1)
    return net


def run() -> train.Run:
    net = small()
    return train.Run(net, small(), Muon(*train.split(net), 1e-3))


def test_every_parameter_is_trained_once() -> None:
    net = small()
    matrices, others = train.split(net)
    assert {id(p) for p in matrices} | {id(p) for p in others} == {id(p) for p in net.parameters()}
    assert len(matrices) + len(others) == len(list(net.parameters()))
    assert all(p.ndim == 2 for p in matrices)


@pytest.mark.parametrize("kind", PLATES)
def test_plate_losses_have_gradients(pool: Pool, kind: str) -> None:
    state = run()
    loss = train.plate_loss(state, kind, 2, pool, np.random.default_rng(0), heal=1)
    torch.autograd.backward(loss)
    assert loss.isfinite()
    gradient = state.net.ends[kind].leave.weight.grad  # type: ignore[union-attr]
    assert isinstance(gradient, torch.Tensor)
    assert gradient.abs().sum() > 0
    assert list(state.losses) == [kind]


def test_some_slots_are_forgotten() -> None:
    torch.manual_seed(1)
    told = torch.zeros(4000, len(SIZES), dtype=torch.long)
    left = train.forget(told)
    free = left == torch.tensor(SIZES)
    assert ((left == 0) | free).all()
    assert 0.06 < free.all(1).float().mean() < 0.1
    assert 0.09 < free.float().mean() < 0.15


def test_starting_from_data_spans_the_patches(pool: Pool) -> None:
    net = small()
    train.start_from_data(net, pool, np.random.default_rng(0))
    enter = net.ends["sky"].enter.weight  # type: ignore[union-attr]
    assert isinstance(enter, torch.Tensor)
    assert torch.allclose(enter @ enter.T, torch.eye(32), atol=1e-3)


def test_the_rate_warms_up_and_cools_down() -> None:
    assert train.rate(0.0, 0, 1.0) < 0.05
    assert train.rate(0.3, 500, 1.0) == 1.0
    assert train.rate(0.8, 500, 1.0) == pytest.approx((1 - 0.8) / (1 - train.COOL_FROM))
    assert train.rate(1.0, 500, 1.0) == 0.02


def test_a_run_goes_on_from_its_checkpoint(pool: Pool, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    first = train.load(tmp_path, "cpu", pool, rng, 1e-3)
    with torch.no_grad():
        first.net.modulate.bias.fill_(0.25)
    first.step, first.seconds = 7, 12.5
    train.average(first, 0.0)
    train.save(first, tmp_path)
    again = train.load(tmp_path, "cpu", pool, rng, 1e-3)
    assert (again.step, again.seconds) == (7, 12.5)
    assert (again.net.modulate.bias == 0.25).all()
    assert not list(tmp_path.glob("*.part"))
    torch.manual_seed(1)
    moves = ScoreNet(scores.WIDTH, scores.LAYERS)
    torch.save(moves.state_dict(), tmp_path / "scores.pt")
    shipped = averaged(tmp_path / "checkpoint.pt", tmp_path / "scores.pt")
    assert torch.equal(shipped.score.noisy.weight, moves.noisy.weight)
    assert torch.equal(shipped.modulate.bias, first.mean.modulate.bias)
    assert not shipped.training


def test_losses_are_logged_as_a_table(tmp_path: Path) -> None:
    state = run()
    for step, value in ((1, 0.5), (2, 0.25)):
        state.step, state.losses = step, {"sky": [value, value * 3]}
        train.log(state, tmp_path)
    lines = (tmp_path / "loss.csv").read_text().splitlines()
    assert lines[0].split(",") == ["step", "seconds", *PLATES]
    assert [line.split(",")[3] for line in lines[1:]] == ["1.00000", "0.50000"]
    assert state.losses == {}
