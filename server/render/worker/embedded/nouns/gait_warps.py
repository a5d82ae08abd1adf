"""How nouns move: a pose is the one drawing of a noun, warped as its gait says.

The net draws one pose, a third of the tokens of three; the warps are smooth, since a hard edge in
one tears the paper. Who has which gait: the table training/nouns/concepts.tsv.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from phosphene.render.worker.embedded.vocabulary import PLATE

EXTENT: Final = 1.5
"""Half of the plate, in radii."""
FEET: Final = 1.15
"""Where the feet are, in radii below the middle."""
Warp = Callable[[Tensor, Tensor, float], tuple[Tensor, Tensor]]
"""Where points x, y (in radii, y down) go in the pose k (-1..1)."""


def _up(y: Tensor) -> Tensor:
    """0 at the feet, 1 at the head."""
    return ((FEET - y) / 2.3).clamp(0, 1.2)


def stand(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """What is built does not move."""
    return x, y


def sway(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """A plant in the wind: the higher, the further."""
    up = _up(y)
    return x + 0.19 * k * up * up, y + 0.02 * k * k * up


def rock(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """A thing that breathes: wide and low, then narrow and high."""
    return x * (1 + 0.05 * k), FEET + (y - FEET) * (1 - 0.06 * k)


def walk(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """Seen from the front: one foot is lifted, then the other, arms against them."""
    # Not the sign of x, whose hard edge tears the paper in the middle.
    side, up = torch.tanh(6 * x), _up(y)
    legs = (1 - up * 2.4).clamp(0, 1)
    arms = torch.exp(-(((y - 0.4) / 0.35) ** 2)) * (x.abs() / 0.5).clamp(0, 1) ** 2
    lifted = y - 0.13 * legs * torch.relu(side * k) - 0.1 * arms * side * -k
    return x + 0.045 * k * up, lifted - 0.02 * abs(k) * up


def run(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """Seen from the side: the legs swing apart and together, the body leans forward."""
    up = _up(y)
    legs = (1 - up * 1.8).clamp(0, 1)
    return x + 0.14 * k * legs * torch.tanh(4 * x) + 0.06 * k * up, y - 0.06 * abs(k) * up


def step(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """A quadruped: fore and hind legs swing against each other, each foot lifted in turn."""
    up = _up(y)
    legs = (1 - up * 2.2).clamp(0, 1)
    swing = torch.cos(5.2 * x)
    nod = 0.03 * k * (x / 1.2).clamp(-1, 1) * up
    return x + 0.13 * k * legs * swing, y - 0.07 * legs * torch.relu(swing * k) + nod


def hop(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """Crouched, then stretched."""
    return x * (1 + 0.1 * k), FEET + (y - FEET) * (1 - 0.13 * k)


def roll(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """On wheels: the body bounces on its springs, the wheels stay on the ground."""
    up = _up(y)
    return x + 0.015 * k * up, y - 0.035 * k * (up * 2).clamp(0, 1)


def sail(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """On the water: it leans this way and that about its keel."""
    angle = torch.tensor(0.09 * k)
    down = y - 0.9
    return x * angle.cos() - down * angle.sin(), 0.9 + x * angle.sin() + down * angle.cos()


def fly(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """Wings, or what is far out to the sides, beat; the middle answers a little."""
    out = torch.relu(x.abs() - 0.2)
    return x * (1 - 0.05 * abs(k) * out), y - 0.26 * k * out + 0.04 * k


def swim(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """A wave goes through it, widest at the tail, which is on the left."""
    tail = ((1.2 - x) / 2.4).clamp(0, 1)
    return x, y + 0.15 * k * tail * torch.sin(2.4 * x + 0.5)


def crawl(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """Many legs: what is far from the body goes up and down in turn."""
    out = (x.abs() / 1.1).clamp(0, 1) ** 2
    return x + 0.03 * k * torch.sin(3 * y), y + 0.07 * k * out * torch.sin(5 * y + 3 * x)


def drift(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """What hangs in the air turns a little and breathes."""
    return x * (1 + 0.02 * k) + 0.04 * k * torch.sin(2 * y), y * (1 + 0.025 * k)


def dance(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """Hips to one side and shoulders to the other, one arm up and then the other."""
    side, up = torch.tanh(6 * x), _up(y)
    arms = torch.exp(-(((y - 0.25) / 0.45) ** 2)) * (x.abs() / 0.55).clamp(0, 1) ** 2
    bend = 0.13 * k * torch.sin(3.4 * up - 0.6) * (up * 3).clamp(0, 1)
    return x + bend, y - 0.3 * arms * side * k


def sleep(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """Lying low, and breathing slowly."""
    return x * (1.08 - 0.015 * k), FEET + (y - FEET) * (0.74 + 0.045 * k)


def rest(x: Tensor, y: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """Drawn asleep already, or lying: a chest that rises and falls."""
    chest = torch.exp(-(((y - 0.1) / 0.5) ** 2))
    return x * (1 + 0.05 * k * chest), y


GAITS: Final[Mapping[str, Warp]] = {
    "stand": stand,
    "sway": sway,
    "rock": rock,
    "walk": walk,
    "run": run,
    "step": step,
    "hop": hop,
    "roll": roll,
    "sail": sail,
    "fly": fly,
    "swim": swim,
    "crawl": crawl,
    "float": drift,
    "dance": dance,
    "sleep": sleep,
    "rest": rest,
}


KEY_POSES: Final = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""Of a gait, between which a drawing is faded: of three, eyes two points apart were seen twice."""


@lru_cache(maxsize=len(GAITS))
def fields(gait: str) -> Tensor:
    """Where each point of the key poses comes from, (5, 96, 96, 2) in -1..1, as grid_sample wants
    it: the warp's inverse, by a fixed point of six rounds. Raises KeyError for no gait."""
    line = ((torch.arange(PLATE) + 0.5) / PLATE * 2 - 1) * EXTENT
    y, x = torch.meshgrid(line, line, indexing="ij")
    found = []
    for k in KEY_POSES:
        a, b = x, y
        for _ in range(6):
            u, v = GAITS[gait](a, b, k)
            # Warped pictures equal the same warp of the paths they were drawn from to 30 to 42 dB,
            # so the net need draw one pose, a third of the tokens.
            a, b = a + (x - u), b + (y - v)
        found.append(torch.stack([a, b], -1) / EXTENT)
    return torch.stack(found)


def poses(plate: Tensor, gait: str) -> Tensor:
    """The key poses (5, C, 96, 96) of a plate (C, 96, 96)."""
    shown = plate[None].expand(len(KEY_POSES), -1, -1, -1)
    # Bilinear, a face that moves by half a point is as soft as one of half the size.
    moved = F.grid_sample(shown, fields(gait), mode="bicubic", align_corners=False)
    return moved.clamp(0, 1)
