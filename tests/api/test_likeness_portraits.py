"""People drawn from their portraits: agreed to, lent, told and taken back, over HTTP."""

import io
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import httpx
import msgspec
import numpy as np
import pytest

from phosphene.likeness.worker.faces import FaceFinder
from phosphene.likeness.worker.portrait import cut_portrait, encode_portrait
from phosphene.store.sqlite import open_store
from phosphene.trust.likeness_keys import FOLDER, LikenessKeys
from tests.api.somebody import Somebody, answer_to, next_event
from tests.api.test_consent import ROUTE, ended, lend, open_inbox_of, prompt
from tests.api.test_matches import find_me
from tests.api.test_presence import PATH, YEAR, keys, standing, wish
from tests.likeness.synthetic_head import astronaut
from tests.people.document_service import SECRET, URL, a_webhook, reference_in
from tests.render.painter import UNTIL_STEERED
from tests.support import Instance, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
PORTRAIT = f"{PATH}/portrait"
SETTINGS: dict[str, Any] = {
    "sign_ins_per_minute": 1000,
    "births": "false",
    "identity_url": URL,
    "identity_secret": SECRET,
    "likeness_portraits": "true",
}


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    easel = "tests.render.portrait_painter"
    with instance(data, painted=True, easel=easel, **SETTINGS) as running:
        yield running


async def verify(who: Somebody) -> None:
    """A verifier says who they are, and that they are of age."""
    url = (await who.http.post("/v1/me/identity")).json()["url"]
    body, headers = a_webhook(reference_in(url), subject=who.person.id)
    heard = await who.http.post("/v1/identity/webhook", content=body, headers=headers)
    assert heard.status_code == 204, heard.text


def a_portrait() -> bytes:
    """As a check before a camera makes it."""
    (face,) = FaceFinder().find_faces(astronaut())
    return encode_portrait(cut_portrait(astronaut(), face))


async def agree(data: Path, who: Somebody) -> None:
    """They are verified, and a picture of theirs is kept."""
    await verify(who)
    sealed = LikenessKeys(data / FOLDER).seal_portrait(who.person.id, a_portrait())
    async with open_store(data / "phosphene.db", "test", time.time) as store:
        await store.likeness_portraits.keep_portrait(who.person.id, sealed, time.time() + YEAR)


async def take_back(who: Somebody) -> list[str]:
    answer = await who.http.post(f"{ROUTE}/withdrawals", json={"what": "portrait"})
    assert answer.status_code == 200, answer.text
    clips: list[str] = answer.json()["clips"]
    return clips


async def poster(who: Somebody, clip_id: str) -> Any:
    """The poster of a clip, as grey numbers."""
    data = (await who.http.get(f"/v1/clips/{clip_id}/poster.jpg")).content
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE), float)


async def test_only_who_agreed_is_drawn_and_from_their_own_picture(
    data: Path, anna: Somebody, ben: Somebody
) -> None:
    name = f"@{anna.person.handle}"
    await verify(anna)
    await lend(anna)
    # Her card is lent to everybody; to be drawn from a picture is another yes.
    assert (await prompt(ben, f"{name} at sea")).status_code == 403
    own = await prompt(anna, f"{name} at sea")
    assert (own.status_code, "portrait" in own.json()["detail"]) == (422, True)
    await agree(data, anna)
    made = await prompt(ben, f"{name} at sea")
    assert made.status_code == 202, made.text
    done = await ended(ben, made.json()["id"])
    assert done["status"] == "done"
    (look,) = done["recipe"]["looks"]
    ledger = (await anna.http.get(f"{ROUTE}/ledger")).json()
    agreed = next(one for one in ledger["entries"] if '"type":"portrait"' in one["fact"])
    assert (look["portrait"], ledger["broken"]) == (agreed["digest"], None)
    read = cv2.imdecode(np.frombuffer(a_portrait(), np.uint8), cv2.IMREAD_GRAYSCALE)
    shown = await poster(ben, done["id"])
    meant = cv2.resize(np.asarray(read), (shown.shape[1], shown.shape[0])).astype(float)
    assert np.corrcoef(shown.ravel(), meant.ravel())[0, 1] > 0.95
    # Of nobody it is grey.
    other = await ended(ben, (await prompt(ben, "a fox at sea")).json()["id"])
    assert (await poster(ben, other["id"])).std() < 5


