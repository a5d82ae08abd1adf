import os
import tempfile
from pathlib import Path

import pytest

from phosphene.scratch import scratch_file, scratch_path, temporary_folder


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
