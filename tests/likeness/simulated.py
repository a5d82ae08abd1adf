"""Heads before a camera as the challenge is told of them: pose, size and noise, no pictures."""

import math
from collections.abc import Iterator
from random import Random

from phosphene.likeness.challenge import (
    BRISK,
    MOVES,
    Challenge,
    Instruction,
    Move,
    Observation,
    Pace,
)

RATE = 7.0
POSES: dict[Instruction, tuple[float, float, float]] = {
    "look": (0, 0, 1),
    "back": (0, 0, 1),
    "left": (18, 2, 0.97),
    "right": (-18, 2, 0.97),
    "up": (1, -14, 0.99),
    "down": (-1, 14, 0.99),
    "nearer": (0, 3, 1.3),
    "farther": (0, -2, 0.78),
}
SIZE = 70.0


class Head:
    """Goes from pose to pose within about 0.4 s, and never holds quite still."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._pose = POSES["look"]
        self._goal = POSES["look"]

    def turn(self, towards: Instruction) -> None:
        yaw, pitch, size = POSES[towards]
        reach = self._chance.uniform(0.75, 1.3)
        self._goal = yaw * reach, pitch * reach, size**reach

    def seen(self, at: float) -> Observation:
        self._pose = tuple(  # type: ignore[assignment]
            here + (there - here) * 0.5 for here, there in zip(self._pose, self._goal, strict=True)
        )
        noise = self._chance.gauss
        yaw, pitch, size = self._pose
        turned = math.hypot(yaw, pitch) / 30
        return Observation(
            at=at,
            faces=0 if self._chance.random() < 0.01 else 1,
            yaw=yaw + noise(0, 0.8),
            pitch=pitch + noise(0, 0.8),
            size=SIZE * size * (1 + noise(0, 0.01)),
            likeness=0.85 - 0.2 * turned + noise(0, 0.03),
        )


def ticks(chance: Random) -> Iterator[float]:
    """When pictures come: about seven a second."""
    at = chance.uniform(0, 100)
    while True:
        at += chance.uniform(0.8, 1.2) / RATE
        yield at


def answers(challenge: Challenge, chance: Random) -> Challenge:
    """Somebody who does what is said, 0.8 +- 0.3 s after it was."""
    head, heard, at_turn = Head(chance), challenge.instruction, 0.0
    for at in ticks(chance):
        if challenge.instruction != heard:
            heard = challenge.instruction
            at_turn = at + max(0.2, chance.gauss(0.8, 0.3))
        if at >= at_turn:
            head.turn(heard)
            at_turn = math.inf
        challenge.take_observation(head.seen(at), at + 0.05)
        if challenge.outcome is not None:
            return challenge
    raise AssertionError


def plays(challenge: Challenge, chance: Random) -> Challenge:
    """A recording: it looks into the camera, then moves in its own order and at its own pace,
    again and again."""
    head, goal, until = Head(chance), "look", 0.0
    moves = [chance.choice(MOVES) for _ in range(chance.choice([1, 5, 6, 30]))]
    place = 0
    pause = chance.uniform(0.2, 2.0)
    for at in ticks(chance):
        until = until or at + chance.uniform(0.6, 2.0)
        if at >= until:
            if goal in {"look", "back"}:
                goal, place = moves[place % len(moves)], place + 1
                until = at + chance.uniform(0.4, 1.2)
            else:
                goal, until = "back", at + pause * chance.uniform(0.7, 1.3)
            head.turn(goal)  # type: ignore[arg-type]
        challenge.take_observation(head.seen(at), at + 0.05)
        if challenge.outcome is not None:
            return challenge
    raise AssertionError


def watch(challenge: Challenge, poses: Iterator[Instruction], chance: Random) -> Challenge:
    """One that goes through these poses, a picture each."""
    head = Head(chance)
    for at, pose in zip(ticks(chance), poses, strict=False):
        head.turn(pose)
        challenge.take_observation(head.seen(at), at)
        if challenge.outcome is not None:
            break
    return challenge


def a_challenge(*moves: Move, pace: Pace = BRISK) -> Challenge:
    return Challenge(moves or ("left", "up", "nearer", "right", "down"), pace)
