"""The live challenge of a presence check: pure, of what was observed and a clock.

A server draws moves by chance and says the next one only when the last was made and the head is
back. A recording cannot follow that. A face that a program draws on demand can, which is why what
passes is called "presence checked", and never an identity.
"""

from collections.abc import Sequence
from random import Random
from statistics import fmean
from typing import Final, Literal, get_args

from msgspec import Struct

Move = Literal["left", "right", "up", "down", "nearer", "farther"]
"""Where to turn or move one's head: ``left`` is the person's own left, the right of the picture."""
Instruction = Literal["look", "back"] | Move
"""``look``: straight into the camera, before the first move; ``back``: the same after each."""
Flaw = Literal["dark", "bright", "blurred", "small"]
"""Why a face cannot be looked at well; ``small``: too far away."""
Hint = Literal["nobody"] | Flaw
Outcome = Literal[
    "passed", "wrong_move", "too_slow", "nobody", "several_faces", "another_face", "light"
]

MOVES: Final[tuple[Move, ...]] = get_args(Move)
MOVE_COUNT: Final = 5
"""Moves of a check: 6 * 5**4 = 3,750 rows of them, of which a recording shows one."""
# With a photograph turned over an ellipsoid the angles of the mesh were steady within 1 degree.
TURN: Final = 9.0
NOD: Final = 8.0
"""Degrees of yaw and of pitch that count as a move."""
STEP: Final = 1.16
"""Ratio of sizes that counts as nearer (or its inverse as farther)."""
CLEARLY: Final = 1.3
"""So many times of a move must be made before it counts as a wrong one: people do not turn their
heads in a plane."""
STILL: Final = 5.0
"""Degrees within which a head is straight; its size is within half of STEP."""
SETTLED: Final = 4
"""Pictures in a row in which a head must be straight before the first move."""
SPREAD: Final = 6.0
"""Degrees within which it must be in them."""
OFF_CENTRE: Final = 14.0
"""Degrees of yaw with which nobody looks into a camera."""
# Two, so that nobody is turned away for one picture that was measured wrongly.
WRONG: Final = 2
"""Pictures in a row that show another move than was asked for."""
FOLLOWS: Final = 0.2
"""By so much of what a head is off when it is back, what is straight follows it."""
LOST: Final = 4
"""Pictures in a row without a face after which it is gone."""
UNLIT: Final = 8
"""Pictures in a row too bright or too dark to compare faces."""
# 0 of 78,000 pairs of strangers reach 0.55; turned by 30 and 40 degrees a face is its own straight
# one by 0.81 and 0.72.
SAME: Final = 0.50
SAME_TURNED: Final = 0.33
"""Cosine to the straight pictures so far with which a face is the same, straight and turned."""


class Pace(Struct, frozen=True):
    """Seconds that may be taken: ``settle`` until a head is straight, ``move`` for a move and for
    the way back, ``all`` for all moves together."""

    settle: float = 12.0
    # 3.0 was too short for a page on a busy machine, once in 12.
    move: float = 4.0
    all: float = 15.0


BRISK: Final = Pace()
UNHURRIED: Final = Pace(settle=60.0, move=20.0, all=90.0)
"""For who needs more time (WCAG 2.2, 2.2.1). What a recording shows first still has to be right."""


class Observation(Struct, frozen=True, kw_only=True):
    """One picture: seconds ``at`` which it came, how many ``faces``, and of the largest its pose in
    degrees (``yaw`` grows to the person's left, ``pitch`` downwards), its ``size`` (in any unit
    that stays the same), and the cosine of ``likeness`` to its straight pictures
    so far (None: it was not compared)."""

    at: float
    faces: int
    yaw: float = 0.0
    pitch: float = 0.0
    size: float = 0.0
    likeness: float | None = None
    flaw: Flaw | None = None


def draw_moves(chance: Random, count: int = MOVE_COUNT) -> tuple[Move, ...]:
    """Moves by chance, none twice in a row."""
    moves = list[Move]()
    while len(moves) < count:
        moves.append(chance.choice([one for one in MOVES if one not in moves[-1:]]))
    return tuple(moves)


