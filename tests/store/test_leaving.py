"""Who leaves leaves nothing: every table and column that the schema has is looked through."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from phosphene.events import ClipFinished
from phosphene.model import FeedWish, Person
from phosphene.notifications import QuietHours
from phosphene.reports import AppealAnswer, Decider, NewDecision, NewReport
from phosphene.store.accounts import Passkey
from phosphene.store.enrolments import FaceTemplate
from phosphene.store.identities import LinkedIdentity
from phosphene.store.imports import ImportedRecipe
from phosphene.store.leaving import EVENTS, without
from phosphene.store.logins import Login
from phosphene.store.profiles import ProfileWords
from phosphene.store.pushes import PushSubscription
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from phosphene.store.watch_limits import KeptLimits, Sent, WatchLimits
from tests.store.making import BEN, EVE, NOON, a_clip, a_comment, a_store

LEAVER = Person("the-leaver-id", "the_leaver")
WORDS = "only the leaver says this"
TOKEN = Decider(None, "operator")


async def finish(store: SqliteStore, name: str, author: Person, parent: str | None = None) -> None:
    clip = replace(a_clip(name, author=author, parent=parent), text=f"{WORDS} {name}")
    if author is not LEAVER:
        clip = replace(clip, text="a boat")
    await store.add_clip(clip)
    done = replace(clip, status="done", sha256=f"{name}-video", poster=f"{name}-poster.jpg")
    await store.change_clip(done, ClipFinished(done))


async def answer_an_appeal(store: SqliteStore) -> None:
    """The leaver has a role, and says what comes of what somebody asks."""
    moderation = store.moderation
    others = a_comment("eves", "bens", author=EVE)
    await store.add_comment(others)
    of_eve = (await moderation.decide(NewDecision("comment", "eves", "hide"), TOKEN)).decision.id
    await moderation.add_appeal(of_eve, EVE, "why")
    await moderation.answer_appeal(of_eve, AppealAnswer("upheld"), Decider(LEAVER, "moderator"))


async def have_a_face_kept(store: SqliteStore) -> None:
    """It is like Ben's, and Eve's is like it."""
    await store.enrolments.take_try(LEAVER.id)
    face = FaceTemplate(person=LEAVER.id, purposes=("guard",), sealed=b"x", at=NOON, until=NOON + 9)
    await store.enrolments.keep_template(face)
    await store.enrolments.note_verified(LEAVER.id, "a digest", "The Office", NOON)
    await store.matches.add_face(LEAVER.id, BEN.id)
    await store.matches.add_face(EVE.id, LEAVER.id)


async def limit(store: SqliteStore) -> None:
    """The leaver limits what they watch, and has watched."""
    limits = KeptLimits(limits=WatchLimits(pause_after=9))
    await have_a_face_kept(store)
    await store.minors.mark_minor(LEAVER.id, "self")
    await store.imports.claim_archive(LEAVER.id, "somebody-elsewhere")
    await store.imports.add_recipe(LEAVER.id, ImportedRecipe("r", WORDS, 3, 7, NOON))
    await store.watch_limits.change_limits(LEAVER.id, lambda before: limits)
    await store.watch_limits.add_sent({LEAVER.id: Sent(9.0, {"bens"})}, lambda *_: "today")
    await store.reactions.add_reaction(LEAVER.id, "bens", "watch", 4000)
    wished = FeedWish("w", "none", WORDS, ("feeling:scary",), NOON)
    await store.wishes.add_wishes(LEAVER.id, [wished])
    await store.wishes.change_choices(LEAVER.id, "latest", False)


async def live_a_life(store: SqliteStore) -> None:
    """Do everything that leaves something somewhere."""
    for person in (BEN, EVE):
        await store.set_handle(person)
    await store.set_handle(replace(LEAVER, handle="the_leaver_before"))
    await store.set_handle(LEAVER)
    at = {"created_at": NOON, "used_at": NOON}
    key = Passkey(id="key", person=LEAVER.id, domain="d", key="", count=0, name=WORDS, **at)
    await store.accounts.keep_passkey(LEAVER, key, ["a digest"], 9)
    await store.accounts.begin_login("digest", Login("l", LEAVER.id, NOON, NOON, NOON, WORDS))
    await finish(store, "theirs", LEAVER)
    await finish(store, "bens", BEN)
    await finish(store, "remix", LEAVER, parent="bens")
    await store.add_clip(replace(a_clip("waits", author=LEAVER), text=WORDS))
    people = store.people
    subscription = PushSubscription(
        id="browser",
        person=LEAVER.id,
        login="l",
        endpoint=f"https://push.example/{WORDS}",
        p256dh="",
        auth="",
        language="en",
        created_at=NOON,
        told_at=NOON,
    )
    identity = LinkedIdentity(
        issuer="https://id.example",
        subject=WORDS,
        person=LEAVER.id,
        id="identity",
        created_at=NOON,
        used_at=NOON,
    )
    await store.accounts.link_identity(LEAVER, identity)
    await store.pushes.subscribe_browser(subscription)
    await store.pushes.subscribe_browser(
        replace(subscription, id="bens", person=BEN.id, endpoint="https://b")
    )
    await store.pushes.set_quiet_hours(LEAVER.id, QuietHours("22:00", "07:00", "UTC"))
    await people.set_words(LEAVER.id, ProfileWords(WORDS, "theirs", True))
    for one, other in ((LEAVER, BEN), (BEN, LEAVER)):
        await people.set_relation(one, "follow", other, True)
    await people.set_relation(EVE, "mute", LEAVER, True)
    await people.set_kinds_off(LEAVER.id, ["failed"])
    mine = a_comment("mine", "bens", WORDS, author=LEAVER)
    await store.add_comment(mine)
    await store.add_comment(replace(a_comment("answer", "bens"), parent="mine"))
    await store.add_comment(a_comment("hidden", "bens", WORDS, author=LEAVER))
    await store.add_comment(a_comment("held", "bens", WORDS, author=LEAVER), "hate")
    await store.add_comment(a_comment("others", "bens", author=EVE))
    await store.comments.like("bens", "others", LEAVER, True)
    await store.set_like("bens", LEAVER, True)
    await store.set_like("theirs", BEN, True)
    await store.add_view("bens", LEAVER.id)
    await store.add_watched({LEAVER.id: 40.0}, {LEAVER.id: 99.0})
    await limit(store)
    await store.library.set_saved("bens", LEAVER.id, True)
    await store.keep_answer(f"{LEAVER.id}:key", WORDS.encode())
    moderation = store.moderation
    await moderation.add_report(NewReport("clip", "bens", "spam", WORDS), LEAVER)
    await moderation.add_report(NewReport("person", LEAVER.handle, "spam"), BEN)
    await moderation.give_role(LEAVER, "moderator", TOKEN)
    await moderation.decide(NewDecision("clip", "bens", "dismiss"), Decider(LEAVER, "moderator"))
    hide = NewDecision("comment", "hidden", "hide", note="no")
    decided = (await moderation.decide(hide, TOKEN)).decision.id
    await moderation.add_appeal(decided, LEAVER, WORDS)
    await store.add_view("bens", LEAVER.id)
    await store.library.clear_history(LEAVER.id, None)
    await store.add_view("theirs", LEAVER.id)
    await moderation.decide(NewDecision("person", LEAVER.id, "suspend"), TOKEN)
    await answer_an_appeal(store)


def found(path: Path, needles: list[str]) -> list[str]:
    """Columns of all tables that hold one of these: made of the schema, not of a list."""
    places = list[str]()
    with closing(sqlite3.connect(path)) as cx:
        tables = cx.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            columns = [row[1] for row in cx.execute(f"PRAGMA table_info('{table}')")]
            for column in columns:
                for needle in needles:
                    query = f"SELECT count(*) FROM '{table}' WHERE instr(CAST({column} AS BLOB), ?)"
                    if cx.execute(query, (needle.encode(),)).fetchone()[0]:
                        places.append(f"{table}.{column}: {needle}")
    return places


def of_people(path: Path) -> set[str]:
    """Tables that name people."""
    names = "('person', 'author', 'reporter', 'actor', 'other', 'given_by', 'decided_by')"
    with closing(sqlite3.connect(path)) as cx:
        query = (
            "SELECT DISTINCT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c"
            f" WHERE m.type = 'table' AND c.name IN {names}"
        )
        return {row[0] for row in cx.execute(query)}


@pytest.mark.asyncio
async def test_nothing_is_left_of_who_leaves(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    needles = [LEAVER.id, LEAVER.handle, "the_leaver_before", WORDS, "only the leaver"]
    async with a_store(path, "one", lambda: NOON) as store:
        await live_a_life(store)
        before = {one.partition(".")[0] for one in found(path, needles)}
        assert {
            "clips",
            "comments",
            "events",
            "logins",
            "notices",
            "push_strangers",
            "push_subscriptions",
            "relations",
            "reports",
        } <= before
        assert list(await store.leaving.begin(LEAVER.id)) == ["waits"]
        blobs = list[str]()
        while (part := await store.leaving.leave_some(LEAVER.id)).more:
            blobs += part.blobs
        assert {"theirs-video.mp4", "remix-poster.jpg"} <= set(blobs)
        # The one that was being drawn is stopped meanwhile; the housekeeper goes on with the rest.
        waits = replace(a_clip("waits", author=LEAVER), status="cancelled", text=WORDS)
        await store.change_clip(waits, ClipFinished(waits))
        while (await store.tidy_some(Ages())).more:
            pass
        await store.empty_log()
        assert found(path, needles) == []
        bens = await store.get_clip("bens")
        assert (bens.counts.likes, bens.counts.comments, bens.counts.remixes) == (0, 1, 0)
        assert (await store.get_comment("others")).likes == 0
        assert await store.people.count_relations(BEN.id) == (0, 0)
        again = Login("new", LEAVER.id, NOON, NOON, 0.0, "")
        assert await store.accounts.adopt_login("an old token", again) is None
    for file in map(Path, sorted(map(str, tmp_path.glob("*")))):  # noqa: ASYNC240
        held = file.read_bytes()
        assert [one for one in needles if one.encode() in held] == [], file.name


@pytest.mark.asyncio
async def test_a_long_log_is_looked_through_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    async with a_store(path, "one", lambda: NOON) as store:
        await finish(store, "bens", BEN)
        await store.set_like("bens", LEAVER, True)
        with closing(sqlite3.connect(path)) as cx:
            cx.execute(
                "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                " INSERT INTO events (topic, seq, event, mentions) SELECT 'x', i, x'80', '' FROM n",
                (EVENTS,),
            )
            cx.commit()
        await store.leaving.begin(LEAVER.id)
        steps = 0
        while (await store.leaving.leave_some(LEAVER.id)).more:
            steps += 1
        assert steps > 2
        assert found(path, [LEAVER.id]) == []


def test_what_names_somebody_otherwise_is_forgotten() -> None:
    odd = msgspec.msgpack.encode({"type": "new", "who": LEAVER.id})
    assert LEAVER.id.encode() not in without(odd, LEAVER.id)
