"""Clips with somebody whom the nouns' network draws obey the laws of all clips."""

from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from phosphene.model import Steer
from phosphene.render.worker.embedded.nouns.cast import ALONE, Cast
from phosphene.render.worker.embedded.nouns.plate import SHAPE
from phosphene.render.worker.embedded.pipeline import EmbeddedPipeline
from phosphene.render.worker.embedded.renderer import EmbeddedRenderer
from phosphene.render.worker.embedded.scene import Scene, from_latents, to_latents
from phosphene.render.worker.embedded.segments import from_bytes
from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from phosphene.render.worker.embedded.vocabulary import OTHERS, PLATES, SCENERY
from phosphene.render.worker.renderer import Brief, Drawing, patches_alone
from tests.render.worker.embedded import toy
from tests.render.worker.embedded.toy import WORLD, actor

SLOTS = resolve_slots(WORLD, {"subject": "horse", "colour": "blue"}, 1)
CAR = Cast(actor())


@pytest.fixture(scope="module")
def pipeline() -> EmbeddedPipeline:
    made = toy.pipeline()
    made.nouns = toy.nouns()
    return made


def drawn(pipeline: EmbeddedPipeline, cast: Cast, parent: Scene | None = None) -> Scene:
    strength = 0.5 if parent else 1.0
    made = pipeline(SLOTS, 3, seconds=1, steps=3, cast=cast, parent=parent, strength=strength)
    return from_latents(to_latents(made.scene), WORLD)


def same(one: Scene, other: Scene, *names: str) -> bool:
    return all(np.allclose(one.plates[n], other.plates[n], atol=1.5 / 255) for n in names)


def test_a_noun_is_drawn_beside_the_same_scenery(pipeline: EmbeddedPipeline) -> None:
    car, horse = drawn(pipeline, CAR), drawn(pipeline, ALONE)
    assert car.plates["subject"].shape == SHAPE
    assert same(car, horse, *SCENERY, "inks")
    assert np.array_equal(car.score, horse.score)
    assert to_latents(car) == to_latents(drawn(pipeline, CAR))
    assert not same(car, drawn(pipeline, Cast(actor(drawing=1))), "subject")


def test_each_step_shows_what_it_foresees(pipeline: EmbeddedPipeline) -> None:
    steps = [s.scene for s in pipeline.denoise_clip(SLOTS, 3, 1, 4, cast=CAR)]
    assert len(steps) == 4
    assert all(step.plates["subject"].shape == SHAPE for step in steps)
    assert not same(steps[0], steps[3], "subject")


def test_two_nouns_have_plates_of_their_own(pipeline: EmbeddedPipeline) -> None:
    both = drawn(pipeline, Cast(actor("woman"), actor("guitar"), "holding"))
    assert {*both.plates} == {*PLATES, *OTHERS}
    assert not same(both, Scene({**both.plates, "other": both.plates["subject"]}, both.score,
                                both.slots), "other")  # fmt: skip


def test_a_remix_keeps_the_drawing_unless_it_is_another(pipeline: EmbeddedPipeline) -> None:
    car = drawn(pipeline, CAR)
    green = drawn(pipeline, Cast(replace(actor(), inks=((0, 200, 0),) * 5)), car)
    assert same(car, green, "subject", *SCENERY)
    assert not same(car, green, "inks")
    bus = drawn(pipeline, Cast(actor("bus")), car)
    assert same(car, bus, *SCENERY, "inks")
    assert not same(car, bus, "subject")
    horse = drawn(pipeline, ALONE, car)
    assert same(horse, drawn(pipeline, ALONE), "subject"), "nothing of a noun is in it"


def test_a_remix_of_a_noun_begins_with_its_drawing(pipeline: EmbeddedPipeline) -> None:
    car = drawn(pipeline, CAR)
    turned = {**car.plates, "subject": car.plates["subject"][:, ::-1].copy()}
    other = Scene(turned, car.score, car.slots, car.cast)
    one, two = (drawn(pipeline, Cast(actor("bus")), parent) for parent in (car, other))
    assert not same(one, two, "subject")


def test_a_noun_can_come_and_go_when_a_clip_is_steered(pipeline: EmbeddedPipeline) -> None:
    clip = pipeline.start_clip(SLOTS, 3, steps=2)
    list(toy.alone(clip.denoise_second(0, 2)))
    (*_, came) = toy.alone(clip.restyle_plates(SLOTS, 0.9, 0, 2, 1000, CAR))
    assert came.scene.plates["subject"].shape == SHAPE
    (*_, gone) = toy.alone(clip.restyle_plates(SLOTS, 0.9, 0, 2, 1001, ALONE))
    assert gone.scene.plates["subject"].shape != SHAPE


def test_a_model_without_nouns_says_that_it_cannot(pipeline: EmbeddedPipeline) -> None:
    bare = toy.pipeline()
    with pytest.raises(ValueError, match="nouns"):
        bare(SLOTS, 3, seconds=1, steps=1, cast=CAR)
    with pytest.raises(ValueError, match="warp"):
        pipeline(SLOTS, 3, seconds=1, steps=1, cast=Cast(actor("warp-drive")))


@pytest.mark.model
def test_a_clip_of_nouns_is_drawn_again_to_the_bit_and_others_remix_it(tmp_path: Path) -> None:
    renderer = EmbeddedRenderer(toy.save(tmp_path, with_nouns=True), torch.float32)
    told = {slot.name: slot.value for slot in renderer.understand("a red car")}
    assert (told["subject"], told["colour"]) == ("car", "red")
    brief = Brief("a red car", seed=3, seconds=1, steps=2, steering=(Steer("a bus", 6),))
    one, two = (finished(renderer.render(brief)) for _ in range(2))
    assert one == two
    car, bus = (segment.scene for segment in from_bytes(one, WORLD))
    assert [scene.cast.subject and scene.cast.subject.concept for scene in (car, bus)] == [
        "car",
        "bus",
    ]
    remix = Brief("a green bus", seed=4, seconds=1, steps=2, parent=one, strength=0.5)
    green = from_bytes(finished(renderer.render(remix)), WORLD)[-1].scene
    assert same(green, bus, "subject")
    assert green.cast.subject
    assert bus.cast.subject
    assert green.cast.subject.inks[0] != bus.cast.subject.inks[0]


def finished(drawing: Drawing) -> bytes:
    """The latents of a clip, of which nothing was looked at but the last picture."""
    patches = patches_alone(drawing)
    last = None
    while True:
        try:
            last = next(patches)
        except StopIteration as end:
            assert last is not None
            assert last.draw(last.start).any()
            return bytes(end.value)
