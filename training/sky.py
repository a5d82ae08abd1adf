"""Skies: a smooth gradient with the glow of sun or moon, and the mask of its disc."""

import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.vocabulary import PLATE
from training.paper import DARK, WARM, Colour, Image, mix, tint

GRADIENT: dict[str, tuple[Colour, Colour, Colour]] = {
    "day": ((64, 148, 222), (140, 205, 236), (250, 240, 208)),
    "sunset": ((86, 40, 104), (222, 92, 86), (255, 186, 92)),
    "night": ((10, 12, 44), (26, 34, 92), (74, 92, 160)),
    "dawn": ((112, 128, 206), (216, 170, 212), (255, 218, 190)),
}
LIGHT: dict[str, tuple[Colour, float, float]] = {
    "day": ((255, 250, 210), 3.2, 1.15),
    "sunset": ((255, 226, 130), 8.4, 1.9),
    "night": ((236, 238, 226), 3.3, 1.1),
    "dawn": ((255, 244, 220), 6.6, 1.45),
}
"""Colour of the light, the height of its centre (units from the top) and its radius (units)."""
MOOD: dict[str, tuple[Colour, float]] = {
    "desert": ((255, 190, 110), 0.16),
    "city": ((120, 84, 150), 0.16),
    "forest": ((120, 190, 140), 0.12),
    "clouds": ((255, 236, 246), 0.18),
}
DEEP: dict[str, tuple[Colour, Colour]] = {
    "day": ((96, 218, 222), (10, 74, 132)),
    "sunset": ((236, 148, 120), (74, 34, 96)),
    "night": ((34, 74, 132), (6, 14, 48)),
    "dawn": ((190, 186, 226), (58, 70, 138)),
}
WALLS: dict[str, Colour] = {
    "room": (238, 208, 166),
    "kitchen": (190, 216, 206),
    "shop": (234, 204, 176),
    "stage": (70, 18, 38),
    "cave": (66, 60, 84),
}
"""What is behind everything in a place that has a roof; its light is a lamp, or the way out."""
SPACE: tuple[Colour, Colour, Colour] = ((8, 8, 30), (26, 18, 66), (74, 42, 110))
LAMP: dict[str, tuple[Colour, float, float]] = {
    "cave": ((214, 236, 255), 4.4, 1.5),
    "space": ((255, 226, 170), 3.2, 1.3),
}
BEAMS = ("underwater", "stage")
"""Places with beams of light instead of a disc."""
HORIZON = 11.0


def stops(place: str, time: str) -> tuple[Colour, Colour, Colour]:
    """Colours at the top, half way and at the horizon."""
    if place == "underwater":
        top, bottom = DEEP[time]
        return top, mix(top, bottom, 0.45), bottom
    if place == "space":
        return SPACE
    if place in WALLS:
        wall = tint(WALLS[place], time, 0.8)
        return mix(wall, DARK, 0.22), wall, mix(wall, WARM, 0.15)
    towards, amount = MOOD.get(place, ((0.0, 0.0, 0.0), 0.0))
    top, middle, low = (mix(c, towards, amount) for c in GRADIENT[time])
    return top, middle, low


def _axes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    ticks = (np.arange(PLATE) + 0.5) / PLATE
    return ticks[None, :] * 9, ticks[:, None] * 16


def _gradient(
    colours: tuple[Colour, Colour, Colour], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    where = np.clip(y / HORIZON, 0, 1)
    rows = [np.interp(where, (0, 0.55, 1), [c[i] for c in colours]) for i in range(3)]
    return np.stack(rows, -1)


def _rays(
    x: NDArray[np.float64], y: NDArray[np.float64], at: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Beams that fan out from above the surface and fade with depth."""
    angle = np.arctan2(x - at, y + 5)
    beams = np.zeros_like(angle)
    for centre in np.linspace(-0.5, 0.5, 5) + rng.uniform(-0.05, 0.05, 5):
        beams += np.exp(-(((angle - centre) / 0.05) ** 2))
    return beams * np.clip(1 - y / 13, 0, 1)


def plate(place: str, time: str, rng: np.random.Generator) -> Image:
    """Sky (96, 96, 4) stretched over the 9x16 frame: RGB opaque, A the soft mask of the disc."""
    x, y = _axes()
    shift = rng.uniform(-6, 6, 3)
    rgb = _gradient(stops(place, time), y) + shift
    colour, height, radius = LIGHT[time]
    at = rng.uniform(2.2, 6.8)
    mask = np.zeros((PLATE, PLATE))
    if place in WALLS or place == "space":
        colour, height, radius = LAMP.get(place, ((255, 236, 190), 2.6, 0.7))
    if place in BEAMS:
        glow = _rays(x, y, at, rng)[..., None] * (0.34 if time != "night" else 0.2)
    else:
        up = height + rng.uniform(-0.5, 0.5)
        away = np.hypot(x - at, y - up)
        radius *= rng.uniform(0.93, 1.07)
        halo = np.exp(-((away / (radius * 2.3)) ** 2)) * 0.6 + np.exp(-away / 5) * 0.2
        glow = halo[..., None] * (0.62 if time == "night" else 1.0)
        mask = np.clip(0.5 + (radius - away) / 0.5, 0, 1)
    rgb = rgb + (np.array(colour) - rgb) * np.clip(glow, 0, 1)
    return np.concatenate([rgb.clip(0, 255), mask[..., None] * 255], -1).astype(np.uint8)
