"""What of a scene is heard: its place and mood, and who does what."""

from typing import Final

from msgspec import Struct

from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.shelter import weather_heard
from phosphene.render.worker.embedded.sky_cover import place_of, weather_of
from phosphene.render.worker.embedded.vocabulary import COUNTS, NOBODY

FIRST: Final = ""
SECOND: Final = "other_"
"""Before the channels of the first subject in the score, and of the second."""
CARRIED: Final = "riding"
"""Who rides makes no steps."""


class Performer(Struct, frozen=True):
    """One subject: ``gait`` if the scene says any, ``count``: how many of it; ``channels``: before
    its channels of the score; ``hops``: whether a fall of it ends on the ground."""

    name: str
    gait: str = ""
    count: int = 1
    channels: str = FIRST
    hops: bool = False


class Cue(Struct, frozen=True):
    """Equal cues sound equal."""

    place: str
    time: str
    weather: str
    mood: str
    motion: str
    performers: tuple[Performer, ...] = ()


def cue_of(scene: Scene) -> Cue:
    """That of a scene."""
    slots, cast = scene.slots, scene.cast
    # A further place moves as an older one does, which its slot names, and sounds as itself.
    place = place_of(slots, cast)
    return Cue(
        place=place,
        time=slots["time"],
        weather=weather_heard(place, weather_of(slots, cast)),
        mood=slots["mood"],
        motion=slots["motion"],
        performers=_performers(scene),
    )


def _performers(scene: Scene) -> tuple[Performer, ...]:
    slots, cast = scene.slots, scene.cast
    first = cast.subject.concept if cast.subject else slots["subject"]
    second = cast.other.concept if cast.other else slots["other"]
    relation = cast.relation or slots["relation"]
    found = []
    if first != NOBODY and relation != CARRIED:
        gait = cast.subject.gait if cast.subject else ""
        count = cast.count or COUNTS.index(slots["count"]) + 1
        found.append(Performer(first, gait, count, FIRST, slots["motion"] == "hop"))
    if second != NOBODY:
        gait = cast.other.gait if cast.other else ""
        # Who is held or ridden goes where the first goes: its own channels say nothing then.
        channels = FIRST if cast.anchored else SECOND
        hops = slots["motion"] == "hop" and relation != "watching"
        found.append(Performer(second, gait, 1, channels, hops))
    return tuple(found)
