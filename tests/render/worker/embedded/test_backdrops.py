"""Further places and weathers: a denoiser that is known without training."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers.models import modeling_utils

from phosphene.render.worker.embedded.backdrops import FOLDER, Backdrops, BackdropTable
from phosphene.render.worker.embedded.denoise import DenoiseStep
from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.pipeline import EmbeddedPipeline
from phosphene.render.worker.embedded.scene import Scene, from_latents, to_latents
from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from tests.render.worker.embedded import toy
from tests.render.worker.embedded.toy import WORLD

SLOTS = resolve_slots(WORLD, {"subject": "whale", "place": "sea", "time": "day"}, 1)
BEACH = Cast(place="beach", weather="fog")


@pytest.fixture(scope="module")
def backdrops() -> Backdrops:
    return toy.backdrops()


@pytest.fixture(scope="module")
def pipeline(backdrops: Backdrops) -> EmbeddedPipeline:
    made = toy.pipeline()
    made.backdrops = backdrops
    return made


def test_a_guess_is_the_mean_of_drawings_and_then_one_of_them(backdrops: Backdrops) -> None:
    far = backdrops.of_scene("beach", "", "day")["far"]
    noise = torch.randn(far.shape)
    assert torch.allclose(far.guess(noise, 1.0), far.drawings.mean(0), atol=1e-5)
    for drawing in far.drawings:
        near = 0.7 * drawing + 0.3 * noise
        assert torch.allclose(far.guess(near, 0.3), drawing, atol=1e-3)


def test_the_expected_x0_has_the_least_error_over_the_drawings(backdrops: Backdrops) -> None:
    """What makes it the denoiser that training would look for."""
    far, sigma = backdrops.of_scene("beach", "", "day")["far"], 0.9
    torch.manual_seed(2)
    errors = torch.zeros(3)
    for _ in range(400):
        clean = far.drawings[int(torch.randint(len(far.drawings), ()))]
        sample = (1 - sigma) * clean + sigma * torch.randn(far.shape)
        guess = far.guess(sample, sigma)
        nearest = min(far.drawings, key=lambda d: float((sample - (1 - sigma) * d).norm()))
        others = guess, far.drawings.mean(0), nearest
        errors += torch.stack([(other - clean).square().mean() for other in others])
    assert errors[0] < 0.98 * errors[1:].min()


def test_the_wall_of_a_room_has_the_glow_of_a_lamp_and_no_sun(backdrops: Backdrops) -> None:
    sky = backdrops.of_scene("beach", "", "day")["sky"]
    open_, wall = (replace(sky, wall=w).decode(sky.drawings[0]) for w in (False, True))
    assert open_[3].max() > 0
    assert not wall[3].any()
    assert np.array_equal(open_[:3], wall[:3])


def test_the_rooms_that_ship_have_walls() -> None:
    shipped = Backdrops.load(toy.SHIPPED)
    assert shipped is not None
    skies = {place: shipped.of_scene(place, "", "day")["sky"].wall for place in shipped.places}
    assert {place for place, wall in skies.items() if wall} == {"room", "kitchen", "shop"}


@pytest.mark.slow
def test_diffusers_writes_no_lines_of_its_own_where_accelerate_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    hears = logging.Handler()
    monkeypatch.setattr(hears, "emit", lambda record: said.append(record.getMessage()))
    monkeypatch.setattr(modeling_utils, "is_accelerate_available", lambda: False)
    logger = logging.getLogger(modeling_utils.__name__)
    logger.addHandler(hears)
    try:
        EmbeddedPipeline.load(toy.SHIPPED)
        Backdrops.load(toy.SHIPPED)
    finally:
        logger.removeHandler(hears)
    assert said == []


@pytest.mark.slow
def test_they_are_a_part_of_a_folder_and_come_back(backdrops: Backdrops, tmp_path: Path) -> None:
    assert Backdrops.load(tmp_path) is None
    backdrops.save(tmp_path)
    found = Backdrops.load(tmp_path)
    assert found is not None
    assert (found.places, found.weathers) == (backdrops.places, backdrops.weathers)
    for one, two in zip(
        *(b.of_scene("beach", "fog", "night").values() for b in (backdrops, found)), strict=True
    ):
        assert torch.allclose(one.drawings, two.drawings, atol=0.05)
        assert np.allclose(one.decode(one.drawings[0]), two.decode(one.drawings[0]), atol=0.02)
    (tmp_path / FOLDER / "backdrops.json").write_text("{}")
    with pytest.raises(ValueError, match="table"):
        Backdrops.load(tmp_path)


def test_what_is_not_drawn_is_refused(backdrops: Backdrops) -> None:
    for place, weather in (("mordor", ""), ("", "meteors")):
        with pytest.raises(ValueError, match="draws no"):
            backdrops.of_scene(place, weather, "day")
    with pytest.raises(ValueError, match="nothing is drawn of moor"):
        Backdrops(toy.autoencoder(), BackdropTable({"moor": "hills"}, {}, {}), {})


def scene(pipeline: EmbeddedPipeline, cast: Cast, seed: int = 3, **options: object) -> Scene:
    made: Scene = pipeline(SLOTS, seed=seed, seconds=1, steps=4, cast=cast, **options).scene  # type: ignore[arg-type]
    return made


def test_a_scene_has_the_backdrop_of_its_cast(
    pipeline: EmbeddedPipeline, backdrops: Backdrops
) -> None:
    made = scene(pipeline, BEACH)
    plates = backdrops.of_scene("beach", "fog", "day")
    for name, one in plates.items():
        drawn = [one.decode(drawing) for drawing in one.drawings]
        away = [float(np.abs(made.plates[name] - picture).max()) for picture in drawn]
        assert min(away) < 1e-3
    again = from_latents(to_latents(made), WORLD)
    assert again.cast == BEACH
    older = scene(pipeline, Cast())
    assert np.array_equal(older.plates["subject"], made.plates["subject"])
    assert not np.allclose(older.plates["far"], made.plates["far"], atol=0.05)


def test_seeds_choose_among_the_drawings(pipeline: EmbeddedPipeline) -> None:
    looks = {scene(pipeline, BEACH, seed).plates["far"].tobytes() for seed in range(8)}
    assert len(looks) > 1


def test_another_place_leaves_the_rest_of_a_remix(pipeline: EmbeddedPipeline) -> None:
    parent = from_latents(to_latents(scene(pipeline, Cast())), WORLD)
    remix = scene(pipeline, Cast(place="beach"), parent=parent, strength=0.6)
    assert np.array_equal(remix.plates["subject"], parent.plates["subject"])
    assert np.array_equal(remix.plates["weather"], parent.plates["weather"])
    assert not np.allclose(remix.plates["far"], parent.plates["far"], atol=0.05)


def test_noise_over_a_backdrop_is_seen_too(pipeline: EmbeddedPipeline) -> None:
    steps = list[DenoiseStep]()
    for step in pipeline.denoise_clip(SLOTS, 3, seconds=1, steps=4, cast=BEACH):
        steps.append(step)
    assert {"sky", "far", "middle", "near", "weather", "subject"} <= set(steps[0].noise)
    assert steps[0].noise["far"].shape == (2, 96, 96)
    assert steps[0].noise.fade(steps[0].scene, 0.9).cast == BEACH


def test_a_model_without_them_says_so() -> None:
    with pytest.raises(ValueError, match="further places"):
        scene(toy.pipeline(), BEACH)
