import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from phosphene.scratch import (
    PREFIX,
    remove_abandoned,
    replace_file,
    scratch_file,
    scratch_folder,
    scratch_path,
    temporary_folder,
)


def test_a_scratch_file_is_gone_after_its_block() -> None:
    with scratch_file() as descriptor:
        os.pwrite(descriptor, b"paper", 0)
        assert os.pread(descriptor, 9, 0) == b"paper"
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(descriptor)


def test_a_scratch_path_can_be_opened_several_times() -> None:
    with scratch_path() as path:
        path.write_bytes(b"paper")
        assert path.read_bytes() == b"paper"


def test_where_nothing_temporary_can_be_written_the_data_folder_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert temporary_folder(tmp_path) == Path(tempfile.gettempdir())
    monkeypatch.setattr(tempfile, "tempdir", "/proc")  # nobody can write there
    assert temporary_folder(tmp_path) == tmp_path / "tmp"
    assert (tmp_path / "tmp").is_dir()
    with pytest.raises(OSError, match="/proc"):
        temporary_folder(Path("/proc/nowhere"))


def test_a_scratch_folder_is_gone_after_its_block_and_left_alone_within(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as first, scratch_folder(tmp_path) as second:
        (first / "learned").write_bytes(b"paper")
        remove_abandoned(tmp_path)
        assert {first, second} == set(tmp_path.iterdir())
        assert (first / "learned").read_bytes() == b"paper"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.process
def test_the_next_one_removes_the_folder_of_who_was_killed(tmp_path: Path) -> None:
    theirs = tmp_path / f"{PREFIX}link"
    (tmp_path / "elsewhere").mkdir()
    theirs.symlink_to(tmp_path / "elsewhere")
    said = "print((Path(one) / 'learned').write_bytes(b'paper'), flush=True); input()"
    start = "import sys; from pathlib import Path; from phosphene.scratch import scratch_folder"
    program = f"{start}\nwith scratch_folder(Path(sys.argv[1])) as one: {said}"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"5\n"
        remove_abandoned(tmp_path)
        assert len(list(tmp_path.iterdir())) == 3
        process.kill()
    remove_abandoned(tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == {theirs.name, "elsewhere"}


@pytest.mark.parametrize("name", ["phosphene", "phosphene-data", ".phosphene-scratch", "scratch"])
def test_folders_of_people_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "phosphene.db").write_bytes(b"their clips")
    remove_abandoned(tmp_path)
    assert (tmp_path / name / "phosphene.db").exists()


def test_a_file_is_replaced_whole_and_a_part_of_before_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    (tmp_path / ".vectors.part").write_bytes(b"of one who was killed at it")
    replace_file(path, b"old")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(replace_file, [path] * 40, [bytes([at]) * 100_000 for at in range(40)]))
    assert len(set(path.read_bytes())) == 1
    assert path.stat().st_size == 100_000
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "vectors" / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="vectors"):
        replace_file(tmp_path / "vectors", b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["vectors"]
