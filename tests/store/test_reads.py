import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from phosphene.store.rows import clip_body
from phosphene.store.store import Store
from tests.store.making import NOON, a_clip

pytestmark = pytest.mark.asyncio


async def test_of_a_very_large_tree_the_oldest_and_the_way_to_the_clip_are_read(
    store: Store, tmp_path: Path
) -> None:
    await store.add_clip(a_clip("root"))
    chain = ["root", "first", "second", "third"]
    for parent, name in pairwise(chain):
        await store.add_clip(a_clip(name, parent=parent, created_at=NOON + 900))
    with closing(sqlite3.connect(tmp_path / "phosphene.db")) as cx:
        cx.executemany(
            "INSERT INTO clips (id, instance, author, status, created_at, root, parent, body)"
            " VALUES (?, 'one', 'anna-id', 'done', ?, 'root', 'root', ?)",
            [
                (f"c{number:03d}", NOON + number, clip_body(a_clip(f"c{number:03d}")))
                for number in range(1, 600)
            ],
        )
        cx.commit()
    found = [clip.id for clip in await store.list_lineage("third")]
    assert found == ["root", *(f"c{number:03d}" for number in range(1, 500)), *chain[1:]]
    assert len(await store.list_lineage("root")) == 500
