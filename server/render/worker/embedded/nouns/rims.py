"""What somebody can be in."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Rim(NamedTuple):
    """Over which one looks out of something: radii to the right of the middle of its plate, and
    below it; how much ``smaller`` (log2) one is than that."""

    x: float
    y: float
    smaller: float = 0.5


RIMS: Final[Mapping[str, Rim]] = {
    "bathtub": Rim(-0.3, -0.35),
    "basket": Rim(0.0, -0.2),
    "bucket": Rim(0.0, -0.75),
    "box": Rim(0.0, -0.8),
    "suitcase": Rim(0.0, -0.6),
    "backpack": Rim(0.0, -0.75),
    "handbag": Rim(0.0, -0.3),
    "bowl": Rim(0.0, -0.3),
    "jar": Rim(0.0, -0.7),
    "boot": Rim(-0.4, -0.7),
    "tea": Rim(0.0, -0.3),
    "teapot": Rim(0.0, -0.6),
    "trash-can": Rim(0.0, -0.85),
    "nest": Rim(0.0, -0.85),
    "shopping-cart": Rim(0.0, -0.4),
    "hot-air-balloon": Rim(0.0, 0.8, 1.7),
}
ANY_RIM: Final = Rim(0.0, -0.5)
"""Of anything else: a cast comes with latents, and may be of another release."""
