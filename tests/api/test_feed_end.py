"""For You over more clips than are ranked: it ends when everything was shown, and not before."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from phosphene.ids import new_id
from phosphene.model import Clip, Person
from phosphene.schemas import RANKED
from phosphene.store.rows import clip_body
from tests.support import Instance, instance

OLDER = 30
AUTHOR = Person("author", "author")
COLUMNS = "id, instance, author, status, created_at, root, body"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Instance]:
    with instance(tmp_path, workers=0) as running:
        yield running


def fill(data: Path, count: int) -> set[str]:
    """So many finished clips in one transaction; their ids."""
    ids = [new_id(time.time()) for _ in range(count)]
    with sqlite3.connect(data / "phosphene.db") as database:
        database.executemany(
            f"INSERT INTO clips ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [_row(clip_id, number - count) for number, clip_id in enumerate(ids)],
        )
    database.close()
    return set(ids)


def _row(clip_id: str, age: int) -> tuple[object, ...]:
    clip = Clip(
        id=clip_id,
        author=AUTHOR,
        text=f"a fox that counts to {age}",
        seconds=1,
        status="done",
        created_at=time.time() + age,
        root=clip_id,
    )
    body = clip_body(clip)
    return clip_id, "test", AUTHOR.id, "done", clip.created_at, clip_id, body


def test_every_clip_comes_once(server: Instance, tmp_path: Path) -> None:
    there = fill(tmp_path, RANKED + OLDER)
    seen: list[str] = []
    cursor = None
    with httpx.Client(base_url=server.url) as http:
        while True:
            # As the page does: of what was seen it tells the newest, which are those ranked.
            lists = {"seen": sorted(seen)[-RANKED:], "cursor": cursor, "limit": 50}
            page = http.post("/v1/feed", json=lists).json()
            seen += [clip["id"] for clip in page["clips"]]
            cursor = page["cursor"]
            if cursor is None or len(seen) > len(there):
                break
    assert len(seen) == len(there)
    assert set(seen) == there
