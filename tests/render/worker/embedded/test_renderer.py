from itertools import count, pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from phosphene.model import Slot, Steer, Tune
from phosphene.render.reading import UNDRAWN
from phosphene.render.worker.embedded.renderer import LEVELS, EmbeddedRenderer, fingerprint
from phosphene.render.worker.embedded.scene import from_latents
from phosphene.render.worker.embedded.segments import from_bytes
from phosphene.render.worker.embedded.subject_layer import coloured
from phosphene.render.worker.embedded.vocabulary import PLATES, SCENERY, SLOTS
from phosphene.render.worker.renderer import Brief, Forward, Patch, Renderer, Sound, patches_alone
from tests.breadth import wide
from tests.render.worker.embedded import toy
from tests.render.worker.embedded.toy import SHIPPED, WORLD

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole model, small and with random weights."""
    return toy.save(tmp_path_factory.mktemp("embedded"))


@pytest.fixture(scope="module")
def renderer(folder: Path) -> Renderer:
    return EmbeddedRenderer(folder)


@pytest.fixture(scope="module")
def shipped() -> Renderer:
    return EmbeddedRenderer(SHIPPED)


def draw_all(renderer: Renderer, brief: Brief) -> tuple[list[Patch], bytes]:
    """All patches of a clip, and its latents."""
    patches, rendering = [], patches_alone(renderer.render(brief))
    while True:
        try:
            patches.append(next(rendering))
        except StopIteration as end:
            return patches, end.value


def check_plane(patches: list[Patch], frames: int) -> None:
    """The laws of the plane of frames x noise."""
    sigmas, finals, revision = [1.0] * frames, [0] * frames, -1
    for patch in patches:
        assert patch.revision > revision
        assert patch.final == (patch.sigma == 0) == (patch.step == patch.steps)
        assert 0 <= patch.step <= patch.steps
        assert 0 <= patch.part < 1
        revision = patch.revision
        for frame in range(patch.start, patch.stop):
            assert patch.sigma <= sigmas[frame]
            sigmas[frame] = patch.sigma
            finals[frame] += patch.final
    assert finals == [1] * frames


def test_frames_sharpen_second_by_second(renderer: Renderer) -> None:
    patches, _ = draw_all(renderer, Brief("a whale", seed=3, seconds=3, steps=4))
    check_plane(patches, 72)
    for second in range(3):
        ranges = [(patch.start, patch.stop) for patch in patches if patch.chunk == second]
        first = second * 24
        portions = [(first + at, first + at + 6) for at in (0, 6, 12, 18)]
        forming = 3 if second else 4 * LEVELS
        assert ranges == [(first, first + 24)] * forming + portions
    assert [patch.stop for patch in patches if patch.keep] == [24, 48, 72]
    assert {patch.chunks for patch in patches} == {3}


def test_the_first_second_condenses_from_noise_alone(renderer: Renderer) -> None:
    patches, _ = draw_all(renderer, Brief("a whale", seed=3, seconds=1, steps=4))
    forming = [patch for patch in patches if not patch.final]
    assert [(patch.step, patch.part) for patch in forming] == [
        (done, part / LEVELS) for done in range(4) for part in range(LEVELS)
    ]
    sigmas = [patch.sigma for patch in forming]
    assert sigmas[0] == 1.0
    assert sigmas == sorted({*sigmas}, reverse=True)
    falls = [before - after for before, after in pairwise([*sigmas, 0.0])]
    assert max(falls) < 2 * min(falls)


def test_the_first_picture_needs_no_pass_of_the_model(renderer: Renderer) -> None:
    whale, fox = (
        next(renderer.render(Brief(text, seed=3, seconds=1, steps=4)))
        for text in ("a whale at day", "a red fox in the forest at night")
    )
    assert isinstance(whale, Patch)
    assert isinstance(fox, Patch)
    assert np.array_equal(whale.draw(0), fox.draw(0))  # nobody knows yet what it will be


def test_every_patch_draws_its_frames(renderer: Renderer) -> None:
    patches, _ = draw_all(renderer, Brief("a whale", seed=3, seconds=2, steps=2))
    for patch in patches:
        picture = patch.draw(patch.start)
        assert picture.shape == (renderer.height * 3 // 2, renderer.width)
        assert picture.dtype == np.uint8
        assert np.array_equal(picture, patch.draw(patch.start))
        moves = not np.array_equal(picture, patch.draw(patch.stop - 1))
        assert moves == (patch.sigma < 1)  # of noise alone nothing is known, nor where it goes


def test_frames_outside_a_patch_cannot_be_drawn(renderer: Renderer) -> None:
    patches, _ = draw_all(renderer, Brief("a whale", seed=3, seconds=2, steps=1))
    for patch in patches:
        for frame in (-1, patch.start - 1, patch.stop):
            with pytest.raises(IndexError):
                patch.draw(frame)


def test_final_frames_stay_when_the_clip_goes_on(renderer: Renderer) -> None:
    patches, _ = draw_all(renderer, Brief("a whale", seed=3, seconds=2, steps=2))
    short, _ = draw_all(renderer, Brief("a whale", seed=3, seconds=1, steps=2))
    same = next(patch for patch in patches if patch.final and patch.stop == 24)
    assert np.array_equal(short[-1].draw(23), same.draw(23))


def test_the_latents_are_what_a_remix_starts_from(renderer: Renderer) -> None:
    _, latents = draw_all(renderer, Brief("a whale", seed=3, seconds=2, steps=2))
    assert from_latents(latents, WORLD).seconds == 2
    remix = Brief("at night", seed=4, seconds=3, strength=0.5, parent=latents, steps=4)
    again, remixed = draw_all(renderer, remix)
    check_plane(again, 72)
    assert remixed != latents
    assert draw_all(renderer, remix)[1] == remixed
    whole = 4 * LEVELS + 2 * 3
    assert len([patch for patch in again if not patch.final]) < whole


def test_scenery_is_scenery_until_somebody_is_asked_for(renderer: Renderer) -> None:
    patches, latents = draw_all(renderer, Brief("a beach at night", seed=3, seconds=2, steps=2))
    check_plane(patches, 48)
    assert not np.array_equal(patches[-1].draw(42), patches[-1].draw(47))
    scene = from_latents(latents, WORLD)
    assert set(scene.plates) == set(SCENERY)
    assert (scene.slots["subject"], scene.slots["place"]) == ("nothing", "sea")
    remix = Brief("a whale", seed=4, seconds=2, strength=0.7, parent=latents, steps=2)
    found = from_latents(draw_all(renderer, remix)[1], WORLD)
    assert set(found.plates) == set(PLATES)
    assert np.array_equal(found.plates["far"], scene.plates["far"])


def test_a_subject_comes_when_a_clip_is_steered_to_it(renderer: Renderer) -> None:
    brief = Brief("the sea", seed=3, seconds=2, steps=2)
    followed, latents = steered(renderer, brief, {2: "a fox"})
    assert [steer.text for steer in followed] == ["a fox"]
    before, after = from_bytes(latents, WORLD)
    assert (before.scene.slots["subject"], after.scene.slots["subject"]) == ("nothing", "fox")
    assert "subject" in after.scene.plates


def steered(
    renderer: Renderer, brief: Brief, said: dict[int, str]
) -> tuple[tuple[Steer, ...], bytes]:
    """A clip whose audience says the texts at the patches of these numbers: what it followed from
    where, and its latents."""
    drawing, followed = renderer.render(brief), list[Steer]()
    answer: Any = None
    patches = count()
    while True:
        try:
            news = drawing.send(answer)
        except StopIteration as end:
            return tuple(followed), end.value
        match news:
            case Forward():
                (answer,) = news.together([news.given])
            case Steer():
                followed.append(news)
                answer = None
            case _:
                answer = said.get(next(patches))


@pytest.mark.parametrize(
    "said",
    [
        wide({2: "night rain"}),
        wide({18: "a bird at night"}),
        {19: "a bird at night", 21: "a cat at dawn"},
        wide({13: "a bird", 15: "a cat at dawn", 18: "a fish at night", 21: "a fox in snow"}),
    ],
)
def test_a_clip_that_was_steered_is_drawn_again_to_the_bit(
    shipped: Renderer, said: dict[int, str]
) -> None:
    brief = Brief("a whale at day", seed=3, seconds=2, steps=4)
    followed, latents = steered(shipped, brief, said)
    assert len(followed) == len(said)
    assert steered(shipped, msgspec.structs.replace(brief, steering=followed), {}) == ((), latents)
    fork = Brief("an owl", seed=5, seconds=3, steps=4, begun=latents, kept=2)
    lines, forked = steered(shipped, fork, {7: "a penguin in the snow"})
    assert [line.frame for line in lines] == [48]
    assert steered(shipped, msgspec.structs.replace(fork, steering=lines), {}) == ((), forked)
    remix = Brief("an owl", seed=5, seconds=1, steps=4, parent=forked, strength=0.5)
    assert steered(shipped, remix, {})[0] == ()


def heard(renderer: Renderer, brief: Brief) -> tuple[list[Sound], list[Patch]]:
    """The sound of a clip, quarter of a second after quarter, and all of its patches."""
    patches, _ = draw_all(renderer, brief)
    return [patch.sound() for patch in patches if patch.sound is not None], patches


def test_a_clip_has_a_sound_if_it_is_told_of_what_to_make_it(renderer: Renderer) -> None:
    silent = Brief("a whale", seed=3, seconds=2, steps=2)
    assert heard(renderer, silent)[0] == []
    tune = Tune(version=1, seed=8, seconds=2)
    sounds, patches = heard(renderer, msgspec.structs.replace(silent, tune=tune))
    assert [sound.samples.shape for sound in sounds] == [(2, 12_000)] * 8
    assert all(patch.hum is not None for patch in patches)


def test_who_takes_a_clip_up_hears_what_was_heard_to_the_bit(renderer: Renderer) -> None:
    """A fork does so too, with its own seed: the tune is its parent's."""
    tune = Tune(version=1, seed=8, seconds=3)
    said = (Steer("a cat in the rain", frame=12),)
    brief = Brief("a whale", seed=3, seconds=3, steps=2, tune=tune, steering=said)
    sounds, patches = heard(renderer, brief)
    (keep,) = [patch.keep for patch in patches if patch.keep and patch.stop == 48]
    again = msgspec.structs.replace(brief, seed=4, begun=keep(), kept=2)
    taken, _ = heard(renderer, again)
    same = [np.array_equal(a.samples, b.samples) for a, b in zip(sounds, taken, strict=True)]
    assert same[:8] == [True] * 8


