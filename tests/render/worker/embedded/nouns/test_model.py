from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from phosphene.render.worker.embedded.nouns.model import FOLDER, NounModel
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.nouns.plate import SHAPE
from tests.render.worker.embedded import toy


def test_nouns_are_a_part_of_a_folder_and_come_back_as_they_were(tmp_path: Path) -> None:
    assert NounModel.load(tmp_path) is None
    made = toy.nouns()
    made.save(tmp_path)
    found = NounModel.load(tmp_path)
    assert found is not None
    assert found.concepts == made.concepts
    told, noise = made.vector(toy.actor()), torch.randn(1, 16, 144)
    assert torch.allclose(found.vector(toy.actor()), told, atol=0.05)
    with torch.no_grad():
        one, two = (m.net(noise, torch.tensor([0.5]), told) for m in (made, found))
    assert torch.allclose(one, two, atol=0.3)
    plate = np.random.default_rng(0).random(SHAPE, np.float32)
    assert torch.allclose(found.encode(plate), made.encode(plate), atol=0.1)


def test_what_is_broken_is_refused(tmp_path: Path) -> None:
    toy.nouns().save(tmp_path)
    (tmp_path / FOLDER / "concepts.json").write_text('{"width": 3}')
    with pytest.raises(ValueError, match="table"):
        NounModel.load(tmp_path)
    (tmp_path / FOLDER / "concepts.json").unlink()
    with pytest.raises(OSError, match="concepts"):
        NounModel.load(tmp_path)


def test_drawings_and_cards_have_vectors_of_their_own() -> None:
    nouns = toy.nouns()
    person = replace(toy.actor("man"), card=(0,) * len(CARD))
    actors = [toy.actor(), toy.actor(drawing=1), toy.actor("bus"), person]
    vectors = [nouns.vector(actor) for actor in actors]
    assert all(v.shape == (1, 96) for v in [*vectors, nouns.free])
    assert len({tuple(v[0].tolist()) for v in vectors}) == 4
    for unknown in (toy.actor("warp-drive"), toy.actor(drawing=2)):
        with pytest.raises(ValueError, match="drawing"):
            nouns.vector(unknown)


def test_plates_are_decoded_in_their_range() -> None:
    plate = toy.nouns().decode(10 * torch.randn(16, 144))
    assert plate.shape == SHAPE
    assert plate.dtype == np.float32
    assert 0 <= plate.min() < plate.max() <= 1


@pytest.mark.slow
def test_grain_is_noise_alike_everywhere_but_in_the_corners() -> None:
    torch.manual_seed(1)
    noise = torch.randn(16, 144)
    grain = toy.nouns().decode_grain(noise)
    assert grain.shape == (2, 96, 96)
    assert grain.dtype == np.float32
    for seen in grain:
        assert seen[24:72, 24:72].std() == pytest.approx(1, abs=0.5)
        assert not seen[:4, :4].any()
        assert not seen[-4:, -4:].any()
    other = toy.nouns().decode_grain(torch.randn(16, 144))
    assert abs(np.corrcoef(grain[1].ravel(), other[1].ravel())[0, 1]) < 0.9
