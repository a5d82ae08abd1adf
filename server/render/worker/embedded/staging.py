"""Where those stand whom the nouns' network draws: the score says how somebody moves, this what
that is for a thing of such a gait and size, and where a hat, a guitar or a horse goes with it.

Pure. The score's net knows the 24 older subjects, of which one with the same gait stands in.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from phosphene.render.worker.embedded.kite_string import KITE
from phosphene.render.worker.embedded.nouns.cast import LOUNGES, SEATS, Actor, Cast
from phosphene.render.worker.embedded.nouns.measures import OLDER, Measures, measures_of
from phosphene.render.worker.embedded.pairs import (
    BOARDS,
    SITS,
    hurry_ground,
    look_out,
    stage_pair,
    stand_above,
    stand_behind,
    stand_on_mount,
)
from phosphene.render.worker.embedded.postures import THICK, asleep, blown, dancing, lying
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.score import GROUND, FrameState, subject_states
from phosphene.render.worker.embedded.stand import (
    ACROSS,
    DOWN,
    Stand,
    ground_below,
    height_standing,
    radius_of,
)
from phosphene.render.worker.embedded.vocabulary import NOBODY

SIDE: Final = 4.8  # how far from the middle, in units, one of two may reach
LARGEST: Final = 0.5  # log2; of 0.75 a bus was cut off by the frame as it went
BOTH: Final = 0.15  # the same for two, which are 0.42 half frames from the middle
AFLOAT: Final = ("clouds", "underwater")
"""Places that have no ground."""
WET: Final = (*AFLOAT, "sea")
"""Places whose ground shows no shadow."""
ASLEEP: Final = frozenset(("sleep", "rest"))
STANDS: Final = frozenset(("stand", "sway", "rock", *ASLEEP))
FLIES: Final = frozenset(("fly", "float", "swim"))
DRIFTS: Final = FLIES | {"sail"}
WRIGGLES: Final = frozenset(
    ("turtle", "lizard", "snake", "worm", "caterpillar", "crocodile", "otter")
)
"""Who bends as what swims does, and has the ground below it on land."""
ALOFT: Final = frozenset(("float", "circle"))
"""Motions that take even a dog off the ground."""
RISES: Final = 0.42
STOOD: Final = 0.54
"""From where feet are drawn towards the ground, and from where they stand on it."""
LANDS: Final = 0.72
"""Where the score puts the feet of an older drawing that hops when it is down."""
BALLOON: Final = "hot-air-balloon"
SEAT: Final = 0.1
"""How far below the middle of a chair its seat is, in radii."""
BESIDE: Final = 0.5
"""Of the way that the score has two apart, what stands goes too: else it is before the other."""
CALM: Final[Mapping[str, float]] = {
    "walk": 0.3,
    "step": 0.35,
    "roll": 0.3,
    "run": 0.5,
    "crawl": 0.3,
}
"""How much of the score's tilt is left to who keeps to the ground; of others all."""
OPTICS: Final = frozenset(("glasses", "sunglasses", "goggles", "diving-mask"))
NUMBERS: Final = ("one", "two", "three", "four", "five")
HATS: Final = frozenset(("hat", "cap", "crown", "helmet", "graduation-cap", "headphones"))
WORN_AT: Final[Mapping[str, tuple[float, float]]] = {
    **dict.fromkeys(("jeans", "shorts", "bikini"), (0.74, -1.45)),
    **dict.fromkeys(("shoe", "high-heel", "boot", "ballet-shoes", "socks"), (1.1, -1.9)),
    **dict.fromkeys(("tie", "scarf"), (0.12, -1.5)),
    "safety-vest": (0.3, -1.2),
}
"""How far below the middle of a person with a card something is worn, in radii, and its size."""
LITTLE: Final = -0.3
"""From this size down a thing is less than half of who is beside it: an orange beside a girl was
as tall as she is."""
MORSEL: Final = -1.6
"""The size of what is so little in a hand, against who holds it: at -0.9 a cup of coffee was as
wide as a body and hid the face."""
LESS: Final = 0.8
ROOMY: Final = 0.05
"""The size (log2) of what somebody is in: a cup is larger than life then."""
LIFTED: Final = frozenset(("balloon", "kite", "umbrella"))
"""What is held up."""


