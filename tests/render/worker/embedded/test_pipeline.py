import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from phosphene.render.worker.embedded.autoencoder import join, tokens
from phosphene.render.worker.embedded.denoise import DenoiseStep
from phosphene.render.worker.embedded.guesses import NoisyPlates
from phosphene.render.worker.embedded.pipeline import SHIFT, EmbeddedPipeline, fastest_dtype
from phosphene.render.worker.embedded.scene import Scene, from_latents, to_latents
from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from phosphene.render.worker.embedded.tracks import renoised
from phosphene.render.worker.embedded.vocabulary import NOBODY, OTHERS, PLATES, RELEVANT, SHAPES
from tests.render.worker.embedded import toy
from tests.render.worker.embedded.toy import WORLD

pytestmark = pytest.mark.slow

SLOTS = resolve_slots(WORLD, {"subject": "whale", "colour": "blue"}, 1)
BOTH = SLOTS | {"other": "rabbit", "other_colour": "red", "relation": "chasing"}


@pytest.fixture(scope="module")
def pipeline() -> EmbeddedPipeline:
    return toy.pipeline()


@pytest.fixture(scope="module")
def parent(pipeline: EmbeddedPipeline) -> Scene:
    scene: Scene = pipeline(SLOTS, seed=3, seconds=2, steps=2).scene
    return from_latents(to_latents(scene), WORLD)


@pytest.fixture(scope="module")
def both(pipeline: EmbeddedPipeline) -> Scene:
    scene: Scene = pipeline(BOTH, seed=3, seconds=2, steps=2).scene
    return from_latents(to_latents(scene), WORLD)


def same(one: Scene, other: Scene, *names: str) -> bool:
    """Whether plates agree, within what batching together with others may change."""
    return all(
        np.allclose(one.plates[name], other.plates[name], atol=1e-4) for name in names or PLATES
    )


def last(steps: Iterator[DenoiseStep]) -> Scene:
    *_, step = steps
    return step.scene


def test_a_scene_comes_whole(pipeline: EmbeddedPipeline) -> None:
    scene = pipeline(SLOTS, seed=3, seconds=3, steps=2).scene
    assert scene.seconds == 3
    assert scene.slots == SLOTS
    for name, plate in scene.plates.items():
        assert plate.shape == SHAPES[name]
        assert plate.dtype == np.float32
        assert 0 <= plate.min() < plate.max() <= 1
    assert same(scene, scene)
    again = from_latents(to_latents(scene), WORLD)
    assert again.slots == SLOTS


def test_plates_are_what_the_autoencoder_makes_of_x0(pipeline: EmbeddedPipeline) -> None:
    blank = EmbeddedPipeline(pipeline.autoencoder, toy.transformer(), pipeline.scheduler, WORLD)
    scene = blank(SLOTS, seed=3, seconds=1, steps=2).scene
    for name, plate in scene.plates.items():
        mean = pipeline.autoencoder.basis_of(name).mean.expand(1, tokens(name), -1)
        wanted = ((join(name, mean)[0] + 1) / 2).clamp(0, 1)
        assert np.allclose(plate, wanted.reshape(plate.shape).numpy(), atol=1e-5)


def test_chunks_come_one_after_the_other_and_each_becomes_final(pipeline: EmbeddedPipeline) -> None:
    steps = list(pipeline.denoise_clip(SLOTS, 3, seconds=3, steps=4))
    assert [(step.chunk, step.step) for step in steps] == [
        (chunk, step) for chunk in range(3) for step in range(1, 5)
    ]
    for step in steps:
        assert step.chunks == 3
        assert step.scene.seconds == step.chunk + 1
        assert (step.sigma == 0) == (step.step == step.steps)
    for chunk in range(3):
        sigmas = [step.sigma for step in steps if step.chunk == chunk]
        assert sigmas == sorted(sigmas, reverse=True)
        assert 0.7 < sigmas[0] < 1


