"""Plates that are decoded when somebody looks at them."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from phosphene.render.worker.embedded.autoencoder import EmbeddedAutoencoder, tokens
from phosphene.render.worker.embedded.decoders import KindDecoder
from phosphene.render.worker.embedded.plates import Plates
from phosphene.render.worker.embedded.vocabulary import SHAPES, kind
from tests.render.worker.embedded import toy


@pytest.fixture(scope="module")
def autoencoder() -> EmbeddedAutoencoder:
    torch.manual_seed(3)
    return toy.autoencoder()


def plates(autoencoder: EmbeddedAutoencoder, *names: str) -> Plates:
    torch.manual_seed(4)
    latents = {name: torch.randn(tokens(kind(name)), toy.LATENTS[kind(name)]) for name in names}
    sky = np.full(SHAPES["sky"], 0.5, np.float32)
    decoders = {name: KindDecoder(autoencoder, kind(name)) for name in names}
    return Plates(decoders, latents, {"sky": sky})


def test_they_are_what_the_autoencoder_makes_of_them(autoencoder: EmbeddedAutoencoder) -> None:
    made = plates(autoencoder, "subject", "inks", "other", "other_inks")
    assert list(made) == ["sky", "subject", "inks", "other", "other_inks"]
    assert len(made) == 5
    for name, plate in made.items():
        assert plate.shape == SHAPES[kind(name)]
        assert plate.dtype == np.float32
        assert 0 <= plate.min() <= plate.max() <= 1
    assert (made["sky"] == 0.5).all()
    assert not np.allclose(made["subject"], made["other"], atol=0.1)


def test_a_new_plate_takes_the_place_of_the_old_one(autoencoder: EmbeddedAutoencoder) -> None:
    made = plates(autoencoder, "sky")
    assert list(made) == ["sky"]
    assert made["sky"].std() > 0.1


def test_every_thread_sees_the_same_plate(autoencoder: EmbeddedAutoencoder) -> None:
    made = plates(autoencoder, "far")
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(lambda _: made["far"], range(8)))
    assert all(one is seen[0] for one in seen)


def test_what_is_not_there_is_a_key_error(autoencoder: EmbeddedAutoencoder) -> None:
    with pytest.raises(KeyError):
        plates(autoencoder, "far")["near"]