class Challenge:
    """One check: what is asked for now, and its ``outcome``, None until it is over."""

    def __init__(self, moves: Sequence[Move], pace: Pace = BRISK) -> None:
        self.instruction: Instruction = "look"
        self.hint: Hint | None = None
        self.outcome: Outcome | None = None
        self.done = 0
        self.is_straight = False
        self._moves = moves
        self._pace = pace
        self._settling = list[Observation]()
        self._zero = (0.0, 0.0, 1.0)
        self._begun: float | None = None
        self._said_at = 0.0
        self._first_said_at = 0.0
        self._lost = self._unlit = self._wrong = 0

    def may_be_straight(self, seen: Observation) -> bool:
        """Whether a picture may be one to recognise the person by, so that it is to be compared."""
        if self.instruction == "look":
            return seen.flaw is None and abs(seen.yaw) <= OFF_CENTRE
        return self.instruction == "back" and self._is_back(seen)

    def take_observation(self, seen: Observation, now: float) -> None:
        """Take one picture into account, ``now``; afterwards ``is_straight`` says whether its face
        is one to recognise the person by."""
        if self.outcome is not None:
            return
        self.is_straight = False
        self._begun = seen.at if self._begun is None else self._begun
        self.outcome = self._fault(seen) or self._late(now)
        if self.outcome is not None or seen.at < self._said_at:
            return
        if not seen.faces:
            self._settling.clear()
        elif self.instruction == "look":
            self._settle(seen, now)
        elif self.instruction == "back":
            self._return(seen, now)
        else:
            self._follow(seen, self.instruction, now)

    def _fault(self, seen: Observation) -> Outcome | None:
        """What ends the check, whatever was asked for."""
        if seen.faces > 1:
            return "several_faces"
        self._lost = 0 if seen.faces else self._lost + 1
        unlit = seen.flaw in {"dark", "bright"}
        self._unlit = self._unlit + 1 if unlit else 0
        self.hint = seen.flaw if seen.faces else "nobody"
        if self.instruction == "look":
            return None
        if self._lost > LOST:
            return "nobody"
        if self._unlit > UNLIT:
            return "light"
        least = SAME if self._is_back(seen) else SAME_TURNED
        if seen.likeness is not None and seen.likeness < least and not unlit:
            return "another_face"
        return None

    def _late(self, now: float) -> Outcome | None:
        begun = now if self._begun is None else self._begun
        if self.instruction == "look":
            return self._unsettled() if now - begun > self._pace.settle else None
        slow = now - self._said_at > self._pace.move or now - self._first_said_at > self._pace.all
        return "too_slow" if slow else None

    def _unsettled(self) -> Outcome:
        """Why no move could be asked for."""
        if self.hint == "nobody":
            return "nobody"
        return "light" if self.hint in {"dark", "bright"} else "too_slow"

    def _settle(self, seen: Observation, now: float) -> None:
        other = seen.likeness is not None and seen.likeness < SAME
        if seen.flaw is not None or abs(seen.yaw) > OFF_CENTRE or other:
            self._settling.clear()
            return
        self._settling = [*self._settling[1 - SETTLED :], seen]
        self.is_straight = True
        yaws = [one.yaw for one in self._settling]
        pitches = [one.pitch for one in self._settling]
        still = max(yaws) - min(yaws) < SPREAD and max(pitches) - min(pitches) < SPREAD
        if len(self._settling) == SETTLED and still:
            sizes = [one.size for one in self._settling]
            self._zero = fmean(yaws), fmean(pitches), fmean(sizes)
            self._say(self._moves[0], now)
            self._first_said_at = now

    def _follow(self, seen: Observation, asked: Move, now: float) -> None:
        if asked in self._made(seen, 1.0):
            self.done += 1
            self._say("back", now)
            return
        self._wrong = self._wrong + 1 if self._made(seen, CLEARLY) else 0
        if self._wrong >= WRONG:
            self.outcome = "wrong_move"

    def _return(self, seen: Observation, now: float) -> None:
        if not self._is_back(seen):
            return
        self.is_straight = seen.flaw is None
        # People do not come back to where they were: what is straight follows them. Slowly, as
        # they are still on their way: half of it made the next move too long for some.
        yaw, pitch, size = self._zero
        self._zero = (
            yaw + (seen.yaw - yaw) * FOLLOWS,
            pitch + (seen.pitch - pitch) * FOLLOWS,
            size + (seen.size - size) * FOLLOWS,
        )
        if self.done == len(self._moves):
            self.outcome = "passed"
        else:
            self._say(self._moves[self.done], now)

    def _made(self, seen: Observation, times: float) -> list[Move]:
        """The moves that a picture shows, made by so many times of what is needed."""
        yaw, pitch = seen.yaw - self._zero[0], seen.pitch - self._zero[1]
        ratio = seen.size / self._zero[2]
        made = list[Move]()
        if abs(yaw) >= TURN * times and abs(yaw) > abs(pitch):
            made.append("left" if yaw > 0 else "right")
        elif abs(pitch) >= NOD * times:
            made.append("down" if pitch > 0 else "up")
        # Of a face turned away the size is measured less well.
        if abs(yaw) < TURN:
            if ratio >= 1 + (STEP - 1) * times:
                made.append("nearer")
            elif ratio <= 1 / (1 + (STEP - 1) * times):
                made.append("farther")
        return made

    def _is_back(self, seen: Observation) -> bool:
        ratio, room = seen.size / self._zero[2], 1 + (STEP - 1) / 2
        return (
            abs(seen.yaw - self._zero[0]) < STILL
            and abs(seen.pitch - self._zero[1]) < STILL
            and 1 / room < ratio < room
        )

    def _say(self, instruction: Instruction, now: float) -> None:
        self.instruction, self._said_at = instruction, now
        self._wrong = 0
