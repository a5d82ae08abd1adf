"""A pool of plates on disk: python -m training.nouns.pool [--times 16].

A shard holds one individual of every concept, in the order of the table; training reads those that
are there. A table with other concepts needs another pool.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.nouns.concepts import concepts
from training.nouns.draw import chance, individual
from training.paper import Image
from training.pool import RUNS

POOL = RUNS / "nouns" / "pool"


def shard(number: int) -> Image:
    """(concepts, 9, 96, 96) uint8; equal numbers, equal plates."""
    return np.stack([individual(c, chance(c, number)) for c in concepts().values()])


def names(folder: Path = POOL) -> list[str]:
    """The concepts of the pool, in the order of its shards' rows."""
    return (folder / "names.txt").read_text().split()


def fill(folder: Path, times: int) -> None:
    """Draw the shards that are missing. Raises ValueError if those there are of other concepts."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder / "names.txt"
    if listed.exists() and names(folder) != list(concepts()):
        raise ValueError(f"{folder} holds plates of other concepts; remove it")
    listed.write_text("\n".join(concepts()) + "\n")
    for number in range(times):
        path = folder / f"{number:03d}.npy"
        if not path.exists():
            with path.with_suffix(".part").open("wb") as file:
                np.save(file, shard(number))
            path.with_suffix(".part").rename(path)
            print(path.name, flush=True)


def plates(folder: Path = POOL) -> list[NDArray[np.uint8]]:
    """The shards as they lie on disk, each (concepts, 9, 96, 96). Raises OSError for an empty
    pool."""
    found = [np.load(path, mmap_mode="r") for path in sorted(folder.glob("*.npy"))]
    if not found:
        raise OSError(f"no plates in {folder}: python -m training.nouns.pool comes first")
    return found


def numbers(folder: Path = POOL) -> list[int]:
    """The numbers of the shards, in the order of `plates`."""
    return sorted(int(path.stem) for path in folder.glob("*.npy"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=16)
    fill(POOL, parser.parse_args().times)
