import time
from pathlib import Path

import pytest

from phosphene.app import create_app
from phosphene.errors import BadInput
from phosphene.settings import Settings
from phosphene.store import filesystem
from phosphene.store.filesystem import kind_of, need_local
from phosphene.store.sqlite import open_store

MOUNTS = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:30 / /mnt/team rw,relatime shared:9 - nfs4 10.0.0.9:/team rw,vers=4.2
31 30 254:1 / /mnt/team/disk rw - xfs /dev/vdb rw
32 22 0:31 / /mnt/a\040b rw - cifs //files/ab rw
33 22 0:32 / /home/me/far rw - fuse.sshfs me@far:/ rw
34 22 254:2 / /media/stick rw - fuseblk /dev/sdb1 rw
35 22 254:3 / /srv rw - ext4 /dev/vdc rw
36 22 0:33 / /srv rw - nfs far:/srv rw
""".splitlines()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/data/phosphene.db", "ext4"),
        ("/mnt/team/data/phosphene.db", "nfs4"),
        ("/mnt/team/disk/phosphene.db", "xfs"),
        ("/mnt/teamwork/phosphene.db", "ext4"),
        ("/mnt/a b/phosphene.db", "cifs"),
        ("/home/me/far/phosphene.db", "fuse.sshfs"),
        ("/media/stick/phosphene.db", "fuseblk"),
        ("/srv/phosphene.db", "nfs"),
    ],
)
def test_the_kind_is_that_of_the_deepest_and_newest_mount(path: str, kind: str) -> None:
    assert kind_of(Path(path), MOUNTS) == kind


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "ceph", "fuse.sshfs", "fuse"])
def test_a_network_file_system_is_refused_with_the_reason(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted(tmp_path, kind, monkeypatch)
    with pytest.raises(BadInput, match=rf"network file system \({kind}\).*write-ahead log"):
        need_local(tmp_path / "phosphene.db")


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs", "fuseblk"])
def test_a_disk_of_this_machine_is_taken(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted(tmp_path, kind, monkeypatch)
    need_local(tmp_path / "phosphene.db")


def test_a_link_to_a_network_file_system_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, link = tmp_path / "far", tmp_path / "data"
    far.mkdir()
    link.symlink_to(far)
    mounted(far, "nfs", monkeypatch, beside=tmp_path)
    with pytest.raises(BadInput):
        need_local(link / "phosphene.db")


def test_where_mounts_are_not_told_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filesystem, "MOUNTS", tmp_path / "none")
    need_local(tmp_path / "phosphene.db")


def test_a_server_does_not_start_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    mounted(data, "nfs4", monkeypatch, beside=tmp_path)
    with pytest.raises(BadInput, match="nfs4"):
        create_app(Settings(data=str(data)))
    assert not list(data.iterdir())


@pytest.mark.asyncio
async def test_no_database_is_opened_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    data.mkdir()
    mounted(data, "cifs", monkeypatch, beside=tmp_path)
    with pytest.raises(BadInput, match="cifs"):
        async with open_store(data / "phosphene.db", "one", time.time):
            pass
    assert not list(data.iterdir())


def mounted(
    folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch, beside: Path | None = None
) -> None:
    """From here on the system's list of mounts says that ``folder`` is a mount of this kind."""
    listing = (beside or folder) / "mountinfo"
    listing.write_text(
        f"22 1 254:0 / / rw - ext4 /dev/vda1 rw\n30 22 0:30 / {folder} rw - {kind} far:/ rw\n"
    )
    monkeypatch.setattr(filesystem, "MOUNTS", listing)
