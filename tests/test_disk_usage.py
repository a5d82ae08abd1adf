import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from phosphene.blobs.blobs import StoredBytes
from phosphene.disk_usage import GB, SPARE, Usage, used_bytes

NOW = 1_790_000_000.0


def test_every_file_of_the_folder_counts(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "a").write_bytes(bytes(1000))
    (tmp_path / "phosphene.db").write_bytes(bytes(500))
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "blobs" / "old").write_bytes(bytes(3000))
    os.utime(tmp_path / "blobs" / "old", (NOW - 9, NOW - 9))
    os.utime(tmp_path / "blobs" / "a", (NOW, NOW))
    total, fresh = used_bytes(tmp_path, NOW - 5)
    assert total == pytest.approx(4500, abs=200)
    assert fresh == 1000


@pytest.mark.parametrize(
    ("day_bytes", "notice_days", "expected"),
    [(0, 7, 0.8e9), (0.02e9, 7, 0.8e9), (0.05e9, 7, 0.65e9), (9e9, 7, 0.5e9), (9e9, 0, 0.8e9)],
)
def test_what_is_above_the_mark_leaves_room_for_what_comes(
    day_bytes: float, notice_days: float, expected: float
) -> None:
    usage = Usage(1.0)
    usage.day_bytes = int(day_bytes)
    assert usage.keep_below(notice_days) == pytest.approx(expected)


def test_without_a_budget_nothing_goes() -> None:
    assert Usage(0).keep_below(7) > 1e300


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
    free = SimpleNamespace(free=int(free_gb * GB), total=100 * GB)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    usage = Usage(budget_gb)
    assert not usage.is_full
    usage.measure_folder(tmp_path, NOW)
    assert usage.budget == expected
    assert usage.is_full == (expected < 0)


def test_a_small_disk_keeps_a_small_part_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=6e6, total=6e6))
    usage = Usage(0)
    usage.measure_folder(tmp_path, NOW)
    assert usage.budget == pytest.approx(5.7e6)
    assert not usage.is_full


def test_films_that_lie_elsewhere_count_and_the_disk_need_not_hold_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SimpleNamespace(free=int(10 * GB), total=20 * GB)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk)
    usage = Usage(100.0)
    usage.measure_folder(tmp_path, NOW, StoredBytes(int(90 * GB), int(2 * GB)))
    assert (usage.used, usage.day_bytes, usage.budget) == (90 * GB, 2 * GB, 100 * GB)
    assert not usage.is_full
    usage.measure_folder(tmp_path, NOW, StoredBytes(int(101 * GB), 0))
    assert usage.is_full
    # Without room for the database nothing can be told, and no clip that goes makes any.
    disk.free = int(0.1 * GB)
    usage.measure_folder(tmp_path, NOW, StoredBytes(0, 0))
    assert usage.is_full
    assert usage.keep_below(0) == 80 * GB