def test_what_is_final_stays(pipeline: EmbeddedPipeline) -> None:
    scenes = [
        step.scene
        for step in pipeline.denoise_clip(SLOTS, 3, seconds=3, steps=2)
        if step.sigma == 0
    ]
    for before, after in itertools.pairwise(scenes):
        assert same(before, after)
        assert np.array_equal(before.score, after.score[: before.seconds])


@pytest.mark.parametrize("strength", [1.0, 0.6])
def test_x0_and_the_noise_that_is_left_are_the_sample(
    pipeline: EmbeddedPipeline, parent: Scene, strength: float
) -> None:
    """What is seen of a picture that forms is no decoration: it is all that there is of it."""
    slots = SLOTS | {"place": "desert"}
    clip = pipeline.start_clip(slots, 8, 4, parent=parent, strength=strength)
    steps, samples = clip.denoise_second(0, 1), list[torch.Tensor]()
    seen, answer = list[DenoiseStep](), None
    while True:
        try:
            news = steps.send(answer)
        except StopIteration:
            break
        answer = None
        if isinstance(news, DenoiseStep):
            seen.append(news)
        else:
            given = news.given
            if isinstance(given, NoisyPlates) and "far" in given.kinds:
                samples.append(given.samples[given.kinds.index("far")][0])
            (answer,) = news.together([given])
    assert [step.step for step in seen] == list(range(len(samples) + 1))
    for step, sample in zip(seen[:-1], samples, strict=True):
        latents = pipeline.autoencoder.encode(
            "far", torch.from_numpy(step.scene.plates["far"])[None] * 2 - 1
        )[0]
        noise = step.noise._left["far"]
        there = (1 - step.sigma) * latents + step.sigma * noise
        # Plates are cut off at black and white, so that not all of x0 comes back.
        away = (there - sample).abs().mean() / sample.abs().mean()
        assert away < 0.35 * (1 - step.sigma) + 1e-3
    assert seen[0].before == seen[0].sigma
    assert [step.before for step in seen[1:]] == [step.sigma for step in seen[:-1]]


def test_x0_of_every_step_is_a_scene_and_they_differ(pipeline: EmbeddedPipeline) -> None:
    scenes = [step.scene for step in pipeline.denoise_clip(SLOTS, 3, seconds=1, steps=3)]
    assert not same(scenes[0], scenes[1], "subject")
    assert not same(scenes[1], scenes[2], "subject")


def test_the_same_seed_is_the_same_clip(pipeline: EmbeddedPipeline) -> None:
    one, two = (pipeline(SLOTS, seed=3, seconds=2, steps=2).scene for _ in range(2))
    other = pipeline(SLOTS, seed=4, seconds=2, steps=2).scene
    assert to_latents(one) == to_latents(two)
    assert not any(same(one, other, name) for name in PLATES)


def test_the_same_seed_is_stable_plate_by_plate(pipeline: EmbeddedPipeline) -> None:
    day = pipeline(SLOTS, seed=3, seconds=1, steps=2).scene
    snow = pipeline(SLOTS | {"weather": "snow"}, seed=3, seconds=1, steps=2).scene
    assert same(day, snow, "subject", "sky", "far", "middle", "near")
    assert not same(day, snow, "weather")


def test_a_longer_clip_begins_like_a_shorter_one(pipeline: EmbeddedPipeline) -> None:
    short = pipeline(SLOTS, seed=3, seconds=1, steps=2).scene
    long = pipeline(SLOTS, seed=3, seconds=4, steps=2).scene
    assert same(short, long)
    assert np.array_equal(short.score, long.score[:1])


def test_guidance_changes_the_subject_only(pipeline: EmbeddedPipeline) -> None:
    with_it = pipeline(SLOTS, seed=3, seconds=1, steps=2, guidance=3.0).scene
    without = pipeline(SLOTS, seed=3, seconds=1, steps=2, guidance=1.0).scene
    assert not same(with_it, without, "subject")
    assert same(with_it, without, "sky", "far", "middle", "near", "weather")