def test_closing_the_generator_cancels(renderer: Renderer) -> None:
    rendering = patches_alone(renderer.render(Brief("a whale", seed=3, seconds=10, steps=8)))
    patch = next(rendering)
    rendering.close()
    assert list(rendering) == []
    assert patch.draw(0).any()


@pytest.mark.parametrize("parent", [b"", b"nonsense" * 9])
def test_a_parent_that_cannot_be_read_is_refused(renderer: Renderer, parent: bytes) -> None:
    rendering = patches_alone(
        renderer.render(Brief("a whale", seed=3, seconds=1, strength=0.5, parent=parent))
    )
    with pytest.raises(ValueError, match="latents"):
        next(rendering)


@pytest.mark.parametrize("text", ["", "a blue whale", "🐳" * 200, "\0", "x" * 5000])
def test_any_text_is_understood_somehow(renderer: Renderer, text: str) -> None:
    slots = renderer.understand(text)
    assert [slot.name for slot in slots] == [*SLOTS, UNDRAWN]
    assert all(isinstance(slot, Slot) and 0 <= slot.confidence <= 1 for slot in slots)


def test_the_fingerprint_is_of_the_files(folder: Path, renderer: Renderer, tmp_path: Path) -> None:
    assert renderer.fingerprint == fingerprint(folder)
    assert len(renderer.fingerprint) == 64
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"weights")
    before = fingerprint(tmp_path)
    (tmp_path / "b").rename(tmp_path / "c")
    renamed = fingerprint(tmp_path)
    (tmp_path / "c").write_bytes(b"weightz")
    assert len({before, renamed, fingerprint(tmp_path)}) == 3


