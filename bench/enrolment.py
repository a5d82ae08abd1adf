"""What a presence check costs, and what passes it that should not: ``python -m bench.enrolment``.

A synthetic head answers a check at 15 pictures a second; the CPU of the child process that looks at
it is divided by the seconds of the camera. Then 20,000 recordings made by chance, and 1,000 people
with noise, go through the challenge, which sees poses and no pictures.
"""

import argparse
import asyncio
import time
from math import sqrt
from random import Random

import psutil

from bench.machine import describe
from phosphene.likeness.challenge import BRISK, Challenge, Instruction, draw_moves
from phosphene.likeness.face_checker import FaceChecker
from phosphene.likeness.messages import CheckState, CheckVerdict
from tests.likeness.simulated import answers, plays
from tests.likeness.synthetic_head import HeadCamera

FPS = 15.0


async def check_once(checker: FaceChecker, seed: int) -> tuple[str, float, float]:
    """Outcome, seconds of the camera, and seconds of CPU of the child."""
    moves = draw_moves(Random(seed))
    async with checker.open_check(str(seed), moves, BRISK) as check:
        child = psutil.Process(checker.process_id)
        spent = sum(child.cpu_times()[:2])
        camera, begun = HeadCamera(seed=seed), time.monotonic()
        towards: list[Instruction] = ["look"]

        async def shoot() -> None:
            while True:
                # Drawn and encoded beside the loop: that work is the browser's.
                picture = await asyncio.to_thread(camera.shoot, towards[0])
                check.add_picture(time.monotonic(), picture)
                await asyncio.sleep(1 / FPS)

        shooting = asyncio.create_task(shoot())
        try:
            while True:
                answer = await check.next_answer()
                if isinstance(answer, CheckVerdict):
                    lasted = time.monotonic() - begun
                    return answer.outcome, lasted, sum(child.cpu_times()[:2]) - spent
                if isinstance(answer, CheckState):
                    # A person hears and moves within 0.8 s.
                    await asyncio.sleep(0.8)
                    towards[0] = answer.instruction
        finally:
            shooting.cancel()


async def measure_checks(count: int) -> None:
    """Run some one after the other."""
    checker = FaceChecker()
    running = asyncio.create_task(checker.run())
    try:
        for seed in range(count):
            outcome, lasted, cpu = await check_once(checker, seed)
            memory = psutil.Process(checker.process_id).memory_info().rss / 1e6
            print(
                f"check {seed}: {outcome} after {lasted:.1f} s,"
                f" {cpu / lasted:.1%} of a core ({cpu:.2f} s), {memory:.0f} MB"
            )
    finally:
        running.cancel()


def upper_bound(passed: int, of: int) -> float:
    """Of a share, with 95 % (one-sided, Wilson)."""
    z, share = 1.645, passed / of
    middle = share + z * z / (2 * of)
    return (middle + z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))) / (1 + z * z / of)


def simulate(recordings: int, people: int) -> None:
    """Poses only."""
    chance = Random(15)
    passed = sum(
        plays(Challenge(draw_moves(chance)), chance).outcome == "passed" for _ in range(recordings)
    )
    bound = upper_bound(passed, recordings)
    print(f"recordings: {passed} of {recordings} pass; at most {bound:.2e} with 95 %")
    honest = sum(
        answers(Challenge(draw_moves(chance)), chance).outcome == "passed" for _ in range(people)
    )
    print(f"people: {honest} of {people} pass")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", type=int, default=3, help="checks with pictures")
    parser.add_argument("--recordings", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=1000)
    options = parser.parse_args()
    print(describe())
    simulate(options.recordings, options.people)
    asyncio.run(measure_checks(options.checks))


if __name__ == "__main__":
    main()
