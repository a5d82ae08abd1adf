"""How things move: scores of eight keys a second for each motion, subject, place and weather."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.vocabulary import KEYS, NOBODY, SCORE, SECONDS

Floats = NDArray[np.float64]
Columns = dict[str, Floats]
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
PACE = {"calm": 1.0, "cheerful": 1.25, "gloomy": 0.8, "dreamy": 0.85}
TONE = {"calm": (0.0, 0.0), "cheerful": (0.9, 1.1), "gloomy": (-3.0, -1.2), "dreamy": (0.2, 0.0)}
"""How light and how warm a mood is."""
AWAY = -2.0
"""The size of a second subject that is not there, so that one that comes grows out of a point."""


@dataclass(frozen=True)
class Take:
    """What the motions of one clip share: time in seconds, phase in radians, pace, and the way
    that its first subject faces, -1 (left) or 1."""

    t: Floats
    phase: float
    rate: float
    way: float

    @property
    def breath(self) -> Floats:
        """A slow wave."""
        return np.sin(0.5 * self.t + self.phase)


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
    """Ten seconds of score (10, 8, 21) for a scene's slots."""
    t = np.arange(1, SECONDS * KEYS + 1) / KEYS
    way = {"right": 1.0, "left": -1.0}.get(values["motion"]) or float(rng.choice([-1.0, 1.0]))
    rate = rng.uniform(0.9, 1.1) * PACE[values["mood"]]
    take = Take(t, rng.uniform(0, math.tau), rate, way)
    alone = values["other"] == NOBODY
    columns = _alone(values, take, rng) if alone else _together(values, take, rng)
    speed = float(columns["drift_middle"]) / 0.9
    columns |= _falling(values["weather"], take, speed, rng)
    columns |= _mood(values["mood"], take, rng) | _camera(values["camera"], t, columns["y"], rng)
    rows = np.stack([np.broadcast_to(columns[name], t.shape) for name in SCORE], -1)
    return rows.reshape(SECONDS, KEYS, len(SCORE)).astype(np.float32)


def _alone(values: Mapping[str, str], take: Take, rng: np.random.Generator) -> Columns:
    """The way of a subject that nobody shares the stage with."""
    motion, face = values["motion"], take.way
    x, y, tilt = _path(motion, take.t, take.phase, take.rate, face)
    size = LARGER[values["size"]] + FEWER[values["count"]] + rng.uniform(-0.1, 0.12)
    speed = {"right": 1.0, "left": -1.0, "hop": 0.45 * face, "float": 0.12 * face}.get(motion, 0.0)
    speed = speed * rng.uniform(0.9, 1.15) + (rng.choice([-1, 1]) * 0.06 if not speed else 0.0)
    lead = {
        "x": x + rng.uniform(-0.06, 0.06),
        "y": y + _rest(values["subject"], values["place"], size) + rng.uniform(-0.03, 0.03),
        "size": 0.05 * take.breath + size,
        "tilt": tilt,
        "pose": _pose(values["subject"], take),
        "facing": np.array(face),
    }
    absent = {f"other_{name}": np.array(0.0) for name in lead} | {"other_size": np.array(AWAY)}
    return lead | absent | _drift(speed)


def _together(values: Mapping[str, str], take: Take, rng: np.random.Generator) -> Columns:
    """The ways of two subjects, and what they are to each other."""
    relation, way = values["relation"], take.way
    w = take.t * take.rate
    later = take.phase + (1.1 if relation == "chasing" else 0.0)
    gap = 0.42 + rng.uniform(-0.03, 0.03)
    sizes = [
        FEWER["two"] + (LARGER[values["size"]] + FEWER[values["count"]]) * 0.6,
        FEWER["two"] + rng.uniform(-0.08, 0.08),
    ]
    rests = [
        _rest(values[who], values["place"], size)
        for who, size in zip(("subject", "other"), sizes, strict=True)
    ]
    if relation == "watching" and values["other"] not in GROUNDED:
        rests[1] -= 0.28
    moves = [_beside(relation, w, phase) for phase in (take.phase, later)]
    faces = (way, -way if relation == "watching" else way)
    speed = {"chasing": 1.25 * way, "watching": 0.06 * way}.get(relation)
    if speed is None:
        speed = 0.8 * way if values["motion"] in ("left", "right") else 0.05 * way
    made: Columns = _drift(speed * rng.uniform(0.9, 1.15))
    for k, who in enumerate(("subject", "other")):
        x, y, tilt = moves[k]
        said = {
            "x": (-way, way)[k] * gap + x,
            "y": rests[k] + y + rng.uniform(-0.03, 0.03),
            "size": 0.05 * take.breath + sizes[k],
            "tilt": tilt * faces[k],
            "pose": _pose(values[who], take),
            "facing": np.array(faces[k]),
        }
        made |= {name if who == "subject" else f"other_{name}": c for name, c in said.items()}
    return made


