"""A clip in acts: each begins at a frame and has plates of its own; one score runs through all.

A clip that nobody steered has one act. Its latents are those of its scene.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct

from server.render.worker.embedded.compositor import Stage
from server.render.worker.embedded.scene import Scene, from_latents, to_latents
from server.render.worker.embedded.score import Moment, moments, troupe
from server.render.worker.embedded.world import World
from server.render.worker.renderer import Draw, Picture

DISSOLVE: Final = 6
"""Frames in which one act passes into the next."""

_MAGIC: Final = b"phosphene-acts-1"
_MOST: Final = 64
_decode = msgspec.msgpack.Decoder(tuple[tuple[int, bytes], ...]).decode


class Act(Struct, frozen=True, eq=False):
    """From the frame ``start`` on the clip looks like ``scene``, drawn by ``stage``."""

    start: int
    scene: Scene
    stage: Stage


def to_bytes(acts: Sequence[Act]) -> bytes:
    """The acts as latents. The last one's scene holds the whole score."""
    if len(acts) == 1:
        return to_latents(acts[0].scene)
    score = acts[-1].scene.score
    scenes = [(act.start, Scene(act.scene.plates, score, act.scene.slots)) for act in acts]
    return _MAGIC + msgspec.msgpack.encode([(at, to_latents(scene)) for at, scene in scenes])


def from_bytes(latents: bytes, world: World) -> list[Act]:
    """What ``to_bytes`` wrote, of this world. Raises ValueError for any other bytes."""
    if not latents.startswith(_MAGIC):
        scene = from_latents(latents, world)
        return [Act(0, scene, Stage(scene.plates, 0.0))]
    try:
        parts = _decode(latents[len(_MAGIC) :])
    except msgspec.MsgspecError as error:
        raise ValueError("the acts of these latents cannot be read") from error
    starts = [start for start, _ in parts]
    if not 0 < len(parts) <= _MOST or starts[0] != 0 or starts != sorted(set(starts)):
        raise ValueError("the acts of these latents are in no order")
    scenes = [(start, from_latents(scene, world)) for start, scene in parts]
    return [Act(start, scene, Stage(scene.plates, 0.0)) for start, scene in scenes]


def drawing(acts: Sequence[Act], start: int, stop: int) -> Draw:
    """Draws the frames [start, stop); raises IndexError for any other."""
    acts = [act for act in acts if act.start < stop]
    frames = moments(acts[-1].scene.score)

    def draw(frame: int) -> Picture:
        if not start <= frame < stop:
            raise IndexError(f"frame {frame} is not one of {start}..{stop}")
        *before, act = [act for act in acts if act.start <= frame]
        picture = _shown(act, frames, frame)
        gone = frame - act.start + 1
        if not before or gone > DISSOLVE:
            return picture
        return _mixed(_shown(before[-1], frames, frame), picture, gone / (DISSOLVE + 1))

    return draw


def _shown(act: Act, frames: Sequence[Moment], frame: int) -> Picture:
    return act.stage.draw(*troupe(frames, frame, act.scene.slots["count"]))


def _mixed(one: Picture, other: Picture, part: float) -> Picture:
    weight = np.uint16(round(256 * part))
    mixed = one.astype(np.uint16) * (np.uint16(256) - weight) + other.astype(np.uint16) * weight
    picture: Picture = (mixed >> np.uint16(8)).astype(np.uint8)
    return picture
