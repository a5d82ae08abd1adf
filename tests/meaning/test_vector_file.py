"""The file of vectors: a start with it is as one without, only sooner; a foreign one is none."""

from pathlib import Path

import numpy as np
import pytest

from phosphene.meaning.background import Floats

pytest.importorskip("numpy")
from phosphene.meaning.vector_file import MOST, SIZE, WRITE_FROM, VectorFile


def made(count: int, seed: int = 1) -> dict[str, Floats]:
    table = np.random.default_rng(seed).normal(size=(count, SIZE))
    return {
        f"text {seed} {n}": row.astype(np.float16).astype(np.float32) for n, row in enumerate(table)
    }


def same(left: dict[str, Floats], right: dict[str, Floats]) -> bool:
    return left.keys() == right.keys() and all(bool((left[t] == right[t]).all()) for t in left)


def test_what_one_start_kept_the_next_one_has(tmp_path: Path) -> None:
    path, vectors = tmp_path / "cache" / "works.vectors", made(WRITE_FROM)
    VectorFile(path, "encoder 1").keep_vectors(vectors)
    again = VectorFile(path, "encoder 1")
    assert same(again.find_vectors([*vectors, "a new text"]), vectors)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    before = path.stat().st_mtime_ns
    again.keep_vectors(vectors)
    assert path.stat().st_mtime_ns == before, "nothing new was written"


def test_few_new_ones_are_no_reason_to_write(tmp_path: Path) -> None:
    path = tmp_path / "works.vectors"
    file = VectorFile(path, "encoder 1")
    file.keep_vectors(made(WRITE_FROM - 1))
    assert not path.exists()
    file.keep_vectors(made(1, seed=2))
    assert (
        len(VectorFile(path, "encoder 1").find_vectors([*made(WRITE_FROM - 1), "text 2 0"])) == 256
    )


@pytest.mark.parametrize("harm", ["cut", "longer", "flipped", "empty", "folder", "other encoder"])
def test_a_file_that_is_not_whole_or_of_another_encoder_is_none(tmp_path: Path, harm: str) -> None:
    path, vectors = tmp_path / "works.vectors", made(WRITE_FROM)
    VectorFile(path, "encoder 1").keep_vectors(vectors)
    whole = path.read_bytes()
    if harm == "folder":
        path.unlink()
        path.mkdir()
    elif harm != "other encoder":
        harmed = {
            "cut": whole[:-7],
            "longer": whole + whole[-1040:],
            "flipped": whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:],
            "empty": b"",
        }
        path.write_bytes(harmed[harm])
    file = VectorFile(path, "encoder 2" if harm == "other encoder" else "encoder 1")
    assert file.find_vectors(vectors) == {}
    file.keep_vectors(vectors)  # a folder in its place is logged, and the process goes on
    assert same(file.find_vectors(vectors), vectors)
    assert path.is_dir() == (harm == "folder")


@pytest.mark.slow
def test_it_never_grows_beyond_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "works.vectors"
    file, old = VectorFile(path, "encoder 1"), made(WRITE_FROM)
    row = np.zeros(SIZE, np.float32)
    file.keep_vectors(old)
    file.keep_vectors({str(n): row for n in range(MOST)})
    again = VectorFile(path, "encoder 1")
    assert again.find_vectors(old) == {}
    assert len(again.find_vectors(map(str, range(MOST)))) == MOST


def test_two_instances_on_a_folder_write_it_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "works.vectors"
    one, two = VectorFile(path, "encoder 1"), VectorFile(path, "encoder 1")
    one.keep_vectors(made(WRITE_FROM))
    two.keep_vectors(made(WRITE_FROM, seed=2))
    assert same(
        VectorFile(path, "encoder 1").find_vectors(made(WRITE_FROM, seed=2)), made(WRITE_FROM, 2)
    )


def test_without_a_path_nothing_is_written() -> None:
    file, vectors = VectorFile(None, "encoder 1"), made(WRITE_FROM)
    file.keep_vectors(vectors)
    assert file.find_vectors(vectors) == {}