def test_a_clip_can_be_left_in_the_middle(pipeline: EmbeddedPipeline) -> None:
    steps = pipeline.denoise_clip(SLOTS, 3, seconds=2, steps=4)
    next(steps)
    other = pipeline(SLOTS, seed=9, seconds=1, steps=2).scene
    assert same(other, pipeline(SLOTS, seed=9, seconds=1, steps=2).scene)


def test_clips_in_turns_are_as_if_alone(pipeline: EmbeddedPipeline) -> None:
    clips = [pipeline.denoise_clip(SLOTS, seed, seconds=2, steps=2) for seed in (1, 2)]
    pairs = list(zip(*clips, strict=True))
    for seed, step in zip((1, 2), pairs[-1], strict=True):
        alone = pipeline(SLOTS, seed=seed, seconds=2, steps=2).scene
        assert to_latents(step.scene) == to_latents(alone)


class TestTwo:
    """A second subject: two plates more, which are drawn as the first's from its own slots."""

    def test_it_has_plates_of_its_own(self, pipeline: EmbeddedPipeline) -> None:
        alone, both = (pipeline(slots, 3, seconds=1, steps=2).scene for slots in (SLOTS, BOTH))
        assert set(alone.plates) == set(PLATES)
        assert set(both.plates) == {*PLATES, *OTHERS}
        assert same(alone, both)
        assert not np.allclose(both.plates["other"], both.plates["subject"], atol=0.1)
        assert not np.allclose(both.plates["other_inks"], both.plates["inks"], atol=0.1)

    def test_it_is_drawn_as_the_first_would_be(self, pipeline: EmbeddedPipeline) -> None:
        twins = BOTH | {"other": SLOTS["subject"], "other_colour": SLOTS["colour"]}
        denoiser = pipeline.start_clip(twins, 1)
        for name, meant in OTHERS.items():
            for slot in RELEVANT[meant]:
                at = list(SLOTS).index(slot)
                assert denoiser._rows[name][0, at] == denoiser._rows[meant][0, at]

    def test_a_remix_keeps_it(self, pipeline: EmbeddedPipeline, both: Scene) -> None:
        slots = BOTH | {"weather": "snow"}
        remix = pipeline(slots, 8, seconds=1, steps=2, parent=both, strength=0.5).scene
        assert same(both, remix, "other", "other_inks", "subject", "inks")

    def test_a_remix_brings_it(self, pipeline: EmbeddedPipeline, parent: Scene) -> None:
        remix = pipeline(BOTH, 8, seconds=1, steps=2, parent=parent, strength=0.5).scene
        assert set(remix.plates) == {*PLATES, *OTHERS}
        assert same(parent, remix)
        assert not np.array_equal(parent.score[:1], remix.score)

    def test_a_remix_takes_it_away(self, pipeline: EmbeddedPipeline, both: Scene) -> None:
        slots = BOTH | {"other": NOBODY}
        remix = pipeline(slots, 8, seconds=1, steps=2, parent=both, strength=0.5).scene
        assert set(remix.plates) == set(PLATES)
        assert same(both, remix)

    def test_a_remix_changes_only_its_colour(self, pipeline: EmbeddedPipeline, both: Scene) -> None:
        slots = BOTH | {"other_colour": "green"}
        remix = pipeline(slots, 8, seconds=2, steps=2, parent=both, strength=0.5).scene
        assert same(both, remix, *PLATES, "other")
        assert not same(both, remix, "other_inks")
        assert np.array_equal(both.score, remix.score)


