"""Presence checks over HTTP, by role; the camera is aiortc's, and shows a synthetic head."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import av
import httpx
import msgspec
import psutil
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack

from phosphene.likeness.challenge import Instruction
from phosphene.trust.likeness_keys import FOLDER, LikenessKeys
from tests.api.somebody import Somebody
from tests.api.test_operating import bearer
from tests.likeness.synthetic_head import POSES, Picture, astronaut, picture_of, stranger
from tests.support import Instance, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
PATH = "/v1/me/presence"
YEAR = 365 * 86400.0
SDP = "v=0"


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, workers=0, sign_ins_per_minute=1000) as running:
        yield running


class Head(VideoStreamTrack):
    """Somebody who goes at once to where ``towards`` says."""

    def __init__(self, photograph: Picture) -> None:
        super().__init__()
        self._photograph = photograph
        self._frames = dict[Instruction, av.VideoFrame]()
        self.towards: Instruction = "look"

    async def recv(self) -> av.VideoFrame:
        pts, base = await self.next_timestamp()
        if self.towards not in self._frames:
            picture = picture_of(self._photograph, *POSES[self.towards])
            self._frames[self.towards] = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame = self._frames[self.towards]
        frame.pts, frame.time_base = pts, base
        return frame


def wish(offer: str = SDP, **more: Any) -> dict[str, Any]:
    return {"offer": offer, "agreed": True, "of_age": True, "unhurried": True} | more


@asynccontextmanager
async def a_browser(head: Head) -> AsyncIterator[RTCPeerConnection]:
    browser = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    browser.addTransceiver(head, direction="sendonly")
    await browser.setLocalDescription(await browser.createOffer())
    try:
        yield browser
    finally:
        await browser.close()


async def events_of(stream: httpx.Response) -> AsyncIterator[Any]:
    async for line in stream.aiter_lines():
        if line.startswith("data: "):
            yield msgspec.json.decode(line.removeprefix("data: "))


async def show(
    who: Somebody, photograph: Picture, *, obey: bool = True, **more: Any
) -> tuple[list[Any], Any]:
    """A whole check; what was asked for, and the verdict."""
    head, states = Head(photograph), []
    async with asyncio.timeout(170), a_browser(head) as browser:
        body = wish(browser.localDescription.sdp, **more)
        async with who.http.stream("POST", PATH, json=body, timeout=None) as stream:
            assert stream.status_code == 200, await stream.aread()
            async for event in events_of(stream):
                if event["type"] == "answer":
                    answer = RTCSessionDescription(event["sdp"], "answer")
                    await browser.setRemoteDescription(answer)
                elif event["type"] == "state":
                    states.append(event)
                    head.towards = event["instruction"] if obey else "look"
                else:
                    return states, event
    raise AssertionError("there was no verdict")


async def standing(who: Somebody) -> Any:
    return (await who.http.get(PATH)).json()


def keys(data: Path) -> int:
    folder = data / FOLDER
    return len(list(folder.iterdir())) if folder.exists() else 0


async def test_somebody_shows_that_they_are_there_and_their_face_is_kept_as_they_ticked(
    anna: Somebody, ben: Somebody, http: httpx.AsyncClient, data: Path
) -> None:
    until = time.time() + YEAR
    states, verdict = await show(anna, astronaut(), purposes=["guard"], until=until)
    assert (verdict["outcome"], verdict["level"], verdict["checked_by"]) == (
        *("passed", "presence", "camera"),
    )
    assert [one["done"] for one in states if one["instruction"] == "back"] == [1, 2, 3, 4, 5]
    assert abs(verdict["checked_at"] - time.time()) < 60
    lent = (await anna.http.get("/v1/me/likeness")).json()["likeness"]
    assert (lent["level"], lent["checked_by"]) == ("presence", "camera")
    mine = await standing(anna)
    assert (mine["offered"], mine["tries_left"], mine["waiting"]) == (True, 2, False)
    assert (mine["face"]["purposes"], mine["face"]["until"]) == (["guard"], until)
    assert keys(data) == 1
    with closing(sqlite3.connect(data / "phosphene.db")) as cx:
        ((sealed,),) = cx.execute("SELECT sealed FROM face_templates").fetchall()
    assert len(sealed) == 284
    # The same face under another account waits for an operator; neither learns who the other is.
    _, verdict = await show(ben, astronaut())
    assert verdict == {"type": "verdict", "outcome": "waiting", "level": None,
                       "checked_by": None, "checked_at": None}  # fmt: skip
    mine, bens = await standing(anna), await standing(ben)
    assert (mine["waiting"], bens["waiting"], bens["face"]) == (False, True, None)
    assert ben.person.handle not in msgspec.json.encode(mine).decode()
    told = (await http.get("/metrics", headers=bearer(data))).text
    assert 'phosphene_presence_checks_total{outcome="passed"} 1.0' in told
    lent = (await ben.http.get("/v1/me/likeness")).json()["likeness"]
    assert lent["level"] == "none"
    await decide_of_both(anna, ben, http, data)
    assert (await anna.http.delete(f"{PATH}/face")).status_code == 204
    assert ((await standing(anna))["face"], keys(data)) == (None, 0)


async def decide_of_both(
    anna: Somebody, ben: Somebody, http: httpx.AsyncClient, data: Path
) -> None:
    path = "/v1/operator/faces"
    one = f"{path}/{ben.person.handle}"
    for who, status in ((anna.http, 403), (ben.http, 403), (http, 401)):
        assert (await who.get(path)).status_code == status
        assert (await who.put(one, json={"accept": True})).status_code == status
    headers = bearer(data)
    (match,) = (await http.get(path, headers=headers)).json()["matches"]
    assert match["person"]["handle"] == ben.person.handle
    assert match["other"]["handle"] == anna.person.handle
    assert (await http.put(one, headers=headers, json={"accept": True})).status_code == 204
    assert (await http.put(one, headers=headers, json={"accept": True})).status_code == 404
    assert not (await standing(ben))["waiting"]
    lent = (await ben.http.get("/v1/me/likeness")).json()["likeness"]
    assert (lent["level"], lent["checked_by"]) == ("presence", "camera")


async def test_who_does_not_follow_is_refused_and_has_three_tries(anna: Somebody) -> None:
    for left in (2, 1, 0):
        # Gone before the end: the try counts, or a no could always be escaped.
        async with a_browser(Head(stranger())) as browser:
            body = wish(browser.localDescription.sdp)
            async with anna.http.stream("POST", PATH, json=body, timeout=None) as stream:
                assert (await anext(events_of(stream)))["type"] == "answer"
        assert (await standing(anna))["tries_left"] == left
    async with a_browser(Head(stranger())) as browser:
        refused = await anna.http.post(PATH, json=wish(browser.localDescription.sdp))
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")
    assert int(refused.headers["retry-after"]) > 80_000


async def test_a_process_that_dies_is_our_fault_and_said(server: Instance, anna: Somebody) -> None:
    async with asyncio.timeout(100), a_browser(Head(stranger())) as browser:
        body = wish(browser.localDescription.sdp)
        async with anna.http.stream("POST", PATH, json=body, timeout=None) as stream:
            events = events_of(stream)
            assert (await anext(events))["type"] == "answer"
            for child in psutil.Process(server.process.pid).children(recursive=True):
                child.kill()
            # What to do first may have been said before.
            outcome = await anext(event["outcome"] async for event in events if "outcome" in event)
            assert outcome == "interrupted"
    async with asyncio.timeout(20):
        while (await standing(anna))["tries_left"] != 3:
            pass


async def test_who_may_not_and_what_is_missing(
    anna: Somebody, http: httpx.AsyncClient, data: Path
) -> None:
    assert (await http.post(PATH, json=wish())).status_code == 404
    assert (await standing_of(http))["tries_left"] == 3
    post = anna.http.post
    for more, status in (
        ({}, 400),
        ({"of_age": False}, 403),
        ({"agreed": False}, 422),
        ({"purposes": ["guard"]}, 422),
        ({"purposes": ["guard"], "until": 1.0}, 422),
        ({"purposes": ["guard"], "until": time.time() + 3 * YEAR}, 422),
        ({"purposes": ["draw"], "until": time.time() + 9}, 400),
        ({"picture": "data:image/png,"}, 400),
    ):
        assert (await post(PATH, json=wish(**more))).status_code == status, more
    assert (await standing(anna))["tries_left"] == 3
    with closing(sqlite3.connect(data / "phosphene.db")) as cx:
        cx.execute("UPDATE logins SET confirmed_at = 0 WHERE person = ?", (anna.person.id,))
        cx.commit()
    assert (await post(PATH, json=wish())).json()["type"] == "/problems/unconfirmed"


async def standing_of(http: httpx.AsyncClient) -> Any:
    return (await http.get(PATH)).json()


async def test_who_takes_everything_back_leaves_no_key(anna: Somebody, data: Path) -> None:
    LikenessKeys(data / FOLDER).seal_template(anna.person.id, b"a face")
    before = keys(data)
    taken = await anna.http.post("/v1/me/likeness/withdrawals", json={"what": "everything"})
    # Nothing was lent, and so nothing withheld.
    assert (taken.status_code, keys(data)) == (404, before - 1)


async def test_who_leaves_leaves_no_key(ben: Somebody, data: Path) -> None:
    LikenessKeys(data / FOLDER).seal_template(ben.person.id, b"a face")
    before = keys(data)
    assert (await ben.http.delete("/v1/me")).status_code == 204
    assert keys(data) == before - 1


async def test_a_minors_face_is_not_enrolled(anna: Somebody) -> None:
    await anna.http.put("/v1/me/minor")
    async with a_browser(Head(stranger())) as browser:
        refused = await anna.http.post(PATH, json=wish(browser.localDescription.sdp))
    assert refused.status_code == 403
