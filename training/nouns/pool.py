"""A pool of plates on disk: python -m training.nouns.pool [--times 16 --people 30].

A shard holds one individual of every concept, in the order of the table, or as many people with
their cards; training reads those that are there. A table with other concepts needs another pool.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.nouns.card import FIELDS, Card
from training.nouns.concepts import concepts
from training.nouns.draw import chance, individual
from training.nouns.people import person
from training.paper import Image
from training.pool import RUNS

POOL = RUNS / "nouns" / "pool"
PEOPLE = "people"
PERSONS = 300
"""People of a shard."""


def shard(number: int) -> Image:
    """(concepts, 9, 96, 96) uint8; equal numbers, equal plates."""
    return np.stack([individual(c, chance(c, number)) for c in concepts().values()])


def people(number: int) -> tuple[Image, NDArray[np.int64]]:
    """(PERSONS, 9, 96, 96) uint8 and the rows of their cards; equal numbers, equal people."""
    rng = np.random.default_rng([number, len(FIELDS)])
    cards = [Card.of(rng) for _ in range(PERSONS)]
    return np.stack([person(card, rng) for card in cards]), np.array([c.row for c in cards])


def names(folder: Path = POOL) -> list[str]:
    """The concepts of the pool, in the order of its shards' rows."""
    return (folder / "names.txt").read_text().split()


def fill(folder: Path, times: int, casts: int = 0) -> None:
    """Draw the shards that are missing: `times` of things, `casts` of people. Raises ValueError if
    those there are of other concepts."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder / "names.txt"
    if listed.exists() and names(folder) != list(concepts()):
        raise ValueError(f"{folder} holds plates of other concepts; remove it")
    listed.write_text("\n".join(concepts()) + "\n")
    (folder / PEOPLE).mkdir(exist_ok=True)
    for number in range(times):
        if not (path := folder / f"{number:03d}.npy").exists():
            _write(path, shard(number))
    for number in range(casts):
        if not (path := folder / PEOPLE / f"{number:03d}.npy").exists():
            drawn, rows = people(number)
            np.save(path.with_suffix(".cards.npy"), rows)
            _write(path, drawn)


def _write(path: Path, drawn: Image) -> None:
    with path.with_suffix(".part").open("wb") as file:
        np.save(file, drawn)
    path.with_suffix(".part").rename(path)
    print(path, flush=True)


def plates(folder: Path = POOL) -> list[NDArray[np.uint8]]:
    """The shards as they lie on disk, each (concepts, 9, 96, 96); of `folder / PEOPLE`, those of
    the people. Raises OSError for an empty pool."""
    found = [np.load(path, mmap_mode="r") for path in sorted(folder.glob("???.npy"))]
    if not found:
        raise OSError(f"no plates in {folder}: python -m training.nouns.pool comes first")
    return found


def card_rows(folder: Path = POOL) -> list[NDArray[np.int64]]:
    """The rows of the cards of the people of each shard, in the order of `plates`."""
    return [np.load(path) for path in sorted((folder / PEOPLE).glob("*.cards.npy"))]


def numbers(folder: Path = POOL) -> list[int]:
    """The numbers of the shards, in the order of `plates`."""
    return sorted(int(path.stem) for path in folder.glob("???.npy"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=16)
    parser.add_argument("--people", type=int, default=30, help="shards of 300 of them")
    options = parser.parse_args()
    fill(POOL, options.times, options.people)
