"""A model draws a face that somebody asked to be found: the clip is held, told, and decided; by the
real models, in the real processes."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from phosphene.likeness.worker.faces import FaceFinder, Recogniser, pack_template
from phosphene.store.enrolments import FaceTemplate, Purpose
from phosphene.store.sqlite import open_store
from phosphene.trust.likeness_keys import FOLDER, LikenessKeys
from tests.api.somebody import Somebody, somebody
from tests.api.test_consent import ended
from tests.api.test_operating import bearer
from tests.likeness.synthetic_head import astronaut, picture_of
from tests.support import Instance, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
HELD = "/v1/operator/matches"


def template() -> bytes:
    """As a check before a camera keeps it."""
    finder, recogniser = FaceFinder(), Recogniser()
    shown = [picture_of(astronaut(), yaw, 0, 1) for yaw in (-3, 0, 3)]
    return pack_template([recogniser.read_vector(one, finder.find_faces(one)[0]) for one in shown])


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(
        data,
        painted=True,
        easel="tests.render.portraitist",
        sign_ins_per_minute=100,
        births="false",
    ) as running:
        yield running


@pytest_asyncio.fixture
async def carl(server: Instance) -> AsyncIterator[Somebody]:
    one = await somebody(server)
    yield one
    await one.http.aclose()


async def find_me(data: Path, who: Somebody, *purposes: Purpose) -> None:
    """Their face is the astronaut's, and kept for this."""
    sealed = LikenessKeys(data / FOLDER).seal_template(who.person.id, template())
    now = time.time()
    face = FaceTemplate(
        person=who.person.id, purposes=purposes, sealed=sealed, at=now, until=now + 999
    )
    async with open_store(data / "phosphene.db", "test", time.time) as store:
        await store.enrolments.keep_template(face)


async def drawn(who: Somebody, text: str) -> Any:
    """A clip as its author finds it when it has ended."""
    made = await who.http.post("/v1/clips", json={"text": text, "seconds": 2})
    assert made.status_code == 202, made.text
    return await ended(who, made.json()["id"])


async def test_a_clip_with_somebodys_face_is_held_and_decided(
    data: Path, anna: Somebody, ben: Somebody, carl: Somebody
) -> None:
    await find_me(data, anna, "find")
    await find_me(data, carl, "guard")
    operator = bearer(data)
    fine, clip, own = await asyncio.gather(
        drawn(ben, "somebody else"),
        drawn(ben, "an astronaut at sea"),
        # One's own face in one's own clip is nobody's business.
        drawn(anna, "an astronaut, me"),
    )
    assert [one["status"] for one in (fine, clip, own)] == ["done"] * 3
    assert [one["withheld_for"] for one in (fine, clip, own)] == [None, "match", None]
    # Drawn to its end, for who looks at it.
    path = f"/v1/clips/{clip['id']}"
    for one, status in ((anna, 410), (carl, 410), (ben, 200)):
        assert (await one.http.get(path)).status_code == status
    assert (await ben.http.get(f"{path}/video.mp4")).status_code == 200
    feed = (await anna.http.get("/v1/feed")).json()["clips"]
    assert {one["id"] for one in feed} == {fine["id"], own["id"]}
    notices = (await anna.http.get("/v1/me/inbox")).json()["notices"]
    told = {one["kind"]: (one["clip"], one["text"]) for one in notices}
    assert told == {"finished": (own["id"], own["text"]), "likeness_matched": ("", "")}
    assert (await carl.http.get("/v1/me/inbox")).json()["notices"] == []
    assert (await anna.http.get(HELD)).status_code == 403
    (held,) = (await anna.http.get(HELD, headers=operator)).json()["clips"]
    assert (held["clip"], held["text"]) == (clip["id"], "an astronaut at sea")
    assert [one["id"] for one in held["owners"]] == [anna.person.id]
    at = f"{HELD}/{clip['id']}"
    assert (await ben.http.put(at, json={"confirmed": False})).status_code == 403
    said = await ben.http.put(at, json={"confirmed": False}, headers=operator)
    assert said.status_code == 204
    assert (await anna.http.get(path)).status_code == 200
    assert (await anna.http.get(HELD, headers=operator)).json() == {"clips": []}
    again = await ben.http.put(at, json={"confirmed": True}, headers=operator)
    assert again.status_code == 404
