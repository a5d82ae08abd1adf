"""Every spec, from the weights on disk to the canvas."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from phosphene.model import Steer
from phosphene.render.worker.canvas import Canvas
from phosphene.render.worker.diffusers.latents import ClipLatents, from_bytes, to_bytes
from phosphene.render.worker.diffusers.pictures import to_i420
from phosphene.render.worker.diffusers.renderer import DiffusersRenderer
from phosphene.render.worker.renderer import Brief, Forward, Patch, Picture, patches_alone
from tests.breadth import few_of
from tests.render.worker.diffusers import tiny
from tests.render.worker.diffusers.conftest import Loaded

# The scheduler of Helios gives tensors to numpy, AnyFlow's attention is compiled on GPUs only.
pytestmark = [
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore:__array_wrap__:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:flex_attention called without:UserWarning"),
]

NAMES = tuple(tiny.MAKERS)
STEPS = {"skyreels": 8, "anyflow": 2}
CAUSAL = ("helios", "anyflow", "skyreels")
SHARING = ("wan", "vace", "ltx", "ltx2", "helios", "skyreels")
STEERED = [("wan", 1), ("ltx", 1), ("ltx2", 1), ("helios", 2), ("anyflow", 1), ("skyreels", 1)]
FEW = ("wan", "helios")
FEW_LAYOUTS = ("wan", "ltx2", "vace", "helios")
"""One that draws all frames together and one that draws chunk after chunk: of the others `make
test` draws a clip each, and `make soak` holds all laws."""


Played = Callable[[str], tuple[list[Patch], bytes]]


def brief(name: str, **given: object) -> Brief:
    usual = {"text": "a red fox", "seed": 7, "seconds": 1, "steps": STEPS.get(name, 3)}
    return Brief(**(usual | given))  # type: ignore[arg-type]


def play(renderer: DiffusersRenderer, wanted: Brief) -> tuple[list[Patch], bytes]:
    """A whole clip through the real canvas, which holds the laws of the plane."""
    canvas = Canvas(wanted.seconds * renderer.fps, 0.0)
    patches: list[Patch] = []
    drawing = patches_alone(renderer.render(wanted))
    while True:
        try:
            patches.append(next(drawing))
        except StopIteration as end:
            canvas.close()
            return patches, end.value
        canvas.put_patch(patches[-1], float(len(patches)))


def frames(patch: Patch) -> range:
    """The frames that a patch is of."""
    return range(patch.start, patch.stop)


@pytest.fixture(scope="module")
def played(loaded: Loaded) -> Played:
    """The usual clip of a model, by its name."""
    return cache(lambda name: play(loaded(name), brief(name)))


@pytest.fixture(scope="module")
def played_longer(loaded: Loaded) -> Played:
    """The same of two seconds."""
    return cache(lambda name: play(loaded(name), brief(name, seconds=2)))


@pytest.mark.parametrize("name", few_of(NAMES, FEW_LAYOUTS))
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
    plan = renderer.plan_clip(1)
    held = from_bytes(latents, type(renderer.pipeline).__name__).picture
    assert held.shape[2:] == (plan.latents, *plan.latent_size)


@pytest.mark.parametrize("name", few_of(("wan", "ltx", "anyflow"), ("wan",)))
def test_the_tap_changes_nothing_of_what_the_pipeline_makes(
    name: str, loaded: Loaded, played: Played
) -> None:
    renderer = loaded(name)
    bare = renderer.call_unhooked(brief(name)).frames[0].transpose(0, 1)
    shown = {frame: patch for patch in played(name)[0] if patch.final for frame in frames(patch)}
    for frame, picture in zip(range(renderer.fps), to_i420(bare), strict=False):
        assert np.array_equal(shown[frame].draw(frame), picture)


@pytest.mark.parametrize("name", few_of(NAMES, FEW))
def test_another_seed_gives_another_clip(name: str, loaded: Loaded, played: Played) -> None:
    first = played(name)[0][0]
    drawing = patches_alone(loaded(name).render(brief(name, seed=8)))
    other = next(drawing)
    drawing.close()
    assert (other.sigma, other.start) == (first.sigma, first.start)
    assert not np.array_equal(first.draw(first.start), other.draw(other.start))


@pytest.mark.parametrize("name", few_of(NAMES, FEW))
def test_a_cancel_takes_effect_within_one_step_and_a_seed_gives_the_same_clip_after_it(
    name: str, loaded: Loaded, played: Played
) -> None:
    renderer = loaded(name)
    first, whole = played(name)
    drawing = patches_alone(renderer.render(brief(name, steps=20)))
    seen = next(drawing)
    drawing.close()
    assert list(drawing) == []
    assert seen.draw(seen.start).any()
    second, again = play(renderer, brief(name))
    assert again == whole
    last = renderer.fps - 1
    assert np.array_equal(first[-1].draw(last), second[-1].draw(last))


@pytest.mark.parametrize("name", few_of(NAMES, FEW))
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


def test_a_remix_of_full_strength_forgets_its_parent(loaded: Loaded, played: Played) -> None:
    renderer = loaded("wan")
    _, parent = play(renderer, brief("wan", seed=9, steps=1))
    assert play(renderer, brief("wan", parent=parent, strength=1.0))[1] == played("wan")[1]


@pytest.mark.parametrize("name", ["wan"])
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
            next(patches_alone(renderer.render(brief(name, parent=parent, strength=0.5))))


@pytest.mark.parametrize("name", few_of(CAUSAL, ("helios",)))
def test_a_causal_model_finishes_its_first_frames_before_it_begins_the_last(
    name: str, played_longer: Played
) -> None:
    patches, _ = played_longer(name)
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
    assert patch.sound is not None
    sound = patch.sound()
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


def both(renderer: DiffusersRenderer, briefs: list[Brief]) -> tuple[list[bytes], list[int]]:
    """Clips that share every forward pass they can, and how many shared each."""
    drawings = [renderer.render(one) for one in briefs]
    answers: dict[int, Any] = dict.fromkeys(range(len(briefs)))
    latents, sizes = [b""] * len(briefs), []
    while answers:
        asked: dict[int, Forward] = {}
        for at, answer in list(answers.items()):
            try:
                news = drawings[at].send(answer)
                while not isinstance(news, Forward):
                    news = drawings[at].send(None)
                asked[at] = news
            except StopIteration as end:
                latents[at] = end.value
        answers = {}
        for key in {one.key for one in asked.values()}:
            group = {at: one for at, one in asked.items() if one.key == key}
            made = next(iter(group.values())).together([one.given for one in group.values()])
            answers |= dict(zip(group, made, strict=True))
            sizes.append(len(group))
    return latents, sizes


@pytest.mark.parametrize("name", few_of(SHARING, FEW))
def test_clips_that_share_their_forward_passes_are_what_they_would_be_alone(
    name: str, loaded: Loaded, played: Played
) -> None:
    renderer = loaded(name)
    kind = type(renderer.pipeline).__name__
    second = brief(name, seed=8, text="a blue whale under the sea", steps=STEPS.get(name, 2))
    latents, sizes = both(renderer, [brief(name), second])
    assert sizes.count(2) > 1
    for made, solo in zip(latents, (played(name)[1], play(renderer, second)[1]), strict=True):
        one, other = from_bytes(made, kind), from_bytes(solo, kind)
        assert torch.allclose(one.picture, other.picture, atol=2e-3)
        if one.sound is not None and other.sound is not None:
            assert torch.allclose(one.sound, other.sound, atol=2e-3)


def test_a_cache_of_keys_and_values_keeps_clips_apart(loaded: Loaded) -> None:
    assert both(loaded("anyflow"), [brief("anyflow", steps=1)])[1] == []


def steered(renderer: DiffusersRenderer, wanted: Brief, text: str) -> tuple[list[Any], bytes]:
    """What a clip says after its audience chose ``text`` at its first patch, but for forwards."""
    drawing, said, answer = renderer.render(wanted), list[Any](), None
    while True:
        try:
            news = drawing.send(answer)
        except StopIteration as end:
            return said, end.value
        answer = news.together([news.given])[0] if isinstance(news, Forward) else None
        if isinstance(news, Patch) and not said:
            answer = text
        if not isinstance(news, Forward):
            said.append(news)


@pytest.mark.parametrize(("name", "seconds"), few_of(STEERED, FEW))
def test_a_steered_clip_follows_its_audience_and_can_be_drawn_again(
    name: str, seconds: int, loaded: Loaded, played: Played
) -> None:
    renderer = loaded(name)
    wanted = brief(name, seconds=seconds)
    said, latents = steered(renderer, wanted, "a blue whale under the sea")
    steers = [one for one in said if isinstance(one, Steer)]
    assert len(steers) == 1
    assert steers[0].text == "a blue whale under the sea"
    assert (steers[0].frame > 0) == (renderer.steers == "chunk")
    told = said.index(steers[0])
    if renderer.steers == "chunk":
        assert all(patch.stop <= steers[0].frame for patch in said[:told])
        assert any(patch.start == steers[0].frame for patch in said[told + 1 :])
    else:
        assert told == 1
    assert play(renderer, brief(name, seconds=seconds, steering=tuple(steers)))[1] == latents
    assert seconds > 1 or played(name)[1] != latents


def test_what_is_known_from_the_start_is_the_prompt(loaded: Loaded, played: Played) -> None:
    known = brief("wan", text="forgotten", steering=(Steer(brief("wan").text),))
    assert play(loaded("wan"), known)[1] == played("wan")[1]


def test_a_model_that_cannot_go_on_from_a_part_says_so(loaded: Loaded) -> None:
    with pytest.raises(ValueError, match="part of a clip"):
        loaded("wan").render(brief("wan", kept=1, begun=b"x"))


def finals(patches: list[Patch]) -> dict[int, Patch]:
    """The final patch of each frame."""
    return {frame: patch for patch in patches if patch.final for frame in frames(patch)}


@pytest.mark.parametrize("name", few_of(CAUSAL, ("helios",)))
def test_a_fork_begins_as_its_parent_and_pays_only_for_the_rest(
    name: str, loaded: Loaded, played_longer: Played
) -> None:
    renderer = loaded(name)
    before, parent = played_longer(name)
    forked = brief(name, seconds=3, text="a blue whale", seed=8, kept=1, begun=parent)
    after, latents = play(renderer, forked)
    old, new = finals(before), finals(after)
    same = [nearly(old[at].draw(at), new[at].draw(at)) for at in old]
    parts = {patch.chunk for patch in after if not patch.final}
    begins = min(patch.start for patch in after if not patch.final)
    assert renderer.fps <= begins + renderer.plan_clip(1).timeline.stride * 3
    assert all(same[:begins])
    assert sum(same[begins:]) < len(same[begins:]) / 2
    assert not same[-1]
    assert parts == {patch.chunk for patch in after if patch.start >= begins}
    assert play(renderer, forked)[1] == latents


@pytest.mark.parametrize("name", few_of(CAUSAL, ("helios",)))
def test_a_clip_that_lost_its_worker_goes_on_after_its_last_finished_chunk(
    name: str, loaded: Loaded
) -> None:
    renderer = loaded(name)
    wanted = brief(name, seconds=3)
    patches, whole = play(renderer, wanted)
    kept = [patch for patch in patches if patch.keep is not None]
    assert len(kept) >= kept[0].chunks - 1
    last = next(patch for patch in kept if patch.stop >= renderer.fps)
    assert last.keep is not None
    rest = brief(name, seconds=3, begun=last.keep(), kept=last.stop // renderer.fps)
    again, latents = play(renderer, rest)
    old, new = finals(patches), finals(again)
    assert all(nearly(old[at].draw(at), new[at].draw(at)) for at in range(last.stop))
    assert min(patch.start for patch in again if not patch.final) == last.stop
    if name == "skyreels":  # what it had begun of the following blocks is lost
        return
    assert all(nearly(old[at].draw(at), new[at].draw(at)) for at in old)
    made, meant = (from_bytes(one, type(renderer.pipeline).__name__) for one in (latents, whole))
    assert torch.allclose(made.picture, meant.picture, atol=0.05)


def test_a_clip_whose_chunks_are_all_finished_is_only_decoded(loaded: Loaded) -> None:
    renderer = loaded("helios")
    _, whole = play(renderer, brief("helios"))
    patches, latents = play(renderer, brief("helios", begun=whole, kept=1))
    assert all(patch.final for patch in patches)
    assert latents == whole


def test_a_fork_of_another_size_is_refused(loaded: Loaded) -> None:
    kind = type(loaded("helios").pipeline).__name__
    other = to_bytes(ClipLatents(torch.zeros(1, 16, 9, 2, 2)), kind)
    with pytest.raises(ValueError, match="size"):
        play(loaded("helios"), brief("helios", seconds=2, kept=1, begun=other))


def nearly(one: Picture, other: Picture) -> bool:
    """Alike but for the rounding of latents that were kept."""
    return float(np.abs(one.astype(np.int16) - other).mean()) < 1.5


@pytest.mark.breadth
def test_a_remix_that_lost_its_worker_goes_on_from_its_parent(
    loaded: Loaded, played_longer: Played
) -> None:
    renderer = loaded("helios")
    _, parent = played_longer("helios")
    remix = {"seed": 9, "text": "a blue whale", "parent": parent, "strength": 0.5, "seconds": 3}
    patches, whole = play(renderer, brief("helios", **remix))
    keep = next(patch.keep for patch in patches if patch.keep is not None)
    _, again = play(renderer, brief("helios", **remix, begun=keep(), kept=1))
    made, meant = (from_bytes(one, "HeliosPipeline").picture for one in (again, whole))
    assert torch.allclose(made, meant, atol=0.05)
