"""What a scene of the embedded model is made of: slots, plates and the channels of the score.

Which values a slot can have belongs to a model's `world.World`.
"""

from typing import Final

SLOTS: Final = (
    "subject",
    "colour",
    "place",
    "time",
    "motion",
    "weather",
    "size",
    "count",
    "other",
    "other_colour",
    "relation",
    "camera",
    "mood",
)
"""What a prompt can say, in the order of the rows that the nets are given."""
NOBODY: Final = "nothing"
"""The value of "other" when there is no second subject, and of "subject" when there is none."""
COUNTS: Final = ("one", "two", "three")

SILHOUETTES: Final = ("far", "middle", "near")
# Each plate is told only what it depends on: the net learns 24 shapes instead of 192 coloured ones,
# and a remix of one slot leaves the other plates as they are.
RELEVANT: Final[dict[str, tuple[str, ...]]] = {
    "subject": ("subject",),
    "inks": ("colour", "time"),
    "sky": ("place", "time"),
    "far": ("place", "time"),
    "middle": ("place", "time"),
    "near": ("place", "time"),
    "weather": ("weather",),
    "score": (
        "motion",
        "subject",
        "place",
        "weather",
        "size",
        "count",
        "other",
        "relation",
        "camera",
        "mood",
    ),
}
"""Which slots each kind of plate, and the score, depends on. The subject is drawn without its
colour: "inks" are ten numbers that colour it."""
KINDS: Final = tuple(RELEVANT)
PLATES: Final = KINDS[:-1]
SCENERY: Final = tuple(plate for plate in PLATES if plate not in ("subject", "inks"))
"""Plates of a scene without a subject."""
OTHERS: Final = {"other": "subject", "other_inks": "inks"}
"""Plates of the second subject, if there is one, and the kinds that they are drawn as."""
FRESH: Final = ("weather",)
"""Plates of which nothing is to be kept when their words change: a little rain is no snow."""
MEANT: Final = {"subject": "other", "colour": "other_colour"}
"""The slots that tell for OTHERS what these tell for the first subject's plates."""

# Centred and cropped: without place and size to learn the same net names its subjects after minutes
# of one core, where whole frames gave coloured blobs.
PLATE: Final = 96
# Enough for a wing or a leg: between them the compositor blends.
POSES: Final = 3
INKED: Final = 6
"""Channels of a pose that is not coloured yet: RGB of the colours that are always the same, what
of the main ink and of the glow is on top of it (all premultiplied), and alpha."""
INKS: Final = 10
"""RGB of the main ink and of the glow, how much of all light remains, RGB of the light that comes
in its place; everything in 0..1."""
SHAPES: Final[dict[str, tuple[int, ...]]] = {
    kind: {"subject": (POSES, INKED, PLATE, PLATE), "inks": (INKS,)}.get(kind, (4, PLATE, PLATE))
    for kind in PLATES
}
"""Shape of each kind of plate, values in 0..1."""
KEYS: Final = 8
SCORE: Final = (
    "x",
    "y",
    "size",
    "tilt",
    "pose",
    "facing",
    "drift_far",
    "drift_middle",
    "drift_near",
    "light",
    "weather_x",
    "weather_y",
    "other_x",
    "other_y",
    "other_size",
    "other_tilt",
    "other_pose",
    "other_facing",
    "zoom",
    "view",
    "warmth",
)
_SUBJECT: Final = (0.5, 0.5, 0.5, 0.5, 1.0, 1.0)
SCALE: Final = (*_SUBJECT, 0.5, 1.0, 1.5, 1.0, 1.0, 3.0, *_SUBJECT, 0.25, 0.5, 0.5)
"""What one unit of the net's score space is, channel by channel: score = net * SCALE."""
SECONDS: Final = 10


def kind(plate: str) -> str:
    """What a plate of a scene is drawn as: itself, but for those of OTHERS."""
    return OTHERS.get(plate, plate)


def needs(plate: str) -> tuple[str, ...]:
    """The slots that a plate of a scene, or the score, depends on."""
    told = RELEVANT[kind(plate)]
    return tuple(MEANT.get(slot, slot) for slot in told) if plate in OTHERS else told