class TestRemix:
    def test_what_the_new_words_do_not_touch_stays(
        self, pipeline: EmbeddedPipeline, parent: Scene
    ) -> None:
        slots = SLOTS | {"colour": "red"}
        remix = pipeline(slots, 8, seconds=2, steps=4, parent=parent, strength=0.5).scene
        assert same(parent, remix, "subject", "sky", "far", "middle", "near", "weather")
        assert not same(parent, remix, "inks")
        assert np.array_equal(parent.score, remix.score)

    def test_even_the_first_x0_shows_the_kept_plates(
        self, pipeline: EmbeddedPipeline, parent: Scene
    ) -> None:
        slots = SLOTS | {"weather": "snow"}
        first = next(pipeline.denoise_clip(slots, 8, 2, 4, parent=parent, strength=0.5))
        assert same(parent, first.scene, "subject", "sky")

    def test_what_is_denoised_again_starts_from_the_parent(
        self, pipeline: EmbeddedPipeline, parent: Scene
    ) -> None:
        plates = dict(parent.plates) | {"subject": parent.plates["subject"][::-1].copy()}
        turned, slots = Scene(plates, parent.score, parent.slots), SLOTS | {"subject": "fox"}
        one, two = (
            pipeline(slots, 8, seconds=2, steps=4, parent=scene, strength=0.5).scene
            for scene in (parent, turned)
        )
        assert not same(one, two, "subject")
        assert same(one, two, "inks", "sky", "far", "middle", "near", "weather")

    def test_a_weak_remix_starts_low_and_takes_fewer_steps(
        self, pipeline: EmbeddedPipeline, parent: Scene
    ) -> None:
        slots = SLOTS | {"colour": "red"}
        steps = list(pipeline.denoise_clip(slots, 8, 1, 8, parent=parent, strength=0.1))
        assert len(steps) == 2
        assert steps[0].sigma < 0.3
        assert steps[-1].sigma == 0

    def test_a_stronger_remix_starts_noisier_and_takes_more_steps(
        self, pipeline: EmbeddedPipeline, parent: Scene
    ) -> None:
        slots = SLOTS | {"colour": "red"}
        first = [
            next(pipeline.denoise_clip(slots, 8, 1, 8, parent=parent, strength=strength))
            for strength in (0.1, 0.25, 0.5, 0.99)
        ]
        assert [step.steps for step in first] == [2, 4, 6, 8]
        assert [step.sigma for step in first] == sorted({step.sigma for step in first})

    def test_words_that_change_nothing_make_a_variation(
        self, pipeline: EmbeddedPipeline, parent: Scene
    ) -> None:
        remix = pipeline(SLOTS, 8, seconds=2, steps=2, parent=parent, strength=0.5).scene
        assert not any(same(parent, remix, name) for name in PLATES)

    def test_strength_one_forgets_the_parent(
        self, pipeline: EmbeddedPipeline, parent: Scene
    ) -> None:
        remix = pipeline(SLOTS, 8, seconds=2, steps=2, parent=parent, strength=1).scene
        fresh = pipeline(SLOTS, 8, seconds=2, steps=2).scene
        assert to_latents(remix) == to_latents(fresh)

    @pytest.mark.parametrize("seconds", [1, 2, 4])
    def test_a_remix_may_have_another_length(
        self, pipeline: EmbeddedPipeline, parent: Scene, seconds: int
    ) -> None:
        slots = SLOTS | {"weather": "rain", "colour": "pink"}
        remix = pipeline(slots, 8, seconds, steps=2, parent=parent, strength=0.5).scene
        assert remix.seconds == seconds
        assert not np.array_equal(parent.score[:1], remix.score[:1])

    def test_kept_seconds_are_continued(self, pipeline: EmbeddedPipeline, parent: Scene) -> None:
        slots = SLOTS | {"colour": "pink"}
        steps = list(pipeline.denoise_clip(slots, 8, 4, 2, parent=parent, strength=0.25))
        assert np.array_equal(steps[-1].scene.score[:2], parent.score)
        assert [(step.chunk, step.steps) for step in steps if step.sigma == 0] == [
            (0, 1),
            (1, 1),
            (2, 2),
            (3, 2),
        ]


