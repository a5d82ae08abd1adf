"""A scene: the plates and the score that a clip is made of, and its bytes, the clip's latents."""

import json
from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.nouns.cast import ALONE, Cast
from phosphene.render.worker.embedded.nouns.plate import SHAPE
from phosphene.render.worker.embedded.vocabulary import (
    KEYS,
    NOBODY,
    OTHERS,
    PLATES,
    SCENERY,
    SCORE,
    SECONDS,
    SHAPES,
    SLOTS,
    kind,
)
from phosphene.render.worker.embedded.world import World

_FORMAT: Final = "phosphene-theatre"
_VERSION: Final = 3
# Of scenes that have a cast. The others are written as they were before there was any, so that they
# have the same bytes.
_CAST_VERSION: Final = 4
# A scene has some 350 kB: what is so much larger is not one, and is not parsed.
_MOST_BYTES: Final = 1 << 20
_HEADER: Final = 8


class Scene(Struct, frozen=True, eq=False):
    """Plates, score and slots of one clip.

    `plates` maps each name of `parts` to values in 0..1 of the shape that `vocabulary.SHAPES`
    gives for its kind: RGBA, but for the subjects, which the inks colour. `score` has the shape
    (seconds, 8, 21) with the channels of `vocabulary.SCORE`. `slots` holds what each slot was
    resolved to. `cast`: who of the subjects is drawn by the nouns' network; the slots then tell
    whose score they have, and their plates are one pose of the shape of `nouns.plate`.
    """

    plates: Mapping[str, Array]
    score: Array
    slots: Mapping[str, str]
    cast: Cast = ALONE

    @property
    def seconds(self) -> int:
        return len(self.score)


def parts(slots: Mapping[str, str], cast: Cast = ALONE) -> tuple[str, ...]:
    """The plates of a scene with these slots and this cast."""
    if slots["subject"] == NOBODY:
        return SCENERY
    alone = slots["other"] == NOBODY and cast.other is None
    return PLATES if alone else (*PLATES, *OTHERS)


def to_latents(scene: Scene) -> bytes:
    """The scene as safetensors: plates as uint8, score as float16; equal scenes, equal bytes."""
    tensors: dict[str, NDArray[np.generic]] = {
        # Eight bits are what is shown: plates of floats would be four times as large in every
        # remix.
        name: np.round(np.clip(scene.plates[name], 0, 1) * 255).astype(np.uint8)
        for name in parts(scene.slots, scene.cast)
    }
    tensors["score"] = scene.score.astype(np.float16)
    about = {"version": _VERSION, "slots": {slot: scene.slots[slot] for slot in SLOTS}}
    if scene.cast != ALONE:
        about |= {"version": _CAST_VERSION, "cast": _written(scene.cast)}
    # One key only: safetensors writes several in no certain order.
    return save(tensors, {_FORMAT: json.dumps(about, sort_keys=True)})


def from_latents(latents: bytes, world: World) -> Scene:
    """The scene that `to_latents` wrote, of this world. Raises ValueError for any other bytes."""
    slots, cast = _about(latents, world)
    names = parts(slots, cast)
    try:
        tensors = load(latents)
    except (SafetensorError, KeyError) as error:
        raise ValueError(f"latents cannot be read: {error}") from error
    if set(tensors) != {*names, "score"}:
        raise ValueError(f"latents hold {sorted(tensors)}, not the plates and the score")
    plates = {name: _plate(name, tensors[name], cast) for name in names}
    return Scene(plates, _score(tensors), slots, cast)


def shape(name: str, cast: Cast) -> tuple[int, ...]:
    """Shape of a plate of a scene with this cast."""
    return SHAPE if name in cast.actors else SHAPES[kind(name)]


def _about(latents: bytes, world: World) -> tuple[dict[str, str], Cast]:
    if not _HEADER <= len(latents) <= _MOST_BYTES:
        raise ValueError(f"latents of {len(latents)} bytes cannot be a scene")
    size = int.from_bytes(latents[:_HEADER], "little")
    try:
        about = json.loads(json.loads(latents[_HEADER : _HEADER + size])["__metadata__"][_FORMAT])
        version, slots, said = about["version"], about["slots"], about.get("cast")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("latents are not those of an embedded scene") from error
    if version != (_VERSION if said is None else _CAST_VERSION):
        raise ValueError(f"latents have version {version!r}, this renderer reads {_VERSION}")
    if not isinstance(slots, dict) or set(slots) != set(SLOTS) or None in slots.values():
        raise ValueError("latents do not say what every slot is")
    try:
        world.slot_indices(slots)
    except ValueError as error:
        raise ValueError("latents name something that the embedded model does not know") from error
    return slots, _cast(said)


def _written(cast: Cast) -> dict[str, object]:
    """Without a crowd as it was written before there were any, so that it has the same bytes."""
    fields: dict[str, object] = msgspec.to_builtins(cast)
    return fields if cast.crowd else {k: v for k, v in fields.items() if k != "crowd"}


def _cast(said: object) -> Cast:
    try:
        return ALONE if said is None else msgspec.convert(said, Cast)
    except msgspec.ValidationError as error:
        raise ValueError(f"latents have a cast that cannot be: {error}") from error


def _plate(name: str, stored: NDArray[np.generic], cast: Cast) -> Array:
    if stored.dtype != np.uint8 or stored.shape != shape(name, cast):
        raise ValueError(f"plate {name} is {stored.dtype} of {stored.shape}")
    return stored.astype(np.float32) / np.float32(255)


def _score(tensors: Mapping[str, NDArray[np.generic]]) -> Array:
    stored = tensors["score"]
    if stored.dtype != np.float16 or stored.shape[1:] != (KEYS, len(SCORE)):
        raise ValueError(f"score is {stored.dtype} of {stored.shape}")
    if not 1 <= len(stored) <= SECONDS:
        raise ValueError(f"score of {len(stored)} seconds")
    score = stored.astype(np.float32)
    if not np.isfinite(score).all():
        raise ValueError("score is not finite")
    return score
