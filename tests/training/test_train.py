"""Pool, losses, checkpoints and export, on a small scale."""

from pathlib import Path

import numpy as np
import pytest
import torch

from server.render.theatre.network import ScoreNet, TheatreTransformer
from server.render.theatre.vocabulary import CHANNELS, PLATE, PLATES, SECONDS, SIZES, indices
from training import pool as pools
from training import scores, train
from training.export import averaged
from training.muon import Muon
from training.pool import Pool, draw, world


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


def test_a_pool_gives_plates_with_their_slots(pool: Pool) -> None:
    rng = np.random.default_rng(0)
    for kind in PLATES:
        plates, slots = pool.draw(kind, 3, rng)
        assert plates.shape == (3, CHANNELS[kind], PLATE, PLATE)
        assert slots.shape == (3, len(SIZES))
        assert (slots < np.array(SIZES)).all()


def test_a_pool_grows_and_is_not_drawn_twice(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (pool.folder / "sky-0000.npy").stat().st_mtime_ns
    monkeypatch.setattr(pools, "FULL", dict.fromkeys(PLATES, 8))
    pools.fill(pool.folder)
    assert (pool.folder / "sky-0000.npy").stat().st_mtime_ns == before
    assert len(pool.plates["sky"]) == 1
    pool.refresh()
    assert len(pool.plates["sky"]) == len(pool.slots["sky"]) == 2
    assert not list(pool.folder.glob("*.part"))


def test_shards_are_repeatable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "SHARD", 2)
    one, two, other = (pools.shard("subject", seed)[0] for seed in (3, 3, 4))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


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


def test_draw_depends_on_told_slots() -> None:
    values = world(np.random.default_rng(1))
    red = draw("subject", values | {"colour": "red"}, np.random.default_rng(2))
    blue = draw("subject", values | {"colour": "blue"}, np.random.default_rng(2))
    assert (red[0].astype(int) - blue[0]).max() > 60
    assert indices(values)[0] < SIZES[0]
