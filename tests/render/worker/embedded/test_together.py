"""Clips of the embedded model that share the device, are steered, forked and taken up again."""

import asyncio
from math import inf

import numpy as np
import pytest
from msgspec.structs import replace

from phosphene.model import Steer
from phosphene.render.worker.embedded.renderer import LEVELS, PORTION, EmbeddedRenderer
from phosphene.render.worker.embedded.segments import DISSOLVE, from_bytes, to_bytes
from phosphene.render.worker.embedded.vocabulary import NOBODY, OTHERS
from phosphene.render.worker.engine import DeviceRequest, Engine, open_engine
from phosphene.render.worker.renderer import Brief, Drawing, Forward, Patch
from tests.render.worker.embedded.toy import SHIPPED, WORLD

pytestmark = pytest.mark.model
BRIEF = Brief("a red fox in the forest at night", seed=3, seconds=2, steps=3)
SECOND_PORTION = BRIEF.steps * LEVELS + 1
"""Number of the patch with which the second portion of the first second is final."""

TOLERANCE = 1.0
"""How much a frame of a clip may differ when others shared its passes: mean, of 255."""


@pytest.fixture(scope="module")
def renderer() -> EmbeddedRenderer:
    return EmbeddedRenderer(SHIPPED)


Played = tuple[list[Patch], list[Steer], bytes]


def draw_all(drawing: Drawing, at: int = -1, text: str = "") -> Played:
    """A clip that has the device for itself, steered to ``text`` at its patch number ``at``."""
    patches: list[Patch] = []
    steers: list[Steer] = []
    answer = None
    while True:
        try:
            news = drawing.send(answer)
        except StopIteration as end:
            return patches, steers, end.value
        answer = None
        if isinstance(news, Forward):
            (answer,) = news.together([news.given])
        elif isinstance(news, Patch):
            answer = text if len(patches) == at else None
            patches.append(news)
        else:
            steers.append(news)


@pytest.fixture(scope="module")
def plain(renderer: EmbeddedRenderer) -> Played:
    return draw_all(renderer.render(BRIEF))


@pytest.fixture(scope="module")
def steered(renderer: EmbeddedRenderer) -> Played:
    """The text comes when the second portion of the first second was shown."""
    return draw_all(
        renderer.render(BRIEF),
        at=SECOND_PORTION,
        text="a red fox in the forest at sunset in the rain",
    )


def frames(patches: list[Patch]) -> dict[int, Patch]:
    return {at: patch for patch in patches if patch.final for at in range(patch.start, patch.stop)}


def same(one: list[Patch], other: list[Patch], at: int) -> bool:
    return np.array_equal(frames(one)[at].draw(at), frames(other)[at].draw(at))


def near(one: list[Patch], other: list[Patch], at: int) -> bool:
    """The same picture but for the rounding of the latents as they are kept (8 bits)."""
    pictures = [frames(each)[at].draw(at).astype(int) for each in (one, other)]
    return bool(abs(pictures[0] - pictures[1]).mean() < 0.3)


async def drawn(engine: Engine, request: DeviceRequest) -> list[Patch]:
    patches: list[Patch] = []
    try:
        while not isinstance(news := await request.next_news(), bytes):
            if isinstance(news, Patch):
                patches.append(news)
                engine.want_patch(request, inf)
    finally:
        await engine.remove_clip(request)
    assert request.shared
    return patches


@pytest.mark.asyncio
async def test_a_clip_that_shared_its_passes_is_the_clip_that_it_would_have_been_alone(
    renderer: EmbeddedRenderer, plain: Played
) -> None:
    others = [replace(BRIEF, text="a blue whale in the sea", seed=seed) for seed in (1, 2)]
    with open_engine() as engine:
        requests = [
            engine.add_clip(str(at), str(at), renderer.render(one))
            for at, one in enumerate([BRIEF, *others])
        ]
        # One after the other, with nothing between: else the first may be done before the last is
        # there, on a machine that has other things to do.
        for request in requests:
            engine.want_patch(request, inf)
        together, *_ = await asyncio.gather(*(drawn(engine, one) for one in requests))
    for at in (0, 23, 47):
        one, other = (frames(each)[at].draw(at).astype(int) for each in (plain[0], together))
        assert abs(one - other).mean() < TOLERANCE


def test_steering_changes_the_picture_from_the_next_portion_on(
    plain: Played, steered: Played
) -> None:
    patches, steers, latents = steered
    (steer,) = steers
    assert steer.frame == 2 * PORTION
    assert all(same(plain[0], patches, at) for at in range(steer.frame))
    assert not same(plain[0], patches, steer.frame)
    assert not same(plain[0], patches, 47)
    segments = from_bytes(latents, WORLD)
    assert [segment.start for segment in segments] == [0, steer.frame]
    assert segments[0].scene.slots["time"] == "night"
    assert (segments[1].scene.slots["time"], segments[1].scene.slots["weather"]) == (
        "sunset",
        "rain",
    )
    assert segments[1].scene.slots["subject"] == "fox"
    assert segments[1].scene.seconds == 2


