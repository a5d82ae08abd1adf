"""A clip in segments: each begins at a frame and has plates of its own; one score runs through all.

A clip that nobody steered has one segment. Its latents are those of its scene.
"""

from collections.abc import Sequence
from functools import cache, partial
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct

from phosphene.render.worker.embedded.compositor import Compositor
from phosphene.render.worker.embedded.scene import Scene, from_latents, to_latents
from phosphene.render.worker.embedded.score import FrameState, frame_states
from phosphene.render.worker.embedded.staging import scene_states
from phosphene.render.worker.embedded.world import World
from phosphene.render.worker.renderer import Draw, Picture

# A quarter of a second: a cut looks like a fault, and longer than this two pictures lie over each
# other.
DISSOLVE: Final = 6
"""Frames in which one segment passes into the next."""

_MAGIC: Final = b"phosphene-acts-1"
_MOST: Final = 64
_decode = msgspec.msgpack.Decoder(tuple[tuple[int, bytes], ...]).decode


class SceneSegment(Struct, frozen=True, eq=False):
    """From the frame ``start`` on the clip looks like ``scene``, drawn by ``compositor``."""

    start: int
    scene: Scene
    compositor: Compositor


def to_bytes(segments: Sequence[SceneSegment]) -> bytes:
    """The segments as latents. The last one's scene holds the whole score."""
    # As before there were segments, so that nearly all latents have one form.
    if len(segments) == 1:
        return to_latents(segments[0].scene)
    score = segments[-1].scene.score
    scenes = [
        (segment.start, msgspec.structs.replace(segment.scene, score=score)) for segment in segments
    ]
    return _MAGIC + msgspec.msgpack.encode([(at, to_latents(scene)) for at, scene in scenes])


def from_bytes(latents: bytes, world: World) -> list[SceneSegment]:
    """What ``to_bytes`` wrote, of this world. Raises ValueError for any other bytes."""
    if not latents.startswith(_MAGIC):
        scene = from_latents(latents, world)
        return [SceneSegment(0, scene, Compositor.of_scene(scene))]
    try:
        parts = _decode(latents[len(_MAGIC) :])
    except msgspec.MsgspecError as error:
        raise ValueError("the segments of these latents cannot be read") from error
    starts = [start for start, _ in parts]
    if not 0 < len(parts) <= _MOST or starts[0] != 0 or starts != sorted(set(starts)):
        raise ValueError("the segments of these latents are in no order")
    scenes = [(start, from_latents(scene, world)) for start, scene in parts]
    return [SceneSegment(start, scene, Compositor.of_scene(scene)) for start, scene in scenes]


def draw_segments(segments: Sequence[SceneSegment], start: int, stop: int) -> Draw:
    """Draws the frames [start, stop); raises IndexError for any other."""
    segments = [segment for segment in segments if segment.start < stop]
    # Most patches of a forming are never drawn.
    states = cache(partial(frame_states, segments[-1].scene.score))

    def draw(frame: int) -> Picture:
        if not start <= frame < stop:
            raise IndexError(f"frame {frame} is not one of {start}..{stop}")
        frames = states()
        *before, segment = [segment for segment in segments if segment.start <= frame]
        picture = _shown(segment, frames, frame)
        gone = frame - segment.start + 1
        if not before or gone > DISSOLVE:
            return picture
        return _mixed(_shown(before[-1], frames, frame), picture, gone / (DISSOLVE + 1))

    return draw


def _shown(segment: SceneSegment, frames: Sequence[FrameState], frame: int) -> Picture:
    return segment.compositor.draw_frame(*scene_states(segment.scene, frames, frame))


def _mixed(one: Picture, other: Picture, part: float) -> Picture:
    weight = np.uint16(round(256 * part))
    mixed = one.astype(np.uint16) * (np.uint16(256) - weight) + other.astype(np.uint16) * weight
    picture: Picture = (mixed >> np.uint16(8)).astype(np.uint8)
    return picture
