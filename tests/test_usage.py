import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from server.usage import GB, SPARE, Usage, used_bytes


def test_every_file_of_the_folder_counts(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "a").write_bytes(bytes(1000))
    (tmp_path / "phosphene.db").write_bytes(bytes(500))
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert used_bytes(tmp_path) == pytest.approx(1500, abs=200)


@pytest.mark.parametrize(
    ("budget_gb", "free_gb", "expected"),
    [(5, 100, 5 * GB), (0, 100, 100 * GB - SPARE), (500, 100, 100 * GB - SPARE), (5, 0.5, -0.5e9)],
)
def test_there_may_be_as_much_as_is_set_and_as_the_disk_has(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    budget_gb: float,
    free_gb: float,
    expected: float,
) -> None:
    free = SimpleNamespace(free=int(free_gb * GB))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    usage = Usage(budget_gb)
    assert not usage.full
    usage.measure(tmp_path)
    assert usage.budget == expected
    assert usage.full == (expected < 0)