async def test_a_clip_that_is_drawn_ends_when_the_portrait_is_taken_back(
    server: Instance, data: Path, anna: Somebody, ben: Somebody
) -> None:
    await agree(data, anna)
    await lend(anna)
    made = await prompt(ben, f"@{anna.person.handle} {UNTIL_STEERED}", seconds=3)
    clip_id = made.json()["id"]
    async with open_inbox_of(ben, clip_id) as socket:
        told = (await answer_to(socket))["snapshot"]["clip"]
        while told["status"] != "live":
            told = (await next_event(socket)).get("clip", told)
        before = keys(data)
        assert await take_back(anna) == [clip_id]
        while (await next_event(socket))["type"] != "clip_removed":
            pass
    await server.says(f"clip {clip_id} cancelled: ")
    assert (await ben.http.get(f"/v1/clips/{clip_id}")).status_code == 410
    # Nothing of it is left, and her card is lent as before.
    assert keys(data) == before - 1
    with closing(sqlite3.connect(data / "phosphene.db")) as cx:
        query = "SELECT count(*) FROM likeness_portraits WHERE person = ?"
        assert cx.execute(query, (anna.person.id,)).fetchone() == (0,)
    assert (await anna.http.get(PORTRAIT)).status_code == 404
    assert (await standing(anna))["portrait"] is None
    assert (await anna.http.get(ROUTE)).json()["likeness"]["grant"] > 0
    assert (await prompt(ben, f"@{anna.person.handle} at sea")).status_code == 403
    assert await take_back(anna) == []


async def test_nobody_but_its_owner_sees_a_portrait_and_they_take_it_along(
    data: Path, anna: Somebody, ben: Somebody, http: httpx.AsyncClient
) -> None:
    await agree(data, anna)
    mine = await anna.http.get(PORTRAIT)
    assert (mine.content, mine.headers["content-type"]) == (a_portrait(), "image/jpeg")
    assert "no-store" in mine.headers["cache-control"]
    assert (await ben.http.get(PORTRAIT)).status_code == 404
    assert (await http.get(PORTRAIT)).status_code == 404
    archive = zipfile.ZipFile(io.BytesIO((await anna.http.get("/v1/me/export")).content))
    kept = msgspec.json.decode(archive.read("presence.json"))["portrait"]
    assert msgspec.convert(kept["jpeg"], bytes) == a_portrait()
    # To keep nothing of one's face is to keep no picture either.
    assert (await anna.http.delete(f"{PATH}/face")).status_code == 204
    assert (await standing(anna))["portrait"] is None


async def test_of_whoever_turns_out_to_be_a_minor_nothing_is_kept(
    data: Path, anna: Somebody
) -> None:
    await agree(data, anna)
    await find_me(data, anna, "find")
    before = keys(data)
    assert (await anna.http.put("/v1/me/minor")).status_code == 204
    mine = await standing(anna)
    assert (mine["face"], mine["portrait"], mine["portrait_offered"]) == (None, None, False)
    assert keys(data) == before - 2


async def test_none_is_made_of_whom_no_verifier_knows(anna: Somebody, ben: Somebody) -> None:
    until = time.time() + YEAR
    told = await anna.http.post(PATH, json=wish(portrait=True, until=until))
    assert told.status_code == 403
    assert (await standing(anna))["portrait_offered"] is False
    assert (await standing(anna))["tries_left"] == 3
    await verify(ben)
    assert (await standing(ben))["portrait_offered"] is True
    assert (await ben.http.post(PATH, json=wish(portrait=True))).status_code == 422
    far = await ben.http.post(PATH, json=wish(portrait=True, until=1e300))
    assert far.status_code == 422


async def test_who_is_drawn_with_a_yes_is_no_match_to_hold(
    data: Path, anna: Somebody, ben: Somebody
) -> None:
    await agree(data, anna)
    await lend(anna)
    await find_me(data, anna, "find")
    made = await ended(ben, (await prompt(ben, f"@{anna.person.handle} at sea")).json()["id"])
    assert (made["status"], made["withheld_for"]) == ("done", None)
    assert (await anna.http.delete(f"{PATH}/face")).status_code == 204