def _beside(relation: str, w: Floats, phase: float) -> tuple[Floats, Floats, Floats]:
    """x, y and tilt of one of two around its place, as it faces right."""
    if relation == "chasing":
        arc = np.abs(np.sin(2.4 * w + phase))
        return 0.05 * np.sin(0.9 * w + phase), 0.05 - 0.13 * arc, 0.1 * np.cos(2.4 * w + phase)
    if relation == "watching":
        wave = np.sin(1.1 * w + phase)
        return 0.02 * wave, 0.04 * np.sin(1.1 * w + phase + 1), -0.1 + 0.08 * wave
    wave = np.sin(1.6 * w + phase)
    return 0.03 * wave, 0.05 * np.cos(1.6 * w + phase), 0.16 * wave


def _pose(subject: str, take: Take) -> Floats:
    return np.sin(math.tau * BEAT[subject] * take.rate * take.t + 2 * take.phase)


def _drift(speed: float) -> Columns:
    return {
        "drift_far": np.array(0.35 * speed),
        "drift_middle": np.array(0.9 * speed),
        "drift_near": np.array(1.8 * speed),
    }


def _falling(weather: str, take: Take, speed: float, rng: np.random.Generator) -> Columns:
    fall = {"snow": (0.25, 1.3), "rain": (-0.9, 5.6)}.get(weather, (0.0, 0.0))
    return {
        "weather_x": fall[0] * (1 + 0.3 * take.breath) + 0.2 * speed * bool(fall[1]),
        "weather_y": np.array(fall[1] * rng.uniform(0.9, 1.1)),
    }


def _mood(mood: str, take: Take, rng: np.random.Generator) -> Columns:
    """Light and warmth of the whole picture."""
    light, warmth = TONE[mood]
    pulse = 0.16 * np.sin(0.7 * take.t + 3 * take.phase)
    if mood == "dreamy":
        beat = np.sin(2.2 * take.t + take.phase)
        return {"light": light + 1.3 * beat, "warmth": 1.1 * np.sin(1.1 * take.t + take.phase)}
    return {"light": light + pulse, "warmth": np.array(warmth * rng.uniform(0.9, 1.1))}


def _camera(camera: str, t: Floats, y: Floats, rng: np.random.Generator) -> Columns:
    """How close the camera is and where it looks."""
    still = np.array(0.0)
    deep = rng.uniform(0.92, 1.08)
    if camera in ("closer", "away"):
        gone = 1 - np.exp(-t / 2.6)
        at = float(np.clip(2.2 * y.mean(), -0.9, 0.9))
        zoom = 0.55 * deep * (gone if camera == "closer" else 1 - gone)
        return {"zoom": zoom, "view": at + 0 * t}
    if camera in ("up", "down"):
        course = np.cos(np.minimum(t / 4.5, 1.0) * math.pi)
        view = 0.3 + 0.7 * (course if camera == "up" else -course)
        return {"zoom": np.array(0.42 * deep), "view": view}
    return {"zoom": still, "view": still}


def _rest(subject: str, place: str, size: float) -> float:
    """How low a subject keeps; those that stand keep their feet where they are at any size."""
    if place in AFLOAT:
        return -0.04
    if subject not in GROUNDED:
        return -0.06
    return float(GROUNDED[subject] + FEET * (1 - 2.0**size))
