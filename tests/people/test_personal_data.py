"""What is stored of people is told whole: of every column, cookie and name that the code writes."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from phosphene.people.personal_data import Seer, StoredTable, load_personal_data
from phosphene.people.retention_periods import retention_periods
from phosphene.settings import Settings
from tests.store.making import a_store

ROOT = Path(__file__).parents[2]
DATA = load_personal_data()
OF_FTS = re.compile(r"search_index_(data|idx|config)")
"""Tables in which SQLite itself keeps ``search_index``."""


def schema(path: Path) -> dict[str, set[str]]:
    """The columns of each table of a database."""
    with closing(sqlite3.connect(path)) as cx:
        tables = cx.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: {row[1] for row in cx.execute(f"PRAGMA table_info('{name}')")}
            for (name,) in tables
            if not OF_FTS.fullmatch(name)
        }


@pytest.mark.asyncio
async def test_every_column_of_every_table_has_a_line(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db"):
        there = schema(tmp_path / "x.db")
    assert {table.name: set(table.columns) for table in DATA.all_tables()} == there


def written(pattern: str, *where: str) -> set[str]:
    """What the code writes that is like this."""
    found = set[str]()
    for folder in where:
        for path in (ROOT / folder).rglob("*.py" if folder == "server" else "*.js"):
            found |= set(re.findall(pattern, path.read_text(encoding="utf-8")))
    return found


def names_of(*places: str) -> set[str]:
    return {name for one in DATA.elsewhere if one.name in places for name in one.names}


def test_every_cookie_has_a_line() -> None:
    assert written(r': Final = "(phosphene_\w+)"', "server") == names_of("cookies")


def test_all_that_a_browser_remembers_has_a_line() -> None:
    told = names_of("browser")
    assert written(r'(?:memory|lasting)\.write\("(\w+)"', "client_demo") == told


def test_all_that_lies_in_redis_has_a_line() -> None:
    assert written(r'f?"phosphene:(\w+)', "server") == names_of("redis", "addresses")


@pytest.mark.parametrize("one", [*DATA.all_tables(), *DATA.elsewhere], ids=lambda one: one.name)
def test_a_period_is_named_where_one_is_told(one: StoredTable) -> None:
    assert ("{0}" in one.kept) == (one.after is not None)
    assert one.after is None or one.after in retention_periods(Settings())
    assert len(set(one.seen)) == len(one.seen) >= 1
    alone: set[Seer] = {"nobody", "everybody"}
    assert len(one.seen) == 1 or not alone & set(one.seen)


def test_what_an_instance_does_not_do_is_not_told() -> None:
    def told(settings: Settings) -> set[str]:
        return {one.name for one in DATA.for_settings(settings).elsewhere}

    assert not {"redis", "provider", "relay", "broadcast", "stamping"} & told(Settings())
    assert told(Settings()) >= {"cookies", "files", "backups"}
    assert "redis" in told(Settings(redis_url="redis://here"))
    assert "relay" in told(Settings(ice_servers="stun:here:3478"))


def test_periods_are_those_of_the_settings() -> None:
    assert retention_periods(Settings(views_days=3))["views"] == 3 * 86400
