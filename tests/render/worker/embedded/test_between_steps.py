"""A scene between two steps: how much of it is there, and the grain over it."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from phosphene.render.worker.embedded.autoencoder import EmbeddedAutoencoder, tokens
from phosphene.render.worker.embedded.between_steps import Noise
from phosphene.render.worker.embedded.decoders import KindDecoder
from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.nouns.plate import SHAPE
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from phosphene.render.worker.embedded.vocabulary import KEYS, PLATES, SCORE, SHAPES
from tests.render.worker.embedded import toy

SLOTS = resolve_slots(toy.WORLD, {"subject": "whale"}, 1)


@pytest.fixture(scope="module")
def autoencoder() -> EmbeddedAutoencoder:
    torch.manual_seed(3)
    return toy.autoencoder()


@pytest.fixture(scope="module")
def scene() -> Scene:
    random = np.random.default_rng(2)
    plates = {name: random.random(SHAPES[name], np.float32) for name in PLATES}
    return Scene(plates, random.random((2, KEYS, len(SCORE)), np.float32), SLOTS)


def noise(autoencoder: EmbeddedAutoencoder, *names: str) -> Noise:
    torch.manual_seed(4)
    left = {name: torch.randn(tokens(name), toy.LATENTS[name]) for name in names if name in PLATES}
    if "score" in names:
        left["score"] = torch.randn(KEYS, len(SCORE))
    return Noise({name: KindDecoder(autoencoder, name) for name in PLATES}, left)


def test_grain_is_of_what_has_places(autoencoder: EmbeddedAutoencoder) -> None:
    grain = noise(autoencoder, "subject", "inks", "far", "score")
    assert list(grain) == ["subject", "far"]
    assert len(grain) == 2
    assert grain["subject"].shape == (3, 2, 96, 96)
    assert grain["far"].shape == (2, 96, 96)
    assert ("far" in grain, "inks" in grain, "score" in grain) == (True, False, False)
    for name in ("inks", "score", "near"):
        with pytest.raises(KeyError):
            grain[name]


def test_every_thread_sees_the_same_grain(autoencoder: EmbeddedAutoencoder) -> None:
    grain = noise(autoencoder, "far")
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(lambda _: grain["far"], range(8)))
    assert all(one is seen[0] for one in seen)


def test_what_is_denoised_fades_to_nothing_known(
    autoencoder: EmbeddedAutoencoder, scene: Scene
) -> None:
    left = noise(autoencoder, "far", "score")
    gone, half, there = (left.fade(scene, sigma) for sigma in (1.0, 0.5, 0.0))
    mean = autoencoder.mean_plate("far").numpy()
    np.testing.assert_allclose(gone.plates["far"], mean, atol=1e-6)
    np.testing.assert_allclose(half.plates["far"], (mean + scene.plates["far"]) / 2, atol=1e-6)
    np.testing.assert_allclose(there.plates["far"], scene.plates["far"], atol=1e-6)
    assert not gone.score[-1].any()
    assert np.array_equal(gone.score[0], scene.score[0])


def test_what_is_kept_stays_as_it_is(autoencoder: EmbeddedAutoencoder, scene: Scene) -> None:
    faded = noise(autoencoder, "far").fade(scene, 0.9)
    assert set(faded.plates) == set(PLATES)
    for name in set(PLATES) - {"far"}:
        assert faded.plates[name] is scene.plates[name]
    assert faded.score is scene.score
    assert faded.slots == SLOTS


def test_a_noun_fades_to_nothing_and_has_its_own_grain(
    autoencoder: EmbeddedAutoencoder, scene: Scene
) -> None:
    nouns = toy.nouns()
    left = torch.randn(16, 144)
    made = Noise({"subject": nouns}, {"subject": left})
    assert np.array_equal(made["subject"], nouns.decode_grain(left))
    plates = dict(scene.plates) | {"subject": np.ones(SHAPE, np.float32)}
    cast = Cast(toy.actor())
    faded = made.fade(Scene(plates, scene.score, SLOTS, cast), 0.75)
    np.testing.assert_allclose(faded.plates["subject"], 0.25)
    assert faded.cast == cast
