"""By what clips are recognised: kept beside them, found by their mark, gone with them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.events import ClipFinished, ClipStarted
from phosphene.store.fingerprints import Fingerprint
from phosphene.store.sqlite import SqliteStore
from tests.store.making import a_clip, a_store

pytestmark = pytest.mark.asyncio
BIG = (1 << 36) - 1


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db") as opened:
        yield opened


async def test_a_clip_is_found_by_its_mark_until_it_is_removed(store: SqliteStore) -> None:
    live = a_clip("a", status="live")
    await store.add_clip(live)
    known = store.fingerprints
    await known.add_fingerprint("a", BIG, b"")
    await known.add_fingerprint("a", BIG, b"h" * 64)
    assert await known.list_marked(BIG) == [Fingerprint("a", b"h" * 64)]
    assert await known.list_marked(7) == []
    await store.change_clip(live, ClipStarted(live))
    done = replace(live, status="done", sha256="f" * 64)
    await store.change_clip(done, ClipFinished(done))
    assert await known.find_clip_of_blob("f" * 64 + ".mp4") == "a"
    await store.remove_clip("a")
    assert await known.list_marked(BIG) == []
    assert await known.find_clip_of_blob("f" * 64 + ".mp4") is None
    # Its files may be kept while it is removed.
    await known.add_fingerprint("a", BIG, b"h" * 32)
    assert await known.list_marked(BIG) == []


async def test_all_are_read_page_by_page(store: SqliteStore) -> None:
    for number in range(5):
        await store.add_clip(a_clip(f"c{number}"))
        await store.fingerprints.add_fingerprint(f"c{number}", number, bytes([number]) * 32)
    read, after = list[str](), ""
    while some := await store.fingerprints.list_fingerprints(after, 2):
        assert len(some) <= 2
        read += [one.clip for one in some]
        after = some[-1].clip
    assert read == [f"c{number}" for number in range(5)]