class Stage:
    """Of one scene: its slots and its cast."""

    def __init__(self, slots: Mapping[str, str], cast: Cast) -> None:
        self._cast = cast
        where = cast.place or slots["place"]
        self._deeper = ground_below(where)
        self._first = _measured(cast.subject, slots["subject"], where)
        self._second = _measured(cast.other, slots["other"], where)
        # Of the older drawings one can be in one only.
        self._hollow = cast.other.concept if cast.other else BALLOON
        self._plain = cast.subject is None and cast.other is None and not cast.anchored
        self._both = cast.other is not None or cast.anchored or slots["other"] != NOBODY
        self._afloat = slots["place"] in AFLOAT
        self._motion = slots["motion"]
        self._seated = cast.relation == "on" and self._second.concept in SEATS - LOUNGES
        self._relation = cast.relation or (slots["relation"] if self._both else "")
        self._known = (slots["subject"] in OLDER, slots["other"] in OLDER)
        # Two buses side by side are no larger than half of the frame each.
        self._largest = LARGEST if slots["count"] == "one" else BOTH
        # Three have room as the score has them.
        self._many = 0.2 * max(0, cast.count - 3)

    def arrange(self, state: FrameState) -> FrameState:
        """The state of a frame as it is shown."""
        state = hurry_ground(state, self._relation)
        lead = Stand(state.x, state.y, state.size, state.tilt, state.pose, state.facing)
        other = Stand(
            state.other_x,
            state.other_y,
            state.other_size,
            state.other_tilt,
            state.other_pose,
            state.other_facing,
        )
        if self._plain:
            lead = replace(lead, size=lead.size - self._many)
        if self._cast.anchored:
            lead, other = self._together(lead, state)
        else:
            lead, other = self._little(lead, other)
            lead = self._own(lead, self._cast.subject, self._first, self._known[0], state)
            other = self._own(other, self._cast.other, self._second, self._known[1], state)
            if self._both:
                both = self._walks(self._first), self._walks(self._second)
                lead, other = stage_pair((lead, other), self._relation, both, state.seconds)
        stands = self._walks(self._first) or (self._both and self._walks(self._second))
        deeper = self._deeper if stands else 0.0
        return msgspec.structs.replace(
            state,
            x=lead.x,
            y=lead.y + deeper,
            size=lead.size,
            tilt=lead.tilt,
            pose=lead.pose,
            facing=lead.facing,
            other_x=other.x,
            other_y=other.y + deeper,
            other_size=other.size,
            other_tilt=other.tilt,
            other_pose=other.pose,
            other_facing=other.facing,
        )

    def _little(self, lead: Stand, other: Stand) -> tuple[Stand, Stand]:
        """Two side by side, of whom a little thing is little beside a larger one."""
        one, two = self._first.size, self._second.size
        if self._both and two <= LITTLE and one > two and self._cast.other is not None:
            return lead, replace(other, size=other.size - LESS)
        if self._both and one <= LITTLE and two > one and self._cast.subject is not None:
            return replace(lead, size=lead.size - LESS), other
        return lead, other

    def _walks(self, who: Measures) -> bool:
        """Whether somebody has feet on the ground here."""
        return not (self._afloat or who.gait in DRIFTS)

    def _own(
        self, told: Stand, actor: Actor | None, who: Measures, known: bool, state: FrameState
    ) -> Stand:
        """One who goes its own way."""
        if actor is not None or who.gait == "crawl":
            return self._alone(told, who, state)
        return self._down(told, who) if known else told

    def _down(self, told: Stand, who: Measures) -> Stand:
        """One of the older drawings, whose score hovers over the ground by up to a tenth."""
        if self._afloat or who.gait in DRIFTS or self._motion in ALOFT:
            return told
        feet = told.y + who.low * told.radius / DOWN
        hops = who.gait == "hop" or self._motion == "hop"
        lift = max(-0.3, min(0.0, feet - LANDS)) if hops else 0.0
        lean = told.tilt * (1.0 if hops or self._motion == "sway" else 0.5)
        # Who sways does it on its feet.
        aside = math.sin(lean) * who.low * told.radius / ACROSS if self._motion == "sway" else 0.0
        down = replace(told, x=told.x + aside, y=height_standing(told.size, who) + lift, tilt=lean)
        # Who still forms comes from the middle of the frame, where nobody knows who it will be.
        return _between(told, down, (feet - RISES) / (STOOD - RISES))

    def _alone(self, told: Stand, who: Measures, state: FrameState) -> Stand:
        """One who goes by its own gait."""
        size = self._sized(told.size, who)
        tilt = told.tilt * CALM.get(who.gait, 1.0)
        x, y, facing = told.x, told.y, told.facing
        if who.gait in STANDS:
            tilt = 0.25 * told.tilt if who.gait == "rock" else 0.0
            x, facing = self._planted(told, state), 1.0
            x += BESIDE * told.x if self._both else 0.0
        if who.spins:
            tilt = (told.x * ACROSS + state.drift_near) / radius_of(size)
        if self._both:
            room = max(0.0, SIDE - 1.2 * radius_of(size)) / ACROSS
            x = max(-room, min(room, x))
        if not (self._afloat or who.gait in FLIES):
            lift = min(0.0, told.y - GROUND + 0.26) if who.gait == "hop" else 0.0
            y = height_standing(size, who) + max(lift, -0.3)
        own = Stand(x, y, size, tilt, told.pose, facing)
        if who.gait == "dance" and not self._afloat:
            return dancing(own, who, state.seconds)
        if who.gait == "rest" and who.lies and not self._seated:
            return lying(own, state.seconds)
        return asleep(own, state.seconds) if who.gait in ASLEEP else own

    def _sized(self, told: float, who: Measures) -> float:
        """How large somebody is: alone larger than life, so that a bee is seen on a phone; of many
        smaller, and two no larger than half of the frame."""
        if self._both:
            return min(told + 0.7 * who.size, BOTH)
        return min(told + 0.22 + 0.8 * who.size, self._largest) - self._many

    @staticmethod
    def _planted(told: Stand, state: FrameState) -> float:
        """Where what cannot walk is: it goes with the ground that it stands on, which drifts
        between the middle silhouette and the near one."""
        return told.x * 0.2 - max(-0.5, min(0.5, (state.drift_middle + state.drift_near) / 18))

    def _together(self, lead: Stand, state: FrameState) -> tuple[Stand, Stand]:
        """Two of whom one goes where the other does."""
        relation = self._cast.relation
        if relation == "riding":
            return self._riding(lead, state)
        first = self._own(lead, self._cast.subject, self._first, self._known[0], state)
        if relation == "on":
            return self._upon(first, state)
        if relation == "inside":
            return self._inside(first, state)
        if relation == "blowing":
            return self._blowing(first, state.seconds)
        if relation in ("behind", "above"):
            return self._apart(first, relation, state.seconds)
        if relation == "eating":
            second = self._eaten(first, state.seconds)
        else:
            second = self._held(first) if relation == "holding" else self._worn(first)
        return first, second

    def _held(self, first: Stand) -> Stand:
        if self._second.concept == KITE:
            return self._at(first, (1.1, -2.5), self._small(first, -0.35), 0.6)
        if self._second.concept in LIFTED:
            return self._at(first, (0.5, -1.0), self._small(first, -0.6), 0.3)
        if self._second.size <= LITTLE:
            return self._at(first, (0.36, 0.3), first.size + MORSEL, 0.3)
        if self._cast.subject is None or not self._cast.subject.card:
            return self._at(first, (0.45, 0.5), self._small(first, -0.85), 0.3)
        return self._at(first, (0.5, 0.28), self._small(first, -0.6), 0.3)

    def _small(self, first: Stand, most: float) -> float:
        """The size of a thing that somebody holds."""
        return first.size + max(-1.5, min(self._second.size - 0.45, most))

    def _at(self, first: Stand, place: tuple[float, float], size: float, sway: float) -> Stand:
        """Something at a place of the first's plate, in radii."""
        x, y = place
        return Stand(
            first.x + first.facing * x * first.radius / ACROSS,
            first.y + (y + 0.03 * first.pose) * first.radius / DOWN,
            size,
            first.tilt + first.facing * 0.12 * sway * first.pose,
            first.pose,
            first.facing,
        )

    def _worn(self, first: Stand) -> Stand:
        x, y = self._first.head
        if self._second.concept in HATS:
            return self._at(first, (x, y + 0.02), first.size - 0.9, 0.0)
        if self._second.concept in WORN_AT and self._cast.subject and self._cast.subject.card:
            down, small = WORN_AT[self._second.concept]
            return self._at(first, (0.0, down), first.size + small, 0.0)
        if self._second.concept in OPTICS:
            return self._at(first, (x + 0.06, y + 0.42), first.size - 1.15, 0.0)
        return self._at(first, (x * 0.4, y * 0.2 + 0.2), first.size - 0.75, 0.0)

    def _riding(self, lead: Stand, state: FrameState) -> tuple[Stand, Stand]:
        """The one who is ridden goes as the lead would; the rider sits, or stands on a board."""
        mount = self._second
        less = 0.6 if mount.concept in BOARDS else 0.15
        below = self._alone(replace(lead, size=lead.size - less), mount, state)
        return stand_on_mount(below, self._first, mount, lead.pose)

    def _upon(self, first: Stand, state: FrameState) -> tuple[Stand, Stand]:
        """On top of something that stands on the ground."""
        less = self._second.size - self._first.size
        size = min(first.size + 0.8 * less, 0.3)
        below = Stand(
            self._planted(first, state), height_standing(size, self._second), size, 0, 0, 1.0
        )
        # What one holds in a hand is small on a table, too.
        small = min(first.size, size - (max(0.25, min(1.6 * less, 1.1)) if less > 0.3 else 0.25))
        person = self._cast.subject is not None and self._cast.subject.card
        seat = self._second.concept in SEATS
        low = SITS if seat and person else self._first.low
        if self._second.concept in LOUNGES and self._first.gait == "rest" and person:
            low = THICK
        top = (SEAT if seat else self._second.back[1]) * below.radius - low * radius_of(small)
        up = replace(first, x=below.x, y=below.y + top / DOWN + 0.02, size=small)
        lies = self._first.gait in ASLEEP
        return replace(up, tilt=first.tilt if lies else 0.3 * first.tilt), below

    def _inside(self, first: Stand, state: FrameState) -> tuple[Stand, Stand]:
        """Somebody who looks out of something."""
        hollow = self._second
        size = min(ROOMY + 0.3 * max(hollow.size, 0.0), self._largest)
        there = replace(first, size=size, tilt=0.0)
        if hollow.gait in FLIES:
            there = replace(there, x=0.4 * first.x, y=0.15 * first.y - 0.1, facing=1.0)
        else:
            y = GROUND if self._afloat else height_standing(size, hollow)
            there = replace(there, x=self._planted(first, state), y=y, facing=1.0)
        return look_out(first, there, self._hollow, state.seconds), there

    def _eaten(self, first: Stand, seconds: float) -> Stand:
        """Food that goes to a mouth and back, bite by bite."""
        x, y = self._first.head
        bite = max(0.0, math.sin(4.2 * seconds)) ** 2
        place = (x + 0.4 - 0.2 * bite, y + 1.22 - 0.26 * bite)
        return self._at(first, place, first.size + MORSEL, 0.4)

    def _blowing(self, first: Stand, seconds: float) -> tuple[Stand, Stand]:
        """Somebody who blows: bubbles out of the mouth, or at candles."""
        if self._second.gait in FLIES:
            return first, blown(first, first.size, seconds, self._first.head[1] + 0.75)
        leans = max(0.0, math.sin(2.1 * seconds))
        still = replace(first, x=-0.26 * first.facing, tilt=first.facing * (0.06 + 0.2 * leans))
        return still, self._at(replace(still, tilt=0.0), (1.15, 0.72), first.size - 0.5, 0.0)

    def _apart(self, first: Stand, relation: str, seconds: float) -> tuple[Stand, Stand]:
        """Behind something, or above it."""
        size = min(first.size + 0.7 * (self._second.size - self._first.size), 0.35)
        ground = self._second.gait not in FLIES and not self._afloat
        y = height_standing(size, self._second) if ground else first.y + 0.2
        other = Stand(-0.25 * first.facing, y, size, 0.0, first.pose, 1.0)
        if relation == "behind":
            return stand_behind(first, other, self._first, self._walks(self._first), seconds)
        return stand_above(first, other, self._second if ground else None, seconds)


