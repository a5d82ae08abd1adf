"""``phosphene copy`` of rows, as an operator uses it; films are in ``test_film_copy``."""

import asyncio
import time
from pathlib import Path

import pytest

from phosphene.__main__ import main
from phosphene.cli.doctor import examine
from phosphene.settings import Settings
from phosphene.store.opening import open_store_at
from tests.postgres import postgres_server, why_not
from tests.store.making import a_clip

pytestmark = pytest.mark.process


async def add(url: str, data: Path, name: str) -> None:
    async with open_store_at(url, data / "phosphene.db", "one", time.time) as store:
        await store.add_clip(a_clip(name, status="done"))


async def names(url: str, data: Path) -> set[str]:
    async with open_store_at(url, data / "phosphene.db", "one", time.time) as store:
        return {clip.id for clip in await store.list_candidates(limit=10)}


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_site_moves_from_a_file_to_postgresql_and_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, back = str(tmp_path / "data"), str(tmp_path / "back")
    (tmp_path / "data").mkdir()
    with postgres_server() as server:
        asyncio.run(add("", Path(data), "a"))
        assert main(["copy", data, server.url]) == 0
        asyncio.run(add("", Path(data), "b"))
        assert main(["copy", data, server.url]) == 0
        assert "the same in both" in capsys.readouterr().out
        assert asyncio.run(names(server.url, Path(data))) == {"a", "b"}
        found = {one.what: one for one in examine(Settings(data=data, database_url=server.url))}
        assert found["PostgreSQL"].state == "ok"
        # It was used, and has rows of its own from then on.
        assert main(["copy", data, server.url]) == 1
        assert "neither empty nor a copy" in capsys.readouterr().err
        asyncio.run(add(server.url, Path(data), "c"))
        assert main(["copy", server.url, back]) == 0
    assert asyncio.run(names("", Path(back))) == {"a", "b", "c"}


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_database_that_is_not_there_is_missing_and_its_password_is_not_told(
    tmp_path: Path,
) -> None:
    url = "postgresql://me:s3cr3t@/x?host=/nowhere&sslpassword=s3cr3t"
    found = {one.what: one for one in examine(Settings(data=str(tmp_path), database_url=url))}
    assert found["PostgreSQL"].state == "missing"
    assert "/nowhere" in found["PostgreSQL"].found
    assert "s3cr3t" not in found["PostgreSQL"].found


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        ("data", "data2", "films are copied"),
        ("s3://a/b", "postgresql://h/d", "films are copied"),
        ("mysql://h/d", "data", "mysql"),
        ("nowhere", "postgresql://127.0.0.1:1/d", "there is no database nowhere"),
    ],
)
def test_what_cannot_be_copied_is_said(
    source: str, target: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["copy", source, target]) == 1
    assert why in capsys.readouterr().err
