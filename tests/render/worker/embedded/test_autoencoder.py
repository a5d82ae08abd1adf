"""Cutting into tokens, the linear way there and back, and the round trip to disk."""

from math import prod
from pathlib import Path

import pytest
import torch
from torch import Tensor

from phosphene.render.worker.embedded.autoencoder import (
    LATENTS,
    TOKEN,
    Basis,
    EmbeddedAutoencoder,
    cut,
    join,
    size,
    tokens,
)
from phosphene.render.worker.embedded.vocabulary import PLATES, SHAPES
from tests.render.worker.embedded import toy

SMALL = toy.LATENTS


@pytest.fixture(scope="module")
def autoencoder() -> EmbeddedAutoencoder:
    torch.manual_seed(3)
    return toy.autoencoder()


def noise(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(7))


def latents(kind: str, count: int) -> Tensor:
    return noise(count, tokens(kind), SMALL[kind])


def test_every_kind_is_cut_into_its_tokens() -> None:
    assert set(TOKEN) == set(LATENTS) == set(PLATES)
    assert {kind: tokens(kind) for kind in PLATES} == {
        "subject": 3,
        "inks": 1,
        "sky": 1,
        "far": 6,
        "middle": 6,
        "near": 6,
        "weather": 16,
    }
    assert size("subject") == 6 * 96 * 96
    assert size("far") == 4 * 96 * 16
    assert size("weather") == 4 * 24 * 24
    for kind in PLATES:
        assert tokens(kind) * size(kind) == prod(SHAPES[kind])


@pytest.mark.parametrize("kind", PLATES)
def test_tokens_come_back_as_the_plate(kind: str) -> None:
    plates = noise(2, *SHAPES[kind])
    parts = cut(kind, plates)
    assert parts.shape == (2, tokens(kind), size(kind))
    assert torch.equal(join(kind, parts), plates)


@pytest.mark.parametrize(
    ("kind", "channel", "row", "column", "token"),
    [
        ("subject", 5, 0, 95, 0),
        ("subject", 6, 95, 0, 1),
        ("subject", 17, 50, 50, 2),
        ("sky", 2, 95, 95, 0),
        ("far", 0, 95, 15, 0),
        ("near", 3, 0, 16, 1),
        ("middle", 1, 40, 95, 5),
        ("weather", 0, 23, 24, 1),
        ("weather", 3, 24, 23, 4),
        ("weather", 2, 95, 95, 15),
    ],
)
def test_a_token_is_a_pose_a_strip_or_a_square(
    kind: str, channel: int, row: int, column: int, token: int
) -> None:
    plate = torch.zeros(SHAPES[kind])
    plate.view(-1, *SHAPES[kind][-2:])[channel, row, column] = 1
    assert cut(kind, plate[None])[0].sum(1).nonzero().flatten().tolist() == [token]


@pytest.mark.parametrize("kind", PLATES)
def test_plates_in_the_span_are_reproduced(kind: str) -> None:
    torch.manual_seed(4)
    mean, directions = torch.randn(size(kind)), toy.orthonormal(size(kind), SMALL[kind])
    spread = torch.linspace(9, 3, SMALL[kind])
    fresh = EmbeddedAutoencoder(SMALL)
    fresh.basis_of(kind).set_directions(mean, directions, spread)
    told = latents(kind, 3)
    plates = join(kind, (told * spread) @ directions.T + mean)
    found = fresh.encode(kind, plates)
    torch.testing.assert_close(found, told, atol=0.05, rtol=0.0)
    away = (fresh.decode(kind, found) - plates).square().mean().sqrt()
    assert away < 0.02 * (plates - join(kind, mean.expand(1, tokens(kind), -1))).std()


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLATES)
def test_latents_of_data_have_unit_variance(autoencoder: EmbeddedAutoencoder, kind: str) -> None:
    basis = autoencoder.basis_of(kind)
    told = noise(64, tokens(kind), SMALL[kind])
    data = join(kind, (told * basis.spread) @ basis.dense_directions().T + basis.mean)
    found = autoencoder.encode(kind, data).flatten(0, 1)
    assert found.mean(0).abs().max() < 0.5
    torch.testing.assert_close(found.std(0), told.flatten(0, 1).std(0), atol=0.05, rtol=0.0)


def test_what_no_direction_shows_is_left_out(autoencoder: EmbeddedAutoencoder) -> None:
    plates = noise(2, *SHAPES["sky"])
    once = autoencoder.decode("sky", autoencoder.encode("sky", plates))
    twice = autoencoder.decode("sky", autoencoder.encode("sky", once))
    assert (once - plates).std() > 0.8 * plates.std()
    torch.testing.assert_close(twice, once, atol=0.02, rtol=0.0)


def test_the_mean_is_at_zero(autoencoder: EmbeddedAutoencoder) -> None:
    for kind in PLATES:
        mean = join(kind, autoencoder.basis_of(kind).mean.expand(1, tokens(kind), -1))
        assert autoencoder.encode(kind, mean).abs().max() == 0
        zero = torch.zeros(1, tokens(kind), SMALL[kind])
        assert torch.equal(autoencoder.decode(kind, zero), mean)


def test_each_latent_moves_its_own_token_only(autoencoder: EmbeddedAutoencoder) -> None:
    zero = torch.zeros(1, tokens("far"), SMALL["far"])
    moved = zero.clone()
    moved[0, 2, 5] = 1
    change = autoencoder.decode("far", moved) - autoencoder.decode("far", zero)
    assert change[..., 32:48].abs().max() > 0.1
    assert change[..., :32].abs().max() == change[..., 48:].abs().max() == 0


