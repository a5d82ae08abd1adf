"""What is done of many callers in one go is what would have been done one by one."""

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from phosphene.events import Commented, Liked, Noticed
from phosphene.model import Person
from phosphene.store import event_log
from phosphene.store.connection import SetOutcome, SetWork, SqlConnection
from phosphene.store.reactions import KEPT
from phosphene.store.sqlite import SqliteStore
from tests.postgres import ADDRESS, PostgresServer, make_database, why_not
from tests.store.making import ANNA, BEN, EVE, NOON, a_clip, a_comment

pytestmark = [pytest.mark.process, pytest.mark.skipif(bool(why_not()), reason=why_not())]
NUMBERS: dict[type, str] = {Liked: "likes", Commented: "comments", Noticed: "unread"}
PEOPLE = [Person(f"p{number}", f"h{number}") for number in range(40)]
TABLES = {
    "likes": "clip, person",
    "viewings": "clip, person, at",
    "comments": "id, clip, author, handle, text, created_at, parent",
    "clips": "id, likes, comments, views, expires_at",
    "weights": "clip, likes, views",
    "reactions": "person, clip, kind, served, at",
    "notices": "person, kind, clip, comment, count, at, seen, text",
    "events": "topic, seq, mentions",
    "cleared_views": "digest",
}


async def live(store: SqliteStore) -> None:
    """People of all kinds, and clips of some of them."""
    for id_, author in (("a", ANNA), ("b", BEN), ("c", EVE), ("private", ANNA)):
        clip = a_clip(id_, author=author)
        await store.add_clip(replace(clip, visibility="private" if id_ == "private" else "public"))
    await store.people.set_relation(ANNA, "block", PEOPLE[0], True)
    await store.people.set_relation(BEN, "mute", PEOPLE[1], True)
    await store.people.set_relation(PEOPLE[2], "follow", ANNA, True)
    await store.minors.mark_minor(EVE.id, "self")
    await store.add_watched({"p3": 60.0, "p4": 60.0}, {"p3": 99.0, "p4": 99.0})
    await store.set_handle(Person("p5", "renamed"))
    await store.set_like("a", PEOPLE[6], True)
    await store.wishes.change_choices("p7", None, False)
    await store.add_comment(a_comment("old", "a", author=PEOPLE[8]))


async def crowd(store: SqliteStore, seed: int) -> list[Any]:
    """Everybody does something at once."""
    random = Random(seed)
    acts: list[Any] = []
    for number in range(160):
        clip, person = random.choice(["a", "a", "b", "c", "private", "none"]), random.choice(PEOPLE)
        match random.randrange(6):
            case 0 | 1:
                acts.append(store.set_like(clip, random.choice([person, ANNA]), True))
            case 2 | 3:
                acts.append(store.add_view(clip, person.id))
            case 4:
                text = random.choice(["oh!", "oh!", "look, @h9", "a\0b"])
                parent = random.choice([None, None, None, "old"])
                said = a_comment(f"k{number % 50}", clip, text, author=person)
                acts.append(store.add_comment(replace(said, parent=parent)))
            case 5:
                acts.append(store.set_like(random.choice("abc"), random.choice(PEOPLE), True))
    acts += [
        store.add_comment(a_comment(f"q{number}", random.choice("abc"), author=person))
        for number, person in enumerate(Person(f"q{n}", "q") for n in range(40))
    ]
    random.shuffle(acts)
    return await asyncio.gather(*acts, return_exceptions=True)


def fill(url: str) -> None:
    """Somebody has as many reactions as are kept, and a clip is said to go."""
    connection = import_module("phosphene.store.postgres_connection")
    with connection.connect_postgres(url) as raw:
        raw.execute(
            "INSERT INTO reactions (id, person, clip, kind, served, at)"
            f" SELECT i, 'p10', 'x', 'watch', 0, 1 FROM generate_series(1, {KEPT}) AS i"
        )
        raw.execute("UPDATE clips SET expires_at = 1e10 WHERE id = 'b'")


def counting(name: str, work: SetWork, done: Counter[str]) -> SetWork:
    """Counts what is done in one go."""

    def counted(cx: SqlConnection, wanted: Any) -> SetOutcome:
        found = work(cx, wanted)
        done[name] += len(found.done)
        return found

    return counted


def told(answer: Any) -> object:
    """What does not depend on who of a crowd came first."""
    if isinstance(answer, tuple):
        return len(answer[1])
    return type(answer) if isinstance(answer, Exception) else answer and len(answer)


def kept(url: str) -> dict[str, list[Any]]:
    connection = import_module("phosphene.store.postgres_connection")
    with connection.connect_postgres(url) as raw:
        found = {
            table: sorted(raw.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
            for table, columns in TABLES.items()
        }
        events = raw.execute("SELECT topic, event FROM events ORDER BY topic, seq").fetchall()
    said = [(topic, event_log.event_of(body)) for topic, body in events]
    return found | {kind.__name__: numbers(said, kind, name) for kind, name in NUMBERS.items()}


def numbers(said: Sequence[tuple[str, Any]], kind: type, name: str) -> list[Any]:
    """What events of a kind count, in the order of the log."""
    return [(topic, getattr(event, name)) for topic, event in said if isinstance(event, kind)]


@pytest.mark.asyncio
@pytest.mark.parametrize("seed", range(9 if os.environ.get(ADDRESS) else 1))
async def test_a_crowd_leaves_what_its_deeds_one_by_one_leave(
    server: PostgresServer, tmp_path: Path, seed: int
) -> None:
    postgres = import_module("phosphene.store.postgres")
    left, done = list[dict[str, list[Any]]](), Counter[str]()
    answers = list[list[Any]]()
    for name, together in (("sets", postgres.TOGETHER), ("alone", {})):
        url = make_database(server.url, tmp_path / name)
        counted = {kind: counting(kind.__name__, work, done) for kind, work in together.items()}
        opened = postgres.open_postgres_store(url, "one", lambda: NOON, together=counted)
        async with opened as store:
            await live(store)
            fill(url)
            answers.append([told(one) for one in await crowd(store, seed)])
        left.append(kept(url))
    assert set(done) == {"like", "add_view", "post_comment"}
    for table, rows in left[0].items():
        assert rows == left[1][table], table
    assert answers[0] == answers[1]
