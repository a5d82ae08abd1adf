"""Segments of a clip without a model: their bytes, and how one passes into the next."""

import msgspec
import numpy as np
import pytest

from phosphene.render.worker.embedded.compositor import Compositor
from phosphene.render.worker.embedded.scene import Scene, to_latents
from phosphene.render.worker.embedded.segments import (
    DISSOLVE,
    SceneSegment,
    draw_segments,
    from_bytes,
    to_bytes,
)
from phosphene.render.worker.renderer import Picture
from tests.render.worker.embedded.toy import WORLD

TURN = 20
"""The frame at which the second segment begins, of 48."""


@pytest.fixture
def segments(scene: Scene) -> list[SceneSegment]:
    """A fish by day, which from ``TURN`` on swims under a dark sky."""
    dark = {"sky": scene.plates["sky"] * np.float32(0.25)}
    after = Scene({**scene.plates, **dark}, scene.score, dict(scene.slots) | {"time": "night"})
    return [
        SceneSegment(start, one, Compositor.of_scene(one))
        for start, one in ((0, scene), (TURN, after))
    ]


def apart(one: Picture, other: Picture) -> float:
    """The mean difference of two pictures, of 255."""
    return float(np.abs(one.astype(np.int16) - other).mean())


@pytest.mark.slow
def test_one_segment_passes_into_the_next(segments: list[SceneSegment]) -> None:
    draw = draw_segments(segments, 0, 48)
    before, after = (
        draw_segments([SceneSegment(0, one.scene, one.compositor)], 0, 48) for one in segments
    )
    for frame in (0, TURN - 1):
        assert np.array_equal(draw(frame), before(frame))
    for frame in (TURN + DISSOLVE, 47):
        assert np.array_equal(draw(frame), after(frame))
    mixed = [apart(draw(at), before(at)) for at in range(TURN, TURN + DISSOLVE)]
    assert mixed == sorted(mixed)
    assert 0 < mixed[0] < mixed[-1] < apart(after(TURN), before(TURN)) + 1
    for frame in (-1, 48):
        with pytest.raises(IndexError, match=f"frame {frame}"):
            draw(frame)


def test_what_is_drawn_before_a_turn_does_not_know_of_it(segments: list[SceneSegment]) -> None:
    early = draw_segments(segments, 0, TURN)
    assert np.array_equal(early(3), draw_segments(segments[:1], 0, 48)(3))


def test_segments_are_read_as_they_were_written(segments: list[SceneSegment]) -> None:
    latents = to_bytes(segments)
    again = from_bytes(latents, WORLD)
    assert [(one.start, one.scene.slots["time"]) for one in again] == [(0, "day"), (TURN, "night")]
    assert to_bytes(again) == latents
    (alone,) = from_bytes(to_bytes(segments[:1]), WORLD)
    assert (alone.start, to_bytes([alone])) == (0, to_latents(segments[0].scene))


@pytest.mark.parametrize("starts", [(), (1,), (0, 9, 9), (0, 9, 3), range(65)])
def test_segments_in_no_order_are_refused(segments: list[SceneSegment], starts: range) -> None:
    latents = to_bytes(segments)
    magic = latents[: len(b"phosphene-acts-1")]
    with pytest.raises(ValueError, match="in no order"):
        from_bytes(magic + msgspec.msgpack.encode([(start, b"") for start in starts]), WORLD)
    with pytest.raises(ValueError, match="cannot be read"):
        from_bytes(latents[:-1], WORLD)