def stand_on_ground(slots: Mapping[str, str], cast: Cast) -> tuple[bool, bool]:
    """Whether the first of a scene, and the second, throw a shadow on the ground."""
    # A beach goes by the older place that moves as it does, the sea, and is dry nevertheless.
    where = cast.place or slots.get("place", WET[0])
    if where in WET:
        return False, False
    first = _measured(cast.subject, slots["subject"], where)
    second = _measured(cast.other, slots["other"], where)
    known = cast.subject is not None or slots["subject"] in OLDER
    other = cast.other is not None or slots["other"] in OLDER
    held = cast.relation in ("holding", "wearing", "eating")
    carried = cast.relation in ("riding", "on", "above")
    return (
        known and not carried and first.gait not in DRIFTS,
        other and not held and second.gait not in DRIFTS,
    )


def _measured(actor: Actor | None, slot: str, place: str) -> Measures:
    """Of one in this place."""
    who = measures_of(actor, slot)
    wriggles = (actor.concept if actor else slot) in WRIGGLES and place not in WET
    return msgspec.structs.replace(who, gait="crawl") if wriggles else who


def scene_states(scene: Scene, frames: Sequence[FrameState], index: int) -> tuple[FrameState, ...]:
    """How the subjects of a scene stand at a frame of `frames`, as `score.subject_states` does."""
    cast = scene.cast
    count = NUMBERS[cast.count - 1] if cast.count else scene.slots["count"]
    return subject_states(frames, index, count, Stage(scene.slots, cast).arrange)


def _between(one: Stand, other: Stand, part: float) -> Stand:
    """On the way from one to the other."""
    part = max(0.0, min(1.0, part))
    x, y, tilt = (
        a + part * (b - a) for a, b in ((one.x, other.x), (one.y, other.y), (one.tilt, other.tilt))
    )
    return replace(one, x=x, y=y, tilt=tilt)
