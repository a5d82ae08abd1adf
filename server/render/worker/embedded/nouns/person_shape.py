"""What the card of a person says of their shape."""

from collections.abc import Mapping
from typing import Final

CARD: Final[Mapping[str, int]] = {
    "length": 6,
    "glasses": 2,
    "beard": 3,
    "headwear": 7,
    "clothes": 6,
    "age": 3,
    "build": 3,
    "figure": 2,
    "posture": 7,
}
"""How many values the fields of a person's card have that are shapes; skin, hair and the colours
are inks."""
