"""Values for the tests of stores."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from phosphene.model import Clip, Comment, Person, Status
from phosphene.store.opening import open_store_at
from phosphene.store.sqlite import SqliteStore
from tests.postgres import ADDRESS, make_database
from tests.store.empty import put_empty_database

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
