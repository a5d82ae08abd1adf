"""Encoding, losses, steps, checkpoints and export, on a small scale."""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from phosphene.render.worker.embedded.autoencoder import LATENTS, EmbeddedAutoencoder, tokens
from phosphene.render.worker.embedded.network import EmbeddedTransformer, ScoreNet
from phosphene.render.worker.embedded.vocabulary import PLATES
from tests.breadth import wide
from training import autoencoder as components
from training import pool as pools
from training import scores, train
from training.export import averaged
from training.muon import Muon
from training.pool import Pool
from training.world import WORLD

FEW = {"subject": 6, "inks": 2, "sky": 3, "far": 4, "middle": 5, "near": 4, "weather": 2}
LEAST = min(WORLD.slot_sizes.values())


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pool:
    """Two small shards of each kind."""
    monkeypatch.setattr(pools, "SHARD", 4)
    monkeypatch.setattr(pools, "FULL", dict.fromkeys(PLATES, 8))
    pools.fill(tmp_path / "pool")
    return Pool(tmp_path / "pool")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few latents, found in few samples by the cheaper way."""
    for kind, count in FEW.items():
        monkeypatch.setitem(LATENTS, kind, count)
    monkeypatch.setattr(components, "SAMPLES", 64)
    monkeypatch.setattr(components, "WIDE", 0)


@pytest.fixture
def autoencoder(pool: Pool, few: None) -> EmbeddedAutoencoder:
    return components.fit(pool, 0)


def shelf(kind: str, count: int = 16) -> train.Shelf:
    """Made-up latents; each number of a row's slots is the row's, and so is its first latent."""
    numbers = torch.arange(count)
    latents = torch.randn(count, tokens(kind), FEW[kind])
    latents[:, 0, 0] = numbers.float()
    slots = (numbers % LEAST)[:, None].expand(-1, len(WORLD.slot_sizes))
    return train.Shelf(latents.half(), slots, torch.ones(FEW[kind]))


@pytest.fixture
def shelves() -> dict[str, train.Shelf]:
    torch.manual_seed(8)
    return {kind: shelf(kind, 3) for kind in PLATES}


def small() -> EmbeddedTransformer:
    torch.manual_seed(0)
    net: EmbeddedTransformer = EmbeddedTransformer(
        WORLD.slot_sizes, width=32, layers=1, score_width=32, score_layers=1, latents=FEW
    )
    return net


def run() -> train.Run:
    net = small()
    losses = {kind: torch.zeros(()) for kind in PLATES}
    return train.Run(net, small(), Muon(*train.split(net), 1e-3), torch.tensor(0.9), losses)


def test_every_parameter_is_trained_once() -> None:
    net = small()
    matrices, others = train.split(net)
    assert {id(p) for p in matrices} | {id(p) for p in others} == {id(p) for p in net.parameters()}
    assert len(matrices) + len(others) == len(list(net.parameters()))
    assert all(p.ndim == 2 for p in matrices)


@pytest.mark.parametrize("part", [3, wide(64)])
def test_the_pool_is_encoded_in_order(
    pool: Pool, autoencoder: EmbeddedAutoencoder, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    monkeypatch.setattr(train, "SHARD", part)
    found = train.encode(pool, autoencoder, "cpu")
    for kind in PLATES:
        whole = torch.from_numpy(np.concatenate(pool.plates[kind])).float() / 127.5 - 1
        assert found[kind].latents.shape == (8, tokens(kind), FEW[kind])
        assert found[kind].latents.dtype == torch.float16
        encoded = autoencoder.encode(kind, whole)
        torch.testing.assert_close(found[kind].latents.float(), encoded, atol=0.01, rtol=0.002)
        assert np.array_equal(found[kind].slots, np.concatenate(pool.slots[kind]))


def test_an_error_that_is_more_visible_weighs_more(
    pool: Pool, autoencoder: EmbeddedAutoencoder
) -> None:
    found = train.encode(pool, autoencoder, "cpu")
    for kind in PLATES:
        weight = found[kind].weight
        assert weight.mean().item() == pytest.approx(1)
        assert torch.equal(weight.argsort(), autoencoder.basis_of(kind).spread.argsort())


def test_a_batch_has_the_slots_of_its_latents() -> None:
    torch.manual_seed(0)
    latents, slots = shelf("far").draw(64)
    assert latents.shape == (64, tokens("far"), FEW["far"])
    assert latents.dtype == torch.float32
    first = latents[:, 0, 0].long()
    assert torch.equal(first % LEAST, slots[:, 3])
    assert len(set(first.tolist())) > 8


@pytest.mark.parametrize("kind", PLATES)
def test_plate_losses_have_gradients(shelves: dict[str, train.Shelf], kind: str) -> None:
    state = run()
    loss = train.plate_loss(state, kind, shelves[kind], 2)
    torch.autograd.backward(loss)
    assert loss.isfinite()
    gradient = state.net.ends[kind].leave.weight.grad  # type: ignore[union-attr]
    assert isinstance(gradient, torch.Tensor)
    assert gradient.abs().sum() > 0
    assert state.losses[kind] == loss
    assert all(total == 0 for name, total in state.losses.items() if name != kind)


def test_errors_count_by_their_weight(shelves: dict[str, train.Shelf]) -> None:
    losses = []
    for weight in ([1.0, 1.0, 1.0], [2.0, 2.0, 2.0], [0.0, 0.0, 0.0], [0.0, 0.0, 3.0]):
        state = run()
        torch.manual_seed(4)
        weighed = replace(shelves["sky"], weight=torch.tensor(weight))
        losses.append(train.plate_loss(state, "sky", weighed, 4).item())
    assert losses[1] == pytest.approx(2 * losses[0])
    assert losses[2] == 0
    assert losses[0] != pytest.approx(losses[3], rel=1e-3)


def test_a_step_trains_every_kind_and_the_mean_lags(shelves: dict[str, train.Shelf]) -> None:
    state = run()
    before = {kind: state.net.get_parameter(f"ends.{kind}.leave.bias").clone() for kind in PLATES}
    train.update(state, shelves, 0.0)
    assert all(total > 0 for total in state.losses.values())
    for kind, old in before.items():
        new, mean = (
            n.get_parameter(f"ends.{kind}.leave.bias") - old for n in (state.net, state.mean)
        )
        assert new.norm() > 0
        assert 0 < mean.norm() < new.norm()


@pytest.mark.breadth
def test_plates_are_learned(shelves: dict[str, train.Shelf]) -> None:
    state = run()
    state.optimizer.rate.fill_(1e-2)
    found: dict[str, list[float]] = {kind: [] for kind in PLATES}
    for _ in range(40):
        train.update(state, shelves, 0.1)
        for kind, total in state.losses.items():
            found[kind].append(total.item())
            total.zero_()
    for kind, losses in found.items():
        assert np.mean(losses[-15:]) < 0.8 * np.mean(losses[:5]), kind


def test_some_slots_are_forgotten() -> None:
    torch.manual_seed(1)
    told = torch.zeros(4000, len(WORLD.slot_sizes), dtype=torch.long)
    left = train.forget(told)
    free = left == torch.tensor(WORLD.slot_indices({}))
    assert ((left == 0) | free).all()
    assert 0.06 < free.all(1).float().mean() < 0.1
    assert 0.09 < free.float().mean() < 0.15


def test_the_rate_warms_up_and_cools_down() -> None:
    assert train.rate(0.0, 0, 1.0) < 0.05
    assert train.rate(0.3, 500, 1.0) == 1.0
    assert train.rate(0.8, 500, 1.0) == pytest.approx((1 - 0.8) / (1 - train.COOL_FROM))
    assert train.rate(1.0, 500, 1.0) == 0.02


@pytest.mark.usefixtures("few")
def test_a_run_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    first = train.load(tmp_path, "cpu", 1e-3)
    assert first.step == 0
    with torch.no_grad():
        first.net.modulate.bias.fill_(0.25)
    first.step, first.seconds = 7, 12.5
    first.keep.fill_(0.5)
    train.average(first)
    train.save(first, tmp_path)
    again = train.load(tmp_path, "cpu", 1e-3)
    assert (again.step, again.seconds) == (7, 12.5)
    assert (again.net.modulate.bias == 0.25).all()
    assert torch.equal(again.mean.modulate.bias, first.mean.modulate.bias)
    assert not torch.equal(again.mean.modulate.bias, again.net.modulate.bias)
    assert not list(tmp_path.glob("*.part"))
    torch.manual_seed(1)
    moves = ScoreNet(scores.WIDTH, scores.LAYERS, WORLD.slot_sizes)
    torch.save(moves.state_dict(), tmp_path / "scores.pt")
    shipped = averaged(tmp_path / "checkpoint.pt", tmp_path / "scores.pt")
    assert torch.equal(shipped.score.noisy.weight, moves.noisy.weight)
    assert torch.equal(shipped.modulate.bias, first.mean.modulate.bias)
    assert dict(shipped.config.latents) == FEW
    assert not shipped.training


@pytest.mark.breadth
def test_training_ends_with_a_checkpoint_after_its_minutes(
    autoencoder: EmbeddedAutoencoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "RUNS", tmp_path)
    monkeypatch.setattr(train, "LOG_EVERY", 1)
    autoencoder.save_pretrained(tmp_path / "autoencoder")
    told = {"name": "try", "minutes": 1e-9, "batch": 0.0, "rate": 1e-3, "device": "cpu"}
    told |= {"keep": 0.9, "pool": tmp_path / "pool", "autoencoder": tmp_path / "autoencoder"}
    for _ in range(2):
        train.train(argparse.Namespace(**told))
        made = train.load(tmp_path / "try", "cpu", 1e-3)
        assert made.step == 1
        assert len((tmp_path / "try" / "loss.csv").read_text().splitlines()) == 2


def test_losses_are_logged_as_a_table(tmp_path: Path) -> None:
    state = run()
    for step, value in ((2, 2.0), (6, 2.0)):
        state.step = step
        state.losses = {kind: torch.tensor(7.0) for kind in PLATES} | {"sky": torch.tensor(value)}
        train.log(state, tmp_path)
    lines = [line.split(",") for line in (tmp_path / "loss.csv").read_text().splitlines()]
    assert lines[0] == ["step", "seconds", *PLATES]
    assert [line[0] for line in lines[1:]] == ["2", "6"]
    assert [line[2 + PLATES.index("sky")] for line in lines[1:]] == ["1.00000", "0.50000"]
    assert all(total == 0 for total in state.losses.values())
