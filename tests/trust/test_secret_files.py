"""Secret files: whole, private, and the same for everybody who starts at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from phosphene.trust import secret_files


def test_keeps_what_was_first(tmp_path: Path) -> None:
    path = tmp_path / "data" / "key"
    assert secret_files.first(path, b"one") == b"one"
    assert secret_files.first(path, b"two") == b"one"


def test_only_the_owner_reads_it_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "key"
    secret_files.first(path, b"one")
    secret_files.replace(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_those_who_start_together_agree(tmp_path: Path) -> None:
    for turn in range(20):
        path, gate = tmp_path / f"key{turn}", Barrier(8)

        def start(number: int, path: Path = path, gate: Barrier = gate) -> bytes:
            gate.wait()
            return secret_files.first(path, b"%d" % number * 1000)

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(start, range(8)))) == 1
    assert len(list(tmp_path.iterdir())) == 20
