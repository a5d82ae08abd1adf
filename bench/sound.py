"""The sound of clips of the embedded model: ``python -m bench.sound [--scenes 72] [--seconds 5]``.

Random scenes of the shipped world with random motion: what a second of sound costs, how loud the
clips are, whether anything clicks. Makes no picture and loads no network.
"""

import argparse
import random
import time
from statistics import median, quantiles

import numpy as np

from bench.machine import describe
from phosphene.render.preflight import locate_model
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.synth.clip_sound import ClipSound
from phosphene.render.worker.embedded.synth.clock import QUARTER, Floats
from phosphene.render.worker.embedded.synth.synthesizer import warm_up
from phosphene.render.worker.embedded.vocabulary import NOBODY
from phosphene.render.worker.embedded.world import World
from phosphene.render.worker.sound import SoundEncoder
from tests.render.worker.embedded.synth.sounding import above, loudness, score_of, tune


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=72)
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    folder = locate_model("embedded")
    assert folder is not None
    world, rng = World.load(folder), random.Random(1)
    print(describe())
    begun = time.process_time()
    warm_up()
    print(f"made once: {1000 * (time.process_time() - begun):.0f} ms")
    quarters, opus, loud, phone, peaks, clicks = [], [], [], [], [], []
    for number in range(options.scenes):
        samples, spent, encoded = measure(a_scene(world, rng, options.seconds), number)
        quarters += spent
        opus.append(encoded / options.seconds)
        loud.append(loudness(samples))
        phone.append(loudness(above(samples, 300)))
        peaks.append(float(np.abs(samples).max()))
        clicks.append(click(samples))
    print(f"CPU of a second of sound: {4000 * sum(quarters) / len(quarters):.1f} ms")
    print(f"CPU of a quarter: {spread(quarters, 1000)} ms, worst {1000 * max(quarters):.1f}")
    print(f"CPU of a second of it as Opus: {1000 * sum(opus) / len(opus):.1f} ms")
    print(f"loudness: {spread(loud)} LUFS, above 300 Hz {spread(phone)}")
    print(f"peaks: {spread(peaks)}, highest {max(peaks):.2f}")
    print(f"sharpest bend at a border of quarters, against p99.9: {spread(clicks)}")


def a_scene(world: World, rng: random.Random, seconds: int) -> Scene:
    """Any values of all slots, any motion; in every third there is a second subject."""
    slots = {slot: rng.choice(values) for slot, values in world.values.items()}
    if rng.random() > 1 / 3:
        slots["other"] = NOBODY
    return Scene({}, score_of(seconds, rng.uniform(0.4, 2.5), rng.uniform(0, 1)), slots)


def measure(scene: Scene, seed: int) -> tuple[Floats, list[float], float]:
    """The sound of a scene, and CPU seconds: of each quarter, and of encoding all of it."""
    seconds = len(scene.score)
    sound, encoder = ClipSound(tune(seed, seconds), seconds), SoundEncoder(seconds)
    made, spent, encoded = [], [], 0.0
    for start in range(0, 24 * seconds, 6):
        begun = time.process_time()
        piece = sound.of_frames(scene, scene.score, start, start + 6)()
        made_at = time.process_time()
        encoder.add_sound(piece)
        spent.append(made_at - begun)
        encoded += time.process_time() - made_at
        made.append(piece.samples)
    return np.concatenate(made, 1), spent, encoded


def click(samples: Floats) -> float:
    """The sharpest bend of the wave at a border of quarters, against those of the rest."""
    bends = np.abs(np.diff(samples, 2)).max(0)
    borders = range(QUARTER, samples.shape[1] - 4, QUARTER)
    return float(max(bends[at - 4 : at + 3].max() for at in borders) / np.quantile(bends, 0.999))


def spread(values: list[float], scale: float = 1.0) -> str:
    """5th percentile, median and 95th."""
    marks = quantiles(values, n=20)
    return " / ".join(f"{scale * one:.2f}" for one in (marks[0], median(values), marks[-1]))


if __name__ == "__main__":
    main()
