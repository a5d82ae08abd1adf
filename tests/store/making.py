"""Values for the tests of stores."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from phosphene.model import Clip, Comment, Person, Status
from phosphene.store.opening import open_store_at
from phosphene.store.schema import connect, migrate
from phosphene.store.sqlite import SqliteStore
from tests.postgres import ADDRESS, make_database

ANNA = Person("anna-id", "anna")
BEN = Person("ben-id", "ben")
EVE = Person("eve-id", "eve")
NOON = 1_790_000_000.0


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def a_clip(
    clip_id: str,
    *,
    author: Person = ANNA,
    status: Status = "queued",
    created_at: float = NOON,
    parent: str | None = None,
) -> Clip:
    return Clip(
        id=clip_id,
        author=author,
        text="a red ball rolls over the sea",
        seconds=5,
        status=status,
        created_at=created_at,
        parent=parent,
    )


def a_comment(
    comment_id: str, clip: str, text: str = "oh!", *, author: Person = BEN, created_at: float = NOON
) -> Comment:
    return Comment(id=comment_id, clip=clip, author=author, text=text, created_at=created_at)


@cache
def empty_database() -> bytes:
    """The file of a new database; who opens it makes its epoch."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        with closing(connect(path)) as cx:
            migrate(cx)
            cx.execute("DELETE FROM meta WHERE key = 'epoch'")
        return path.read_bytes()


def put_empty_database(path: Path) -> None:
    """A new one as a copy: all migrations, which run on it where an instance starts, cost 17 ms of
    CPU, and some 500 tests begin with an empty store."""
    if not path.exists():
        path.write_bytes(empty_database())


@asynccontextmanager
async def a_store(
    path: Path, holder: str = "one", clock: Callable[[], float] = lambda: NOON
) -> AsyncIterator[SqliteStore]:
    url = os.environ.get(ADDRESS, "")
    if url:
        url = await asyncio.to_thread(make_database, url, path)
    else:
        put_empty_database(path)
    async with open_store_at(url, path, holder, clock) as store:
        yield store
