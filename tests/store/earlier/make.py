"""Writes what the store of this release keeps, for the releases to come.

    python -m tests.store.earlier.make tests/store/earlier/NAME.sql

``NAME`` begins with the number of the schema. Run it before a migration is added.
"""

import asyncio
import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from phosphene.events import ClipFailed, ClipFinished, ClipStarted, ClipSteered
from phosphene.model import Clip, Recipe, Steer
from phosphene.store.store import Store
from tests.store.making import ANNA, BEN, EVE, NOON, a_clip, a_comment, a_store

MADE_BY = r"""(INSERT INTO sqlite_master\(.*'{0}','{0}'|(CREATE TABLE|INSERT INTO) ['"]{0}[_'"])"""
"""Statements of a virtual table, and of those that it made."""


async def finish(store: Store, clip: Clip, poster: str = "") -> None:
    """Draw a clip to its end."""
    live = msgspec.structs.replace(clip, status="live")
    await store.change_clip(live, ClipStarted(live))
    names = {
        kind: f"{clip.id}-{kind}{suffix}"
        for kind, suffix in (
            ("poster", ".jpg"),
            ("preview", ".webp"),
            ("latents", ".safetensors"),
            ("birth", ".mp4"),
        )
    }
    done = msgspec.structs.replace(
        live,
        status="done",
        recipe=a_recipe(clip),
        finished_at=NOON + 9,
        sha256=f"{clip.id}-video",
        video_url=f"/v1/clips/{clip.id}/video.mp4",
        **names | ({"poster": poster} if poster else {}),
    )
    await store.change_clip(done, ClipFinished(done))


def a_recipe(clip: Clip) -> Recipe:
    return Recipe(
        model="embedded",
        fingerprint="f" * 64,
        text=clip.text,
        seed=7,
        seconds=5,
        width=576,
        height=1024,
        fps=24,
        steps=20,
    )


async def fill(store: Store) -> None:
    """Something of every kind that a store keeps."""
    clips = {name: a_clip(name, created_at=NOON + at) for at, name in enumerate("acqfs")}
    clips["b"] = a_clip("b", author=BEN, parent="a", created_at=NOON + 1)
    clips["g"] = a_clip("g", parent="a", created_at=NOON + 7)
    clips["c"] = msgspec.structs.replace(clips["c"], visibility="private")
    await store.set_handle(msgspec.structs.replace(ANNA, handle="anna_two"))
    for clip in clips.values():
        await store.add_clip(clip)
    for name in "acg":
        await finish(store, clips[name])
    await finish(store, clips["b"], poster="a-poster.jpg")
    failed = msgspec.structs.replace(clips["f"], status="failed", reason="it was lost")
    await store.change_clip(failed, ClipFailed(failed))
    await store.change_clip(clips["s"], ClipSteered(clips["s"], Steer("and then a storm", 24)))
    for person, on in ((BEN, True), (EVE, True), (EVE, False)):
        await store.set_like("a", person, on)
    await store.add_comment(a_comment("k", "a", created_at=NOON + 5))
    for person in (BEN, EVE):
        await store.add_view("a", person.id)
    await store.keep_answer("ben-id:clip:key", b"b")
    await store.remove_clip("g")


async def dump() -> str:
    """The statements that make such a database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        async with a_store(path) as store:
            await fill(store)
        with closing(sqlite3.connect(path)) as cx:
            (schema,) = cx.execute("PRAGMA user_version").fetchone()
            return "\n".join([*statements(cx), f"PRAGMA user_version = {schema};", ""])


def statements(cx: sqlite3.Connection) -> Iterator[str]:
    """Those of ``iterdump``, but what an index of words is made of comes with its own table, which
    makes those beside it."""
    virtual = dict(
        cx.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")
    )
    for line in cx.iterdump():
        name = next((one for one in virtual if re.match(MADE_BY.format(one), line)), None)
        if "writable_schema" in line:
            continue
        if name is None:
            yield line
        elif line.startswith("INSERT INTO sqlite_master"):
            yield f"{virtual[name]};"
        elif line.startswith(f'INSERT INTO "{name}_'):
            yield line.replace("INSERT", "INSERT OR REPLACE", 1)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(asyncio.run(dump()))
