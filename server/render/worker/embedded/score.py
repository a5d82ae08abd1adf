"""From the keys of a score to the motion of every frame. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.vocabulary import KEYS, SCORE

FPS: Final = 24
RADIUS: Final = 2.0  # of a subject of size 0, in units
GROUND: Final = (
    0.66  # where feet are, in half frames below the middle: as the older drawings have it
)

_BOUNDS: Final = {
    "x": 3.0,
    "y": 3.0,
    "size": 2.5,
    "tilt": 12.6,
    "pose": 1.0,
    "facing": 1.0,
    "light": 4.0,
    "other_x": 3.0,
    "other_y": 3.0,
    "other_size": 2.5,
    "other_tilt": 12.6,
    "other_pose": 1.0,
    "other_facing": 1.0,
    "zoom": 1.0,
    "view": 1.0,
    "warmth": 1.5,
}
_SPEED: Final = 24.0  # units/second
_LATER: Final = 8  # frames between one subject and the next behind it
_BEHIND: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    "one": (),
    "two": ((0.78, -0.02),),
    "three": ((0.56, -0.03), (1.12, 0.02)),
    "four": ((0.44, -0.03), (0.88, 0.02), (1.32, -0.02)),
    "five": ((0.38, -0.03), (0.76, 0.02), (1.14, -0.03), (1.52, 0.01)),
}
"""How far behind the first (half frames) and how much lower (half frames) the others stand."""
_TURNS: Final = [SCORE.index("facing"), SCORE.index("other_facing")]
_ZOOM: Final = SCORE.index("zoom")
_VIEW: Final = SCORE.index("view")
_VELOCITIES: Final = ("drift_far", "drift_middle", "drift_near", "weather_x", "weather_y")


class FrameState(msgspec.Struct, frozen=True):
    """How everything stands at one frame.

    `x`, `y`: centre of the subject (0, 0 is the centre of the frame, 1 its right and bottom edge);
    `size`: log2 of radius / 2 units; `tilt` in radians; `pose` -1..1; `facing` -1 (left) to
    1 (right), between them in a turn; `drift_*` and `weather_*`: units travelled since the start;
    `light` -4..4; `other_*`: the same of the second subject; `zoom`: log2 of how much closer the
    camera is, 0 and more; `view` -1..1: where, from as high to as low as its picture reaches;
    `warmth` -1.5 (cold) to 1.5; `seconds` since the start.
    """

    x: float
    y: float
    size: float
    tilt: float
    pose: float
    facing: float
    drift_far: float
    drift_middle: float
    drift_near: float
    light: float
    weather_x: float
    weather_y: float
    other_x: float
    other_y: float
    other_size: float
    other_tilt: float
    other_pose: float
    other_facing: float
    zoom: float
    view: float
    warmth: float
    seconds: float = 0.0


def frame_states(score: Array) -> tuple[FrameState, ...]:
    """One state per frame, seconds * 24 of them, from the keys (seconds, 8, 21).

    A cubic Hermite curve through the keys. The states of a second depend on the keys of this and
    earlier seconds only, so that frames already shown stay as they are when a clip grows.
    """
    # Eight keys a second and a curve: 168 numbers instead of 24 pictures is why motion costs
    # nothing, and why it cannot flicker.
    frames = curve_at(score, np.arange(len(score) * FPS) * (KEYS / FPS))
    for name in _VELOCITIES:
        frames[:, SCORE.index(name)] = np.cumsum(frames[:, SCORE.index(name)]) / FPS
    return tuple(
        FrameState(*row, seconds=k / FPS)  # type: ignore[misc]
        for k, row in enumerate(frames.tolist())
    )


def curve_at(score: Array, keys_along: NDArray[np.floating]) -> NDArray[np.float64]:
    """The channels of a score (seconds, 8, 21) at some moments, counted in keys from the beginning
    of the clip: (moments, 21), velocities as they are. A second's end is its last key, so a moment
    depends on the keys of its and earlier seconds only."""
    keys = _bounded(score.reshape(-1, len(SCORE)).astype(np.float64))
    at = np.maximum(keys_along - 1, 0)
    low = np.minimum(at.astype(int), len(keys) - 2)
    part = (at - low)[:, None]
    found = _hermite(keys, _slopes(keys), low, part)
    # A turn is straight: a curve through -1 and 1 would lean back before it turns.
    found[:, _TURNS] = ((1 - part) * keys[low] + part * keys[low + 1])[:, _TURNS]
    # Between two keys the curve may go beyond them; a camera cannot look past its picture.
    found[:, _ZOOM] = found[:, _ZOOM].clip(0)
    found[:, _VIEW] = found[:, _VIEW].clip(-1, 1)
    return found


def subject_states(
    frames: Sequence[FrameState],
    index: int,
    count: str,
    arrange: Callable[[FrameState], FrameState] = lambda state: state,
) -> tuple[FrameState, ...]:
    """How the subjects of frame `index` stand: the one in front, then those behind it, the last of
    all first. They do the same as the first a little later, and frames before `index` tell how.
    `arrange`: how a scene shows what the score says."""
    behind = _BEHIND[count]
    last = len(behind)
    lead = arrange(frames[index])
    ahead = 0.5 * lead.facing * (behind[-1][0] if behind else 0.0)
    return (
        _moved(lead, lead, ahead, 0.0),
        *(
            _moved(
                arrange(frames[max(0, index - _LATER * place)]),
                lead,
                ahead - lead.facing * away,
                lift,
            )
            for place, (away, lift) in zip(range(last, 0, -1), reversed(behind), strict=True)
        ),
    )


def second_subject(state: FrameState) -> FrameState:
    """How the second subject stands."""
    return msgspec.structs.replace(
        state,
        x=state.other_x,
        y=state.other_y,
        size=state.other_size,
        tilt=state.other_tilt,
        pose=state.other_pose,
        facing=state.other_facing,
    )


def _moved(state: FrameState, lead: FrameState, x: float, y: float) -> FrameState:
    """Beside the place of a state, turned as the one in front."""
    return msgspec.structs.replace(
        state, x=state.x + x, y=state.y + y, facing=lead.facing, light=lead.light
    )


def _bounded(keys: NDArray[np.float64]) -> NDArray[np.float64]:
    bounds = np.array([_BOUNDS.get(name, _SPEED) for name in SCORE])
    keys = np.clip(keys, -bounds, bounds)
    keys[:, _TURNS] = np.where(keys[:, _TURNS] < 0, -1.0, 1.0)
    return keys


def _slopes(keys: NDArray[np.float64]) -> NDArray[np.float64]:
    """Catmull-Rom inside a second; at its last key what is known already must do."""
    slopes = np.zeros_like(keys)
    slopes[1:-1] = (keys[2:] - keys[:-2]) / 2
    # The next key is not known yet when a second is shown, and what was shown must stay: so the end
    # of a second leans on the keys before it alone.
    slopes[KEYS - 1 :: KEYS] = (
        3 * keys[KEYS - 1 :: KEYS] - 4 * keys[KEYS - 2 :: KEYS] + keys[KEYS - 3 :: KEYS]
    ) / 2
    return slopes


def _hermite(
    keys: NDArray[np.float64],
    slopes: NDArray[np.float64],
    low: NDArray[np.int_],
    part: NDArray[np.float64],
) -> NDArray[np.float64]:
    square, cube = part**2, part**3
    return (
        (2 * cube - 3 * square + 1) * keys[low]
        + (cube - 2 * square + part) * slopes[low]
        + (3 * square - 2 * cube) * keys[low + 1]
        + (cube - square) * slopes[low + 1]
    )