def test_a_fingerprint_is_of_the_code_that_draws_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "world.json").write_text("{}")
    before = fingerprint(tmp_path)
    monkeypatch.setattr("phosphene.render.worker.embedded.renderer.VERSION", 0)
    assert fingerprint(tmp_path) != before


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="world"):
        EmbeddedRenderer(tmp_path)


@pytest.mark.skipif(not (SHIPPED / "model_index.json").exists(), reason="no weights in this tree")
class TestShipped:
    def test_a_prompt_becomes_the_scene_that_it_asks_for(self, shipped: Renderer) -> None:
        brief = Brief("a red whale over the hills at sunset", seed=1, seconds=2, steps=6)
        patches, latents = draw_all(shipped, brief)
        check_plane(patches, 48)
        slots = from_latents(latents, WORLD).slots
        assert slots["subject"] == "whale"
        assert slots["colour"] == "red"
        assert slots["place"] == "hills"
        assert slots["time"] == "sunset"

    def test_the_subject_has_the_colour_and_is_mostly_one_piece(self, shipped: Renderer) -> None:
        brief = Brief("a red whale over the hills at day", seed=2, seconds=1, steps=8)
        _, latents = draw_all(shipped, brief)
        plates = from_latents(latents, WORLD).plates
        middle = coloured(plates["subject"], plates["inks"])[1]
        solid = middle[3] > 0.5
        assert 0.1 < solid.mean() < 0.7
        red, green, blue = (middle[i][solid].mean() for i in range(3))
        assert red > 1.5 * max(green, blue)
