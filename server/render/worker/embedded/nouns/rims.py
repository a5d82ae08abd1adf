"""What somebody can be in."""

from collections.abc import Mapping
from typing import Final

RIMS: Final[Mapping[str, tuple[float, float]]] = {
    "bathtub": (-0.3, -0.15),
    "basket": (0.0, -0.2),
    "bucket": (0.0, -0.75),
    "box": (0.0, -0.8),
    "suitcase": (0.0, -0.6),
    "backpack": (0.0, -0.75),
    "handbag": (0.0, -0.3),
    "bowl": (0.0, -0.3),
    "jar": (0.0, -0.7),
    "boot": (-0.4, -0.7),
    "tea": (0.0, -0.3),
    "teapot": (0.0, -0.6),
    "trash-can": (0.0, -0.85),
    "nest": (0.0, -0.85),
    "shopping-cart": (0.0, -0.4),
    "hot-air-balloon": (0.0, 0.8),
}
"""What one can be in, and where its rim is, over which one looks: radii to the right of
the middle of its plate, and below it."""
