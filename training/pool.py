"""A pool of drawn plates on disk, so that training need not wait for the drawing.

python -m training.pool writes shards until the pool is full; training reads those that are there.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.vocabulary import NOBODY, SILHOUETTES
from training import land, sky, subjects, weather
from training.paper import Image
from training.world import WORLD, held_out

RUNS = Path(__file__).parent / "runs"
FULL = {
    "subject": 8192,
    "inks": 2048,
    "sky": 3072,
    "far": 2048,
    "middle": 2048,
    "near": 2048,
    "weather": 512,
}
SHARD = 256
DRAWINGS, TILES = 16, 8
OFTEN = {
    "size": (0.25, 0.5, 0.25),
    "count": (0.6, 0.2, 0.2),
    "other": (0.7,),
    "camera": (0.6,),
    "mood": (0.55,),
}
"""Chances of a slot's first values; the others share what is left."""
LONE = 0.6
"""How often a subject in company is only one, even if chance has said more."""


def world(rng: np.random.Generator, held: bool = False) -> dict[str, str]:
    """A random scene's slots; held False keeps to combinations that training may see."""
    while True:
        values = {slot: choose(slot, rng) for slot in WORLD.values}
        if values["other"] != NOBODY and rng.random() < LONE:
            values["count"] = "one"
        if values["place"] == "underwater":
            values["weather"] = "clear"
        if held or not held_out(values["subject"], values["colour"], values["place"]):
            return values


def choose(slot: str, rng: np.random.Generator) -> str:
    """A random value of a slot."""
    values, often = WORLD.values[slot], OFTEN.get(slot, ())
    rest = len(values) - len(often)
    chances = [*often, *[(1 - sum(often)) / rest for _ in range(rest)]]
    return str(rng.choice(values, p=chances))


def draw(kind: str, values: dict[str, str], rng: np.random.Generator) -> Image:
    """One plate of the shape in `vocabulary.SHAPES`, uint8."""
    if kind == "subject":
        return subjects.plate(values["subject"], rng)
    if kind == "inks":
        return subjects.inks(values["colour"], values["time"], rng)
    if kind in SILHOUETTES:
        picture = silhouette(kind, values, rng)
    elif kind == "sky":
        picture = sky.plate(values["place"], values["time"], rng)
    else:
        picture = falling(values, rng)
    return picture.transpose(2, 0, 1)


def silhouette(kind: str, values: dict[str, str], rng: np.random.Generator) -> Image:
    """One of a few drawings of this place and depth.

    Few, since a small net draws a place it has often seen long before it can make up new ones; the
    three depths are chosen apart, so that a place still has DRAWINGS cubed looks.
    """
    drawing = np.random.default_rng([int(rng.integers(DRAWINGS)), SILHOUETTES.index(kind)])
    return land.plate(kind, values["place"], values["time"], drawing)


def falling(values: dict[str, str], rng: np.random.Generator) -> Image:
    """One of a few tiles of this weather, for the same reason."""
    return weather.plate(values["weather"], np.random.default_rng(int(rng.integers(TILES))))


def shard(kind: str, seed: int) -> tuple[Image, NDArray[np.int64]]:
    """SHARD plates with their slots (SHARD, 13)."""
    rng = np.random.default_rng([seed, sum(kind.encode())])
    values = [world(rng) for _ in range(SHARD)]
    plates = np.stack([draw(kind, v, rng) for v in values])
    return plates, np.array([WORLD.slot_indices(v) for v in values], np.int64)


def fill(folder: Path, times: int = 1, workers: int = 1) -> None:
    """Write the missing shards of `times` FULL, the kinds in turn, so that an unfinished pool is
    balanced."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {kind: times * full // SHARD for kind, full in FULL.items()}
    total = max(counts.values())
    due = [
        (kind, number)
        for step in range(total)
        for kind, count in counts.items()
        for number in range(-(-step * count // total), -(-(step + 1) * count // total))
    ]
    if workers == 1:
        for kind, number in due:
            _make(folder, kind, number)
        return
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(_make, repeat(folder), *zip(*due, strict=True)))


def _make(folder: Path, kind: str, number: int) -> None:
    path = folder / f"{kind}-{number:04d}.npy"
    if not path.exists():
        _write(path, *shard(kind, number))


def _write(path: Path, plates: Image, slots: NDArray[np.int64]) -> None:
    """Slots first, so that a shard whose plates are there is whole."""
    np.save(path.with_suffix(".slots.npy"), slots)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.save(file, plates)
    unfinished.rename(path)


class Pool:
    """The shards on disk, mapped into memory; `refresh` finds new ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plates: dict[str, list[Image]] = {kind: [] for kind in FULL}
        self.slots: dict[str, list[NDArray[np.int64]]] = {kind: [] for kind in FULL}
        self.refresh()

    def refresh(self) -> None:
        """Map shards that were written since."""
        for kind in FULL:
            paths = sorted(self.folder.glob(f"{kind}-[0-9][0-9][0-9][0-9].npy"))
            for path in paths[len(self.plates[kind]) :]:
                self.plates[kind].append(np.load(path, mmap_mode="r"))
                self.slots[kind].append(np.load(path.with_suffix(".slots.npy")))

    def draw(
        self, kind: str, count: int, rng: np.random.Generator
    ) -> tuple[Image, NDArray[np.int64]]:
        """A random batch: plates (count, *SHAPES[kind]) uint8 and slots (count, 13)."""
        where = rng.integers(0, len(self.plates[kind]), count)
        which = rng.integers(0, SHARD, count)
        plates = np.stack([self.plates[kind][a][b] for a, b in zip(where, which, strict=True)])
        slots = np.stack([self.slots[kind][a][b] for a, b in zip(where, which, strict=True)])
        return plates, slots


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=RUNS / "pool")
    parser.add_argument("--times", type=int, default=1, help="as many plates as FULL says")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    fill(options.folder, options.times, options.workers)
