import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from phosphene.store.enrolments import FaceTemplate
from phosphene.trust.likeness_keys import FOLDER, KEY, LikenessKeys
from tests.store.making import NOON, a_store


@pytest.fixture
def keys(tmp_path: Path) -> LikenessKeys:
    return LikenessKeys(tmp_path / FOLDER)


def test_what_is_sealed_opens_for_its_owner_only(keys: LikenessKeys) -> None:
    sealed = keys.seal_template("anna", b"a face" * 40)
    assert len(sealed) == 240 + 28
    assert b"a face" not in sealed
    assert keys.open_template("anna", sealed) == b"a face" * 40
    # Somebody else's row, though their key were the same.
    keys.seal_template("ben", b"")
    assert keys.open_template("ben", sealed) is None
    assert keys.open_template("nobody", sealed) is None
    assert keys.open_template("anna", sealed[:-1]) is None
    assert keys.open_template("anna", b"") is None
    assert keys.open_templates([("ben", sealed), ("anna", sealed)]) == [("anna", b"a face" * 40)]
    assert keys.seal_template("anna", b"x") != keys.seal_template("anna", b"x")


def test_a_key_of_whom_nothing_is_kept_goes(keys: LikenessKeys, tmp_path: Path) -> None:
    assert keys.shred_orphans([], [], NOON) == 0  # there is no folder yet
    anna, ben = keys.seal_template("anna", b"x"), keys.seal_portrait("ben", b"y")
    keys.seal_template("gone", b"z")
    keys.seal_portrait("anna", b"her portrait, whose row is gone")
    for file in (tmp_path / FOLDER).iterdir():
        os.utime(file, (NOON - 99, NOON - 99))
    keys.seal_template("new", b"whose row is on its way")
    assert keys.shred_orphans(["anna"], ["ben"], NOON) == 2
    assert len(list((tmp_path / FOLDER).iterdir())) == 3
    assert (keys.open_template("anna", anna), keys.open_portrait("ben", ben)) == (b"x", b"y")


def test_instances_on_a_folder_have_the_same_keys(keys: LikenessKeys, tmp_path: Path) -> None:
    other = LikenessKeys(tmp_path / FOLDER)
    assert other.open_template("anna", keys.seal_template("anna", b"x")) == b"x"
    assert keys.open_template("anna", other.seal_template("anna", b"y")) == b"y"
    (file,) = (tmp_path / FOLDER).iterdir()
    assert (file.stat().st_mode & 0o077, file.stat().st_size) == (0, KEY)
    assert "anna" not in file.name


def test_a_shredded_key_is_gone_and_the_next_one_opens_nothing_of_before(
    keys: LikenessKeys, tmp_path: Path
) -> None:
    sealed = keys.seal_template("anna", b"x")
    (file,) = (tmp_path / FOLDER).iterdir()
    key = file.read_bytes()
    with file.open("rb") as held:
        keys.shred_key("anna")
        assert held.read() != key
    keys.shred_key("anna")
    assert not list((tmp_path / FOLDER).iterdir())
    assert keys.open_template("anna", sealed) is None
    assert keys.open_template("anna", keys.seal_template("anna", b"y")) == b"y"
    assert keys.open_template("anna", sealed) is None


@pytest.mark.asyncio
async def test_yesterdays_backup_holds_nothing_that_opens(tmp_path: Path) -> None:
    """The documented backup (docs/operating.md), brought back after somebody took their face
    away."""
    data, backup = tmp_path / "data", tmp_path / "backup"
    data.mkdir()
    backup.mkdir()
    keys = LikenessKeys(data / FOLDER)
    async with a_store(data / "phosphene.db", "one", lambda: NOON) as store:
        sealed = keys.seal_template("anna", b"a face")
        kept = FaceTemplate(
            person="anna", purposes=("guard",), sealed=sealed, at=NOON, until=NOON + 1e9
        )
        await store.enrolments.keep_template(kept)
        with closing(sqlite3.connect(data / "phosphene.db")) as cx:
            cx.execute("VACUUM INTO ?", (str(backup / "phosphene.db"),))
        for pattern in ("*.key", "*.pem"):
            for file in data.glob(pattern):
                (backup / file.name).write_bytes(file.read_bytes())
        keys.shred_key("anna")
        await store.enrolments.drop_template("anna")
        assert await store.enrolments.get_template("anna") is None
    assert FOLDER not in {file.name for file in backup.iterdir()}
    async with a_store(backup / "phosphene.db", "one", lambda: NOON) as store:
        restored = await store.enrolments.get_template("anna")
        assert restored == kept
        for folder in (data, backup):
            assert LikenessKeys(folder / FOLDER).open_template("anna", restored.sealed) is None
