"""Principal components by both ways, and the autoencoder of a small pool."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor

from phosphene.render.worker.embedded.autoencoder import LATENTS, cut, join, size, tokens
from phosphene.render.worker.embedded.vocabulary import PLATES
from tests.breadth import few_of
from training import autoencoder, pool
from training.pool import Pool

SPREAD = torch.tensor([8.0, 4.0, 2.0, 1.0])


@pytest.fixture(params=["Gram", "covariance"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to find the components."""
    monkeypatch.setattr(autoencoder, "WIDE", 0 if request.param == "Gram" else 10_000)
    return str(request.param)


def cloud(count: int = 400, width: int = 60) -> tuple[Tensor, Tensor, Tensor]:
    """Samples around a mean, spread along four known directions and a little along the others."""
    torch.manual_seed(2)
    directions = torch.linalg.qr(torch.randn(width, 4)).Q
    mean = 3 * torch.randn(width)
    along = torch.randn(count, 4) * SPREAD
    return mean + along @ directions.T + 0.01 * torch.randn(count, width), mean, directions


@pytest.mark.usefixtures("way")
def test_components_are_orthonormal_and_the_widest_come_first() -> None:
    samples, _, _ = cloud()
    mean, directions, spread = autoencoder.components(samples, 4)
    assert (mean.shape, directions.shape, spread.shape) == ((60,), (60, 4), (4,))
    torch.testing.assert_close(directions.T @ directions, torch.eye(4), atol=1e-3, rtol=0.0)
    assert spread.tolist() == sorted(spread.tolist(), reverse=True)
    torch.testing.assert_close(spread, SPREAD, atol=0.0, rtol=0.15)


@pytest.mark.usefixtures("way")
def test_components_are_those_of_the_data() -> None:
    samples, true_mean, true = cloud()
    mean, directions, _ = autoencoder.components(samples, 4)
    assert (mean - true_mean).norm() < 1.5
    agreement = (directions.T @ true).abs().diagonal()
    assert (agreement > 0.98).all()


@pytest.mark.usefixtures("way")
def test_components_reconstruct_what_they_were_found_in() -> None:
    samples, _, _ = cloud()
    mean, directions, spread = autoencoder.components(samples, 4)
    latents = (samples - mean) @ directions / spread
    torch.testing.assert_close(latents.square().mean(0), torch.ones(4), atol=0.01, rtol=0.0)
    torch.testing.assert_close(latents.T @ latents / 400, torch.eye(4), atol=0.02, rtol=0.0)
    restored = (latents * spread) @ directions.T + mean
    assert (restored - samples).square().mean().sqrt() < 0.011


def test_both_ways_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    samples, _, _ = cloud()
    found = []
    for wide in (0, 10_000):
        monkeypatch.setattr(autoencoder, "WIDE", wide)
        found.append(autoencoder.components(samples, 4))
    (_, one, narrow), (_, two, same) = found
    torch.testing.assert_close(narrow, same, rtol=1e-3, atol=0.0)
    assert ((one.T @ two).abs().diagonal() > 0.999).all()


@pytest.mark.usefixtures("way")
def test_samples_that_span_too_little_are_refused() -> None:
    samples = cloud(count=5)[0].repeat(8, 1)
    assert autoencoder.components(samples, 3)[1].isfinite().all()
    for count in (6, 41, 61):
        with pytest.raises(ValueError, match="span"):
            autoencoder.components(samples, count)


@pytest.fixture(scope="class")  # to draw them costs half a second of CPU
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """Eight plates of each kind, and few latents."""
    folder = tmp_path_factory.mktemp("pool")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "SHARD", 8)
        patch.setattr(pool, "FULL", dict.fromkeys(PLATES, 8))
        patch.setattr(autoencoder, "SAMPLES", 48)
        patch.setattr(autoencoder, "WIDE", 0)
        for kind in PLATES:
            patch.setitem(LATENTS, kind, 3)
        pool.fill(folder)
        yield Pool(folder)


class TestPool:
    @pytest.mark.parametrize("kind", few_of([*PLATES], ("sky", "subject")))
    def test_samples_are_tokens_in_net_space(self, small: Pool, kind: str) -> None:
        found = autoencoder.sample(small, kind, np.random.default_rng(0))
        assert found.shape == (48, size(kind))
        assert found.dtype == torch.float32
        assert -1 <= found.min() < found.max() <= 1
        whole = torch.from_numpy(np.concatenate(small.plates[kind])).float() / 127.5 - 1
        real = {token.numpy().tobytes() for token in cut(kind, whole).flatten(0, 1)}
        assert {token.numpy().tobytes() for token in found} <= real

    def test_latents_of_the_samples_have_unit_variance(self, small: Pool) -> None:
        found, rng = autoencoder.fit(small, 0), np.random.default_rng(0)
        assert dict(found.config.latents) == dict.fromkeys(PLATES, 3)
        for kind in PLATES:
            seen = autoencoder.sample(small, kind, rng).reshape(-1, tokens(kind), size(kind))
            latents = found.encode(kind, join(kind, seen)).flatten(0, 1)
            torch.testing.assert_close(latents.mean(0), torch.zeros(3), atol=0.02, rtol=0.0)
            torch.testing.assert_close(
                latents.var(0, correction=0), torch.ones(3), atol=0.02, rtol=0.0
            )

    def test_what_is_lost_is_what_no_direction_shows(self, small: Pool) -> None:
        found = autoencoder.fit(small, 0)
        for kind in PLATES:
            whole = torch.from_numpy(np.concatenate(small.plates[kind])).float() / 127.5 - 1
            latents = found.encode(kind, whole)
            shown = (latents * found.basis_of(kind).spread).square().sum()
            lost = (found.decode(kind, latents) - whole).square().sum()
            total = (found.decode(kind, torch.zeros_like(latents)) - whole).square().sum()
            assert (shown + lost).item() == pytest.approx(total.item(), rel=0.01)
            assert lost < 0.9 * total

    def test_the_same_seed_finds_the_same(self, small: Pool) -> None:
        one, two, other = (autoencoder.fit(small, seed).basis_of("sky").mean for seed in (1, 1, 2))
        assert torch.equal(one, two)
        assert not torch.equal(one, other)
