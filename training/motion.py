"""How things move: scores of eight keys a second for each motion, subject, place and weather."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from server.render.theatre.vocabulary import KEYS, SCORE, SECONDS

Floats = NDArray[np.float64]
BEAT: dict[str, float] = {
    "whale": 0.5,
    "bird": 1.2,
    "cat": 0.45,
    "butterfly": 1.3,
    "balloon": 0.3,
    "sailboat": 0.4,
    "rocket": 1.4,
    "jellyfish": 0.6,
    "fish": 1.0,
    "fox": 1.3,
    "rabbit": 0.7,
    "turtle": 0.5,
    "dog": 1.2,
    "horse": 1.1,
    "elephant": 0.5,
    "bear": 0.7,
    "deer": 0.9,
    "frog": 0.6,
    "owl": 0.8,
    "penguin": 0.9,
    "snail": 0.35,
    "octopus": 0.5,
    "dragon": 0.8,
    "airplane": 1.6,
}
"""Cycles of the key poses per second."""
GROUNDED = {
    "cat": 0.4,
    "fox": 0.42,
    "rabbit": 0.4,
    "sailboat": 0.42,
    "dog": 0.41,
    "horse": 0.4,
    "elephant": 0.41,
    "bear": 0.41,
    "deer": 0.4,
    "frog": 0.4,
    "penguin": 0.35,
    "snail": 0.41,
}
"""How low walkers and boats keep, where there is ground or water to keep to."""
LARGER = {"small": -0.6, "medium": 0.0, "large": 0.45}
FEWER = {"one": 0.0, "two": -0.25, "three": -0.45}
"""Powers of two by which subjects differ in size: as asked, and so that all have room."""
FEET = 0.25
"""How far below its centre a subject of size 0 stands, in half frames."""
AFLOAT = ("clouds", "underwater")


def _path(
    motion: str, t: Floats, phase: float, rate: float, face: float
) -> tuple[Floats, Floats, Floats]:
    """x, y and tilt around the resting place, in half frames and radians."""
    w = t * rate
    if motion in ("right", "left"):
        lift = 0.05 * np.sin(1.9 * w + phase)
        return 0.16 * np.sin(0.8 * w + 2 * phase), lift, 0.06 * np.sin(1.9 * w + phase + 1)
    if motion == "float":
        wave = np.sin(1.3 * w + phase)
        return 0.05 * np.sin(0.6 * w + phase), 0.17 * wave, 0.06 * np.sin(1.3 * w + phase + 1.2)
    if motion == "sway":
        wave = np.sin(2.0 * w + phase)
        return 0.15 * wave, 0.02 * np.cos(4.0 * w + 2 * phase), 0.36 * wave
    if motion == "hop":
        arc = np.abs(np.sin(1.9 * w + phase))
        return 0.05 * np.sin(0.7 * w), 0.1 - 0.3 * arc, face * 0.16 * np.cos(1.9 * w + phase)
    turn = 1.5 * w + phase
    return 0.28 * np.cos(turn), 0.17 * np.sin(turn), 0.12 * np.cos(turn + 0.6)


def score(values: Mapping[str, str], rng: np.random.Generator) -> NDArray[np.float32]:
    """Ten seconds of score (10, 8, 12) for a scene's slots."""
    motion, subject = values["motion"], values["subject"]
    t = np.arange(1, SECONDS * KEYS + 1) / KEYS
    phase, rate = rng.uniform(0, math.tau), rng.uniform(0.9, 1.1)
    face = {"right": 1.0, "left": -1.0}.get(motion) or float(rng.choice([-1.0, 1.0]))
    x, y, tilt = _path(motion, t, phase, rate, face)
    size = LARGER[values["size"]] + FEWER[values["count"]] + rng.uniform(-0.1, 0.12)
    speed = {"right": 1.0, "left": -1.0, "hop": 0.45 * face, "float": 0.12 * face}.get(motion, 0.0)
    speed = speed * rng.uniform(0.9, 1.15) + (rng.choice([-1, 1]) * 0.06 if not speed else 0.0)
    breath = np.sin(0.5 * t + phase)
    fall = {"snow": (0.25, 1.3), "rain": (-0.9, 5.6)}.get(values["weather"], (0.0, 0.0))
    still = np.ones_like(t)
    columns = {
        "x": x + rng.uniform(-0.06, 0.06),
        "y": y + _rest(subject, values["place"], size) + rng.uniform(-0.03, 0.03),
        "size": 0.05 * breath + size,
        "tilt": tilt,
        "pose": np.sin(math.tau * BEAT[subject] * rate * t + 2 * phase),
        "facing": face * still,
        "drift_far": 0.35 * speed * still,
        "drift_middle": 0.9 * speed * still,
        "drift_near": 1.8 * speed * still,
        "light": 0.16 * np.sin(0.7 * t + 3 * phase),
        "weather_x": fall[0] * (1 + 0.3 * breath) + 0.2 * speed * bool(fall[1]),
        "weather_y": fall[1] * rng.uniform(0.9, 1.1) * still,
    }
    rows = np.stack([columns[name] for name in SCORE], -1)
    return rows.reshape(SECONDS, KEYS, len(SCORE)).astype(np.float32)


def _rest(subject: str, place: str, size: float) -> float:
    """How low a subject keeps; those that stand keep their feet where they are at any size."""
    if place in AFLOAT:
        return -0.04
    if subject not in GROUNDED:
        return -0.06
    return float(GROUNDED[subject] + FEET * (1 - 2.0**size))