def test_a_batch_is_encoded_as_one_by_one(autoencoder: EmbeddedAutoencoder) -> None:
    plates = noise(3, *SHAPES["subject"])
    together = autoencoder.encode("subject", plates)
    for i, alone in enumerate(plates):
        torch.testing.assert_close(autoencoder.encode("subject", alone[None])[0], together[i])


def test_plates_of_half_precision_are_encoded_in_full(autoencoder: EmbeddedAutoencoder) -> None:
    told = latents("near", 1).bfloat16()
    plates = autoencoder.decode("near", told)
    assert plates.dtype == torch.float32
    torch.testing.assert_close(
        autoencoder.encode("near", plates.bfloat16()), told.float(), atol=0.05, rtol=0.02
    )


def test_a_basis_keeps_each_direction_in_eight_bits() -> None:
    torch.manual_seed(6)
    basis, directions = Basis("weather", 4), toy.orthonormal(size("weather"), 4)
    basis.set_directions(torch.zeros(size("weather")), directions, torch.ones(4))
    assert basis.directions.dtype == torch.int8
    assert basis.directions.abs().amax(0).tolist() == [127] * 4
    step = directions.abs().amax(0) / 127
    assert ((basis.dense_directions() - directions).abs() <= 0.5001 * step).all()


def test_a_basis_that_was_used_can_be_replaced() -> None:
    torch.manual_seed(6)
    basis, size_ = Basis("weather", 4), size("weather")
    for _ in range(2):
        directions = toy.orthonormal(size_, 4)
        basis.set_directions(torch.zeros(size_), directions, torch.ones(4))
        torch.testing.assert_close(basis.dense_directions(), directions, atol=1e-3, rtol=0.0)


def test_saved_and_loaded_it_is_the_same(autoencoder: EmbeddedAutoencoder, tmp_path: Path) -> None:
    autoencoder.save_pretrained(tmp_path)
    again = EmbeddedAutoencoder.from_pretrained(tmp_path)
    assert dict(again.config.latents) == SMALL
    plates, told = noise(1, *SHAPES["subject"]), latents("subject", 1)
    assert torch.equal(again.encode("subject", plates), autoencoder.encode("subject", plates))
    assert torch.equal(again.decode("subject", told), autoencoder.decode("subject", told))
    for kind in PLATES:
        assert again.basis_of(kind).directions.dtype == torch.int8
    numbers = sum(size(kind) * SMALL[kind] for kind in PLATES)
    floats = sum(size(kind) + 2 * SMALL[kind] for kind in PLATES)
    saved = sum(path.stat().st_size for path in tmp_path.glob("*.safetensors"))
    assert numbers + 4 * floats < saved < numbers + 4 * floats + 8192


@pytest.mark.parametrize("kind", ["", "sun", "score"])
def test_an_unknown_kind_is_refused(autoencoder: EmbeddedAutoencoder, kind: str) -> None:
    with pytest.raises(KeyError):
        autoencoder.encode(kind, noise(1, *SHAPES["sky"]))
    with pytest.raises(KeyError):
        autoencoder.decode(kind, noise(1, 1, 6))


@pytest.mark.parametrize("shape", [(1, 12, 96, 96), (1, 4, 48, 96), (4, 96, 95)])
def test_a_plate_of_another_shape_is_refused(
    autoencoder: EmbeddedAutoencoder, shape: tuple[int, ...]
) -> None:
    with pytest.raises((RuntimeError, ValueError), match=r"shape|unpack"):
        autoencoder.encode("sky", noise(*shape))


@pytest.mark.parametrize("shape", [(1, 1, 7), (1, 2, 6)])
def test_latents_of_another_shape_are_refused(
    autoencoder: EmbeddedAutoencoder, shape: tuple[int, ...]
) -> None:
    with pytest.raises(RuntimeError, match=r"size|shape"):
        autoencoder.decode("sky", noise(*shape))


def test_every_kind_must_be_given_a_number() -> None:
    with pytest.raises(KeyError):
        EmbeddedAutoencoder({"subject": 3})


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["subject", "sky", "far", "weather"])
def test_grain_is_the_noise_of_every_latent(kind: str) -> None:
    torch.manual_seed(1)
    autoencoder = toy.autoencoder()
    shape = (64, tokens(kind), toy.LATENTS[kind])
    noise = torch.randn(shape)
    grain = autoencoder.decode_grain(kind, noise)
    assert grain.shape == (64, *SHAPES[kind][:-3], 2, 96, 96)
    assert grain.std(0).amax() == pytest.approx(1, abs=0.5)
    assert torch.allclose(autoencoder.decode_grain(kind, 2 * noise), 2 * grain, atol=1e-4)
    for latent in (0, toy.LATENTS[kind] - 1):
        alone = torch.zeros(shape[1:])
        alone[0, latent] = 1.0
        assert autoencoder.decode_grain(kind, alone[None]).abs().max() > 0.05


def test_the_mean_plate_is_what_no_latents_are() -> None:
    torch.manual_seed(1)
    autoencoder = toy.autoencoder()
    for kind in ("subject", "inks", "far"):
        nothing = torch.zeros(1, tokens(kind), toy.LATENTS[kind])
        drawn = ((autoencoder.decode(kind, nothing)[0] + 1) / 2).clamp(0, 1)
        assert torch.equal(autoencoder.mean_plate(kind), drawn)
        assert autoencoder.mean_plate(kind) is autoencoder.mean_plate(kind)