def test_a_remix_takes_more_noise_than_its_strength_says() -> None:
    noise = [renoised(at / 10) for at in range(11)]
    assert noise == sorted(set(noise))
    assert (noise[0], noise[5], noise[10]) == (0, 0.75, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": 0},
        {"seconds": 11},
        {"steps": 0},
        {"strength": 0.0},
        {"strength": 1.1},
        {"strength": float("nan")},
        {"slots": SLOTS | {"subject": "minotaur"}},
    ],
)
def test_what_cannot_be_made_is_refused_at_once(
    pipeline: EmbeddedPipeline, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        pipeline.denoise_clip(**{"slots": SLOTS, "seed": 1, **wrong})


@pytest.mark.parametrize("names", [["far", "middle", "near"], ["subject"], ["sky"], ["weather"]])
def test_plates_in_one_batch_are_restored_as_if_alone(
    pipeline: EmbeddedPipeline, names: list[str]
) -> None:
    rows = torch.tensor([WORLD.slot_indices(SLOTS), WORLD.slot_indices({})])
    batches = [torch.randn(2, tokens(name), toy.LATENTS[name]) for name in names]
    levels = [torch.tensor([0.3, 0.9]) for _ in names]
    with torch.no_grad():
        together = pipeline.transformer.forward_many(names, batches, levels, [rows for _ in names])
        for name, batch, level, made in zip(names, batches, levels, together, strict=True):
            alone = pipeline.transformer(name, batch, level, rows)
            torch.testing.assert_close(made, alone, atol=1e-4, rtol=1e-4)


def test_weights_survive_save_and_load(pipeline: EmbeddedPipeline, tmp_path: Path) -> None:
    pipeline.save_pretrained(tmp_path)
    loaded = EmbeddedPipeline.load(tmp_path)
    assert loaded.scheduler.config.shift == SHIFT
    assert loaded.world == WORLD
    loaded.save_pretrained(tmp_path / "again")
    again = EmbeddedPipeline.load(tmp_path / "again")
    one, two = (p(SLOTS, seed=3, seconds=1, steps=2).scene for p in (loaded, again))
    assert all(np.allclose(one.plates[name], two.plates[name], atol=0.01) for name in PLATES)
    np.testing.assert_allclose(one.score, two.score, atol=0.01)
    packed = pipeline(SLOTS, seed=3, seconds=1, steps=2).scene
    assert np.abs(one.plates["sky"] - packed.plates["sky"]).mean() < 0.05


def test_weights_of_another_world_are_refused(pipeline: EmbeddedPipeline, tmp_path: Path) -> None:
    pipeline.save_pretrained(tmp_path)
    toy.another().save(tmp_path)
    with pytest.raises(ValueError, match="another world"):
        EmbeddedPipeline.load(tmp_path)
    (tmp_path / "world.json").unlink()
    with pytest.raises(OSError, match=r"world\.json"):
        EmbeddedPipeline.load(tmp_path)


def test_a_pipeline_without_a_world_says_so(pipeline: EmbeddedPipeline) -> None:
    bare = EmbeddedPipeline(pipeline.autoencoder, pipeline.transformer, pipeline.scheduler)
    with pytest.raises(ValueError, match="needs its world"):
        bare(SLOTS, seed=1)


def test_half_precision_is_nearly_the_same(pipeline: EmbeddedPipeline, tmp_path: Path) -> None:
    pipeline.save_pretrained(tmp_path)
    half = EmbeddedPipeline.load(tmp_path, torch.bfloat16)
    assert half.transformer.dtype == torch.bfloat16
    one, two = (p(SLOTS, seed=3, seconds=1, steps=1).scene for p in (pipeline, half))
    assert np.abs(one.plates["sky"] - two.plates["sky"]).mean() < 0.05


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="world"):
        EmbeddedPipeline.load(tmp_path)


def test_the_quickest_dtype_is_one_of_the_candidates() -> None:
    assert fastest_dtype() in (torch.float32, torch.bfloat16)
    assert fastest_dtype((torch.float64,)) == torch.float64
