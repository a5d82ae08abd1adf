"""Every family, from the weights on disk to the canvas."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from server.render.canvas import Canvas
from server.render.families.latents import from_bytes
from server.render.families.pictures import to_i420
from server.render.families.renderer import FamilyRenderer
from server.render.renderer import Brief, Patch, alone
from tests.render.families import tiny
from tests.render.families.conftest import Loaded

# The scheduler of Helios gives tensors to numpy, AnyFlow's attention is compiled on GPUs only.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array_wrap__:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:flex_attention called without:UserWarning"),
]

NAMES = tuple(tiny.MAKERS)
STEPS = {"skyreels": 8}
CAUSAL = ("helios", "anyflow", "skyreels")


Played = Callable[[str], tuple[list[Patch], bytes]]


def brief(name: str, **given: object) -> Brief:
    usual = {"text": "a red fox", "seed": 7, "seconds": 1, "steps": STEPS.get(name, 3)}
    return Brief(**(usual | given))  # type: ignore[arg-type]


def play(renderer: FamilyRenderer, wanted: Brief) -> tuple[list[Patch], bytes]:
    """A whole clip through the real canvas, which holds the laws of the plane."""
    canvas = Canvas(wanted.seconds * renderer.fps, 0.0)
    patches: list[Patch] = []
    drawing = alone(renderer.render(wanted))
    while True:
        try:
            patches.append(next(drawing))
        except StopIteration as end:
            canvas.close()
            return patches, end.value
        canvas.put(patches[-1], float(len(patches)))


def frames(patch: Patch) -> range:
    """The frames that a patch is of."""
    return range(patch.start, patch.stop)


@pytest.fixture(scope="module")
def played(loaded: Loaded) -> Played:
    """The usual clip of a model, by its name."""
    return cache(lambda name: play(loaded(name), brief(name)))


@pytest.mark.parametrize("name", NAMES)
def test_a_clip_keeps_the_laws_of_the_plane_and_every_frame_can_be_drawn(
    name: str, loaded: Loaded, played: Played
) -> None:
    renderer = loaded(name)
    patches, latents = played(name)
    assert any(not patch.final for patch in patches)
    for patch in patches:
        assert 1 <= patch.step <= patch.steps == STEPS.get(name, 3)
        assert 0 <= patch.chunk < patch.chunks
        for frame in (patch.start, patch.stop - 1):
            picture = patch.draw(frame)
            assert picture.shape == (renderer.height * 3 // 2, renderer.width)
            assert picture.dtype == np.uint8
            assert np.array_equal(picture, patch.draw(frame))
        with pytest.raises(IndexError):
            patch.draw(patch.start - 1)
    plan = renderer.plan(1)
    held = from_bytes(latents, type(renderer.pipeline).__name__).picture
    assert held.shape[2:] == (plan.latents, *plan.latent_size)


@pytest.mark.parametrize("name", ["wan", "ltx", "anyflow"])
def test_the_tap_changes_nothing_of_what_the_pipeline_makes(
    name: str, loaded: Loaded, played: Played
) -> None:
    renderer = loaded(name)
    bare = renderer.bare(brief(name)).frames[0].transpose(0, 1)
    shown = {frame: patch for patch in played(name)[0] if patch.final for frame in frames(patch)}
    for frame, picture in zip(range(renderer.fps), to_i420(bare), strict=False):
        assert np.array_equal(shown[frame].draw(frame), picture)


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_gives_the_same_clip_again_and_another_gives_another(
    name: str, loaded: Loaded, played: Played
) -> None:
    renderer = loaded(name)
    first, latents = played(name)
    second, again = play(renderer, brief(name))
    assert latents == again
    last = renderer.fps - 1
    assert np.array_equal(first[-1].draw(last), second[-1].draw(last))
    other, others = play(renderer, brief(name, seed=8))
    assert others != latents
    assert not np.array_equal(first[-1].draw(last), other[-1].draw(last))


@pytest.mark.parametrize("name", NAMES)
def test_a_cancel_takes_effect_within_one_step_and_leaves_nothing_behind(
    name: str, loaded: Loaded, played: Played
) -> None:
    renderer = loaded(name)
    _, whole = played(name)
    drawing = alone(renderer.render(brief(name, steps=20)))
    seen = next(drawing)
    drawing.close()
    assert list(drawing) == []
    assert seen.draw(seen.start).any()
    assert play(renderer, brief(name))[1] == whole


@pytest.mark.parametrize("name", NAMES)
def test_the_weaker_a_remix_the_nearer_it_is_to_its_parent(
    name: str, loaded: Loaded, played: Played
) -> None:
    renderer = loaded(name)
    kind = type(renderer.pipeline).__name__
    _, parent = played(name)
    begun = from_bytes(parent, kind).picture
    distances = []
    for strength in (0.05, 0.8):
        remix = brief(name, seed=9, text="a blue whale", parent=parent, strength=strength)
        patches, made = play(renderer, remix)
        assert all(patch.sigma <= strength for patch in patches)
        distances.append(float((from_bytes(made, kind).picture - begun).abs().mean()))
    assert distances == sorted(distances)
    assert distances[0] < distances[-1] / 4
    forgetful = brief(name, parent=made, strength=1.0)
    assert play(renderer, forgetful)[1] == parent


@pytest.mark.parametrize("name", ["wan", "anyflow"])
def test_a_remix_may_be_longer_or_shorter_than_its_parent(name: str, loaded: Loaded) -> None:
    renderer = loaded(name)
    _, short = play(renderer, brief(name, steps=1))
    remix = brief(name, seconds=2, parent=short, strength=0.5, steps=1)
    patches, long = play(renderer, remix)
    assert patches[-1].stop == 2 * renderer.fps
    _, back = play(renderer, brief(name, parent=long, strength=0.5, steps=1))
    assert len(back) == len(short)


@pytest.mark.parametrize("name", ["wan", "helios"])
def test_latents_of_another_kind_are_refused(name: str, loaded: Loaded) -> None:
    renderer = loaded(name)
    _, strange = play(loaded("ltx"), brief("ltx", steps=1))
    for parent in (b"", b"no latents", strange):
        with pytest.raises(ValueError, match="latents"):
            next(renderer.render(brief(name, parent=parent, strength=0.5)))


@pytest.mark.parametrize("name", CAUSAL)
def test_a_causal_model_finishes_its_first_frames_before_it_begins_the_last(
    name: str, loaded: Loaded
) -> None:
    renderer = loaded(name)
    patches, _ = play(renderer, brief(name, seconds=2))
    first_final = next(at for at, patch in enumerate(patches) if patch.final)
    assert any(not patch.final and patch.start > 0 for patch in patches[first_final:])
    assert patches[0].chunks > 1


def test_a_staircase_works_on_several_blocks_at_once(played: Played) -> None:
    patches, _ = played("skyreels")
    chunks = [patch.chunk for patch in patches]
    assert chunks != sorted(chunks)


def test_a_joint_model_sharpens_all_of_its_frames_together(loaded: Loaded, played: Played) -> None:
    renderer = loaded("wan")
    patches, _ = played("wan")
    forming = [patch for patch in patches if not patch.final]
    assert all((patch.start, patch.stop) == (0, renderer.fps) for patch in forming)
    sharpening = [patch.sigma for patch in forming]
    assert sharpening == sorted(sharpening, reverse=True)


def test_only_a_model_with_sound_gives_any_and_it_is_as_long_as_the_clip(played: Played) -> None:
    heard = {
        name: [patch for patch in played(name)[0] if patch.sound is not None] for name in NAMES
    }
    assert [name for name in NAMES if heard[name]] == ["ltx2"]
    (patch,) = heard["ltx2"]
    assert patch.final
    assert patch.start == 0
    sound = patch.sound
    assert sound is not None
    assert sound.rate == 16000
    assert sound.samples.shape[0] == 2
    assert sound.samples.shape[1] >= 0.95 * sound.rate
    assert np.abs(sound.samples).max() <= 1


def test_a_remix_also_begins_with_its_parents_sound(loaded: Loaded, played: Played) -> None:
    renderer = loaded("ltx2")
    _, parent = played("ltx2")
    _, remix = play(renderer, brief("ltx2", seed=9, parent=parent, strength=0.05))
    _, other = play(renderer, brief("ltx2", seed=9))
    first, near, far = (
        from_bytes(latents, "LTX2Pipeline").sound for latents in (parent, remix, other)
    )
    assert first is not None
    assert near is not None
    assert far is not None
    assert (near - first).abs().mean() < (far - first).abs().mean() / 4


def test_latents_that_are_no_numbers_fail_the_clip_and_not_the_model(loaded: Loaded) -> None:
    renderer = loaded("wan")
    weight = renderer.pipeline.transformer.proj_out.weight
    kept = weight.detach().clone()
    weight.data.fill_(float("nan"))
    try:
        with pytest.raises(ArithmeticError, match="not finite"):
            play(renderer, brief("wan"))
    finally:
        weight.data.copy_(kept)
    assert play(renderer, brief("wan"))[1]


def test_two_clips_may_be_on_their_way_at_once(loaded: Loaded) -> None:
    renderer = loaded("wan")
    alone = [play(renderer, brief("wan", seed=seed))[1] for seed in (1, 2)]
    drawings = [renderer.render(brief("wan", seed=seed)) for seed in (1, 2)]
    latents: dict[int, bytes] = {}
    while len(latents) < 2:
        for at, drawing in enumerate(drawings):
            try:
                next(drawing)
            except StopIteration as end:
                latents.setdefault(at, end.value)
    assert [latents[0], latents[1]] == alone
