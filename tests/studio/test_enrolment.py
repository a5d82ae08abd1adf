"""What becomes of faces that are kept, and of those that wait for an operator."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
import pytest_asyncio
from msgspec import Struct

from phosphene.errors import Busy, NotFound
from phosphene.likeness.face_checker import FaceChecker
from phosphene.store.accounts import Passkey
from phosphene.store.enrolments import FaceTemplate
from phosphene.store.sqlite import SqliteStore
from phosphene.stream.webrtc.udp import open_port
from phosphene.studio.enrolment import KEY_AGE_S, Enroller, EnrolmentWish
from phosphene.studio.likeness_portraits import LikenessPortraits
from phosphene.trust.likeness_keys import FOLDER, LikenessKeys
from tests.store.making import ANNA, BEN, NOON, Clock, a_store
from tests.stream.webrtc.test_camera_peer import SENDING

pytestmark = pytest.mark.asyncio


class Desk(Struct):
    """``told``: levels that were set."""

    enroller: Enroller
    store: SqliteStore
    keys: LikenessKeys
    clock: Clock
    told: list[tuple[Any, ...]]

    async def keep(self, person_id: str, until: float) -> bytes:
        sealed = self.keys.seal_template(person_id, b"a face")
        face = FaceTemplate(
            person=person_id, purposes=("guard",), sealed=sealed, at=NOON, until=until
        )
        await self.store.enrolments.keep_template(face)
        return sealed


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock, told = Clock(), list[tuple[Any, ...]]()

    async def set_level(*level: Any) -> None:
        told.append(level)

    keys = LikenessKeys(tmp_path / FOLDER)
    async with (
        a_store(tmp_path / "x.db", "one", clock) as store,
        open_port(loopback=True) as port,
        asyncio.TaskGroup() as tasks,
    ):
        for person in (ANNA, BEN):
            key = Passkey(
                id=person.id,
                person=person.id,
                domain="d",
                key="",
                count=0,
                name="",
                created_at=NOON,
                used_at=NOON,
            )
            await store.set_handle(person)
            await store.accounts.keep_passkey(person, key, ["a digest"], 9)

        async def add_match(person_id: str, other_id: str) -> None:
            await store.matches.add_face(person_id, other_id)

        async def take_back(owner: str, what: Literal["portrait"]) -> Sequence[str]:
            return (await store.withdrawals.begin_withdrawal(owner, what)).clips

        enroller = Enroller(
            store.enrolments,
            keys,
            FaceChecker(),
            port,
            set_level,
            tasks,
            clock,
            Random(1),
            lambda outcome: None,
            add_match,
            LikenessPortraits(store.likeness_portraits, keys, take_back, offered=True),
        )
        yield Desk(enroller, store, keys, clock, told)


async def test_a_face_goes_at_its_date_and_so_does_its_key(desk: Desk) -> None:
    annas = await desk.keep(ANNA.id, NOON + 10)
    bens = await desk.keep(BEN.id, NOON + 1000)
    desk.clock.now = NOON + 10
    await desk.enroller.drop_ended()
    assert desk.keys.open_template(ANNA.id, annas) is None
    assert await desk.store.enrolments.get_template(ANNA.id) is None
    assert desk.keys.open_template(BEN.id, bens) == b"a face"


async def test_a_key_goes_although_a_stop_came_between_its_row_and_it(desk: Desk) -> None:
    sealed = await desk.keep(ANNA.id, NOON + 1e9)
    await desk.store.enrolments.drop_template(ANNA.id)
    await desk.enroller.drop_ended()
    assert desk.keys.open_template(ANNA.id, sealed) == b"a face"  # its row may be on its way
    desk.clock.now = time.time() + 2 * KEY_AGE_S
    await desk.enroller.drop_ended()
    assert desk.keys.open_template(ANNA.id, sealed) is None


async def test_an_operator_says_yes_or_no_to_a_face_that_waits(desk: Desk) -> None:
    sealed = await desk.keep(BEN.id, NOON + 1000)
    await desk.store.matches.add_face(BEN.id, ANNA.id)
    desk.clock.now = NOON + 50
    await desk.enroller.settle_match(BEN.id, True)
    assert desk.told == [(BEN.id, "presence", "camera", NOON)]
    assert desk.keys.open_template(BEN.id, sealed) == b"a face"
    with pytest.raises(NotFound):
        await desk.enroller.settle_match(BEN.id, True)
    await desk.store.matches.add_face(BEN.id, ANNA.id)
    await desk.enroller.settle_match(BEN.id, False)
    assert len(desk.told) == 1
    assert desk.keys.open_template(BEN.id, sealed) is None
    assert await desk.store.enrolments.get_template(BEN.id) is None


async def test_presence_takes_nothing_from_who_was_verified(desk: Desk) -> None:
    await desk.enroller.note_verified(ANNA.id, "a digest", "The Office", NOON - 5)
    await desk.store.matches.add_face(ANNA.id, BEN.id)
    await desk.enroller.settle_match(ANNA.id, True)
    assert desk.told == [(ANNA.id, "verified", "The Office", NOON - 5)]


@pytest.mark.process
async def test_a_stop_interrupts_who_stands_before_a_camera_and_gives_the_try_back(
    desk: Desk,
) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    port = listening.getsockname()[1]
    # A process that says here that it was started, and never that it is ready.
    program = (
        f"import socket, sys; socket.create_connection(('127.0.0.1', {port})); sys.stdin.read()"
    )
    desk.enroller.checker = FaceChecker([sys.executable, "-c", program])
    running = asyncio.ensure_future(desk.enroller.checker.run())
    beginning = asyncio.ensure_future(
        desk.enroller.begin_enrolment(ANNA.id, SENDING, EnrolmentWish())
    )
    async with asyncio.timeout(20):
        called, _ = await asyncio.get_running_loop().sock_accept(listening)
        assert (await desk.store.enrolments.get_standing(ANNA.id)).tries_left == 2
        desk.enroller.end_all()
        with pytest.raises(Busy, match="interrupted"):
            await beginning
        await desk.enroller.wait_ended()
    assert (await desk.store.enrolments.get_standing(ANNA.id)).tries_left == 3
    with pytest.raises(Busy):
        await desk.enroller.begin_enrolment(ANNA.id, SENDING, EnrolmentWish())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    called.close()
    listening.close()
