"""What is known of somebody's drawing: how large it is and where one could put something on it."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from phosphene.render.worker.embedded.nouns.cast import Actor, Point


class Measures(Struct, frozen=True):
    """As an Actor has them; `lies`: who is drawn standing and lies down to sleep."""

    size: float
    head: Point
    back: Point
    low: float
    gait: str = "step"
    concept: str = ""
    spins: bool = False
    lies: bool = False


OLDER: Final[Mapping[str, Measures]] = {
    "whale": Measures(0.5, (0.25, -1.156), (0.0, -0.96), 0.875, "swim"),
    "bird": Measures(-0.3, (0.494, -0.688), (0.0, -0.4), 0.438, "fly"),
    "cat": Measures(-0.3, (0.031, -1.156), (0.0, -0.906), 1.031),
    "butterfly": Measures(-0.4, (-0.02, -1.031), (0.0, -0.625), 0.906, "fly"),
    "balloon": Measures(0.4, (-0.016, -1.219), (0.0, 0.9), 1.219, "float"),
    "sailboat": Measures(0.5, (-0.078, -1.219), (0.0, 0.4), 1.0, "sail"),
    "rocket": Measures(0.5, (0.234, -1.156), (0.0, -0.6), 1.125, "fly"),
    "jellyfish": Measures(-0.1, (-0.016, -1.062), (0.0, -0.9), 1.125, "float"),
    "fish": Measures(-0.2, (0.0, -0.938), (0.0, -0.7), 0.875, "swim"),
    "fox": Measures(-0.1, (0.625, -1.062), (0.0, -0.219), 0.969),
    "rabbit": Measures(-0.4, (0.312, -1.25), (0.0, -0.281), 1.0, "hop"),
    "turtle": Measures(0.0, (-0.078, -0.688), (0.0, -0.6), 0.969, "swim"),
    "dog": Measures(-0.2, (0.406, -1.094), (0.0, -0.281), 1.0),
    "horse": Measures(0.35, (0.578, -1.188), (0.0, -0.313), 1.0),
    "elephant": Measures(0.5, (0.359, -1.0), (0.0, -0.8), 1.0),
    "bear": Measures(0.2, (0.687, -1.031), (0.0, -0.625), 0.969),
    "deer": Measures(0.2, (0.594, -1.25), (0.0, -0.156), 1.031),
    "frog": Measures(-0.5, (0.031, -0.969), (0.0, -0.625), 0.969, "hop"),
    "owl": Measures(-0.3, (0.0, -1.281), (0.0, -0.938), 1.344, "fly"),
    "penguin": Measures(-0.2, (0.172, -1.281), (0.0, -1.1), 1.219, "walk"),
    "snail": Measures(-0.5, (-0.021, -1.031), (0.0, -0.9), 0.969, "crawl"),
    "octopus": Measures(0.0, (0.031, -1.281), (0.0, -1.1), 1.125, "swim"),
    "dragon": Measures(0.5, (-0.094, -1.25), (0.0, -0.6), 1.156, "fly"),
    "airplane": Measures(0.5, (-0.439, -0.969), (0.0, -0.7), 1.031, "fly"),
}
"""Of the drawings of the older world (training/subjects.py), measured as training.nouns.export does
it. A world of one's own has others; they count as PLAIN."""
PLAIN: Final = Measures(0.0, (0.0, -1.1), (0.0, -0.5), 1.0)


def measures_of(actor: Actor | None, slot: str) -> Measures:
    """Of one whom the nouns' network draws, or else of the older drawing that a slot names."""
    if actor is None:
        return OLDER.get(slot, PLAIN)
    return Measures(
        actor.size, actor.head, actor.back, actor.low, actor.gait, actor.concept, actor.spins,
        bool(actor.card),
    )  # fmt: skip