def test_one_act_dissolves_into_the_next(steered: Played) -> None:
    patches, (steer,), latents = steered
    before, after = from_bytes(latents, WORLD)
    stills = [frames(patches)[steer.frame + at].draw(steer.frame + at) for at in range(DISSOLVE)]
    brightness = [float(still[: still.shape[0] * 2 // 3].mean()) for still in stills]
    assert brightness == sorted(brightness)  # from night to sunset
    assert before.scene.plates.keys() == after.scene.plates.keys()


def test_a_steered_clip_can_be_drawn_again_from_its_recipe(
    renderer: EmbeddedRenderer, steered: Played
) -> None:
    patches, steers, latents = steered
    again, said, same_latents = draw_all(renderer.render(replace(BRIEF, steering=tuple(steers))))
    assert said == []
    assert same_latents == latents
    assert all(same(patches, again, at) for at in (0, 13, 30, 47))


def test_steering_to_what_is_there_already_costs_nothing(
    renderer: EmbeddedRenderer, plain: Played
) -> None:
    _, steers, latents = draw_all(renderer.render(BRIEF), at=SECOND_PORTION, text=BRIEF.text)
    assert len(steers) == 1
    assert latents == plain[2]


def test_a_clip_goes_on_from_what_was_kept_of_it(
    renderer: EmbeddedRenderer, plain: Played, steered: Played
) -> None:
    patches, steers, latents = steered
    for shown, told, whole in ((plain[0], (), plain[2]), (patches, tuple(steers), latents)):
        keep = next(patch.keep for patch in shown if patch.keep)
        brief = replace(BRIEF, begun=keep(), kept=1, steering=told)
        again, _, rest = draw_all(renderer.render(brief))
        assert all(patch.final for patch in again[:4])
        assert all(near(shown, again, at) for at in (0, 23, 24, 47))
        assert [segment.start for segment in from_bytes(rest, WORLD)] == [
            segment.start for segment in from_bytes(whole, WORLD)
        ]


def test_a_fork_shares_the_beginning_and_goes_another_way(
    renderer: EmbeddedRenderer, plain: Played
) -> None:
    brief = replace(BRIEF, text="a fox in the forest by day", begun=plain[2], kept=1, seed=9)
    forked, _, latents = draw_all(renderer.render(brief))
    assert all(near(plain[0], forked, at) for at in range(0, 24, 5))
    assert not near(plain[0], forked, 24 + DISSOLVE)
    assert [segment.start for segment in from_bytes(latents, WORLD)] == [0, 24]


@pytest.mark.parametrize("kept", [3, 10])
def test_more_than_there_is_cannot_be_kept(
    renderer: EmbeddedRenderer, plain: Played, kept: int
) -> None:
    brief = replace(BRIEF, begun=plain[2], kept=kept, seconds=10)
    with pytest.raises(ValueError, match="latents of 2 seconds"):
        draw_all(renderer.render(brief))


def test_latents_of_acts_are_read_as_they_were_written(steered: Played) -> None:
    latents = steered[2]
    assert to_bytes(from_bytes(latents, WORLD)) == latents
    with pytest.raises(ValueError, match="cannot be read"):
        from_bytes(latents[:-1], WORLD)


def test_a_steered_clip_can_be_remixed(renderer: EmbeddedRenderer, steered: Played) -> None:
    brief = replace(BRIEF, text="a pink fox", parent=steered[2], strength=0.4)
    patches, _, latents = draw_all(renderer.render(brief))
    assert len(frames(patches)) == 48
    assert from_bytes(latents, WORLD)[0].scene.slots["time"] == "sunset"


@pytest.fixture(scope="module")
def joined(renderer: EmbeddedRenderer) -> Played:
    """A second subject comes when the second portion of the first second was shown."""
    text = "a red fox chasing a white rabbit in the forest at night"
    return draw_all(renderer.render(BRIEF), at=SECOND_PORTION, text=text)


def test_steering_brings_a_second_subject(plain: Played, joined: Played) -> None:
    patches, (steer,), latents = joined
    before, after = from_bytes(latents, WORLD)
    assert before.scene.slots["other"] == NOBODY
    assert (after.scene.slots["other"], after.scene.slots["other_colour"]) == ("rabbit", "white")
    assert set(after.scene.plates) - set(before.scene.plates) == set(OTHERS)
    assert np.array_equal(before.scene.plates["subject"], after.scene.plates["subject"])
    assert after.scene.plates["other"].max() > 0.5
    assert all(same(plain[0], patches, at) for at in range(steer.frame))
    assert not same(plain[0], patches, 47)


def test_steering_takes_the_second_subject_away_again(
    renderer: EmbeddedRenderer, joined: Played
) -> None:
    text = "a red fox chasing a white rabbit in the forest at night"
    alone = "a red fox in the forest at night, all alone"
    patches, (steer,), latents = draw_all(
        renderer.render(replace(BRIEF, text=text)), SECOND_PORTION, alone
    )
    before, after = from_bytes(latents, WORLD)
    assert before.scene.slots["other"] == "rabbit"
    assert after.scene.slots["other"] == NOBODY
    assert set(before.scene.plates) - set(after.scene.plates) == set(OTHERS)
    assert frames(patches)[steer.frame].draw(steer.frame).any()
    brief = replace(BRIEF, text=alone, begun=joined[2], kept=1, seed=9)
    forked = from_bytes(draw_all(renderer.render(brief))[2], WORLD)
    assert [segment.scene.slots["other"] for segment in forked] == [NOBODY, "rabbit", NOBODY]
