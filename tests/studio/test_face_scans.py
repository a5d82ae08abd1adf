"""Clips are looked at while they are drawn: what is found is written down, whatever fails."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from phosphene.errors import Busy
from phosphene.events import Recorded
from phosphene.likeness.face_checker import FaceChecker
from phosphene.model import Clip
from phosphene.store.enrolments import FaceTemplate
from phosphene.studio.face_scans import FaceScans, ScanFeed
from phosphene.trust.likeness_keys import FOLDER, LikenessKeys
from phosphene.units import Unit
from tests.likeness.test_face_checker import a_checker
from tests.store.making import ANNA, BEN, EVE, NOON, a_clip

pytestmark = [pytest.mark.asyncio, pytest.mark.process]

# In the place of the process that looks: the third picture that it is to look at shows the first
# template, and a picture that says so ends it.
FINDS_THE_FIRST = """
import sys
from phosphene.children.frames import frame_body
from phosphene.likeness import messages as m

def say(answer):
    sys.stdout.buffer.write(frame_body(m.encode_message(answer)))
    sys.stdout.buffer.flush()

say(m.CheckerReady())
looked = 0
while head := sys.stdin.buffer.read(4):
    order = m.decode_order(sys.stdin.buffer.read(int.from_bytes(head, "big")))
    if isinstance(order, m.ScanPicture):
        if order.data == b"die":
            raise SystemExit
        looked += order.look
        if order.look and looked == 3:
            say(m.ScanMatched(order.scan, 0))
    if isinstance(order, m.EndScan):
        say(m.ScanDone(order.scan, looked))
    if isinstance(order, m.CheckerPing):
        say(m.CheckerPong(order.number))
"""


class Site:
    """What a scan is given: people who asked to be found, and a store that fails ``busy`` times."""

    def __init__(self, folder: Path, checker: FaceChecker, *, busy: int = 0) -> None:
        self.keys, self.busy = LikenessKeys(folder / FOLDER), busy
        self.listed, self.failed = 0, asyncio.Event()
        self.holds = list[tuple[str, str]]()
        self.scans = FaceScans(
            self.list_templates,
            self.keys,
            checker,
            self.owners_in,
            self.hold_clip,
            self.publish,
            offered=True,
        )

    async def list_templates(self) -> Sequence[FaceTemplate]:
        self.listed += 1
        return [
            FaceTemplate(
                person=one.id,
                purposes=("find",),
                sealed=self.keys.seal_template(one.id, bytes(256)),
                at=NOON,
                until=NOON + 9,
            )
            for one in (ANNA, BEN, EVE)
        ]

    async def owners_in(self, clip_id: str) -> Sequence[str]:
        return (BEN.id,)

    async def hold_clip(self, clip_id: str, owner: str) -> Sequence[Recorded]:
        if self.busy:
            self.busy -= 1
            self.failed.set()
            raise Busy("the database is locked", 1.0)
        self.holds.append((clip_id, owner))
        return ()

    async def publish(self, recorded: Sequence[Recorded]) -> None:
        assert recorded == ()


def show(feed: ScanFeed, clip: Clip, *, data: bytes = b"picture") -> None:
    """All pictures of a clip, the draft of each first."""
    for frame in range(clip.fps * clip.seconds):
        for final in (False, True):
            sigma = 0.0 if final else 0.5
            unit = Unit(frame, frame == 0, frame, sigma, final, data)
            feed.add_unit(unit)


async def test_neither_who_makes_it_nor_who_is_in_it_is_looked_for(tmp_path: Path) -> None:
    async with a_checker(command=FINDS_THE_FIRST) as checker:
        site, clip = Site(tmp_path, checker), a_clip("c", author=ANNA)
        async with site.scans.scanning_clip(clip, lifelike=True) as feed:
            show(feed, clip)
            await feed.wait_looked()
            assert site.scans.is_held("c")
        assert site.holds == [("c", EVE.id)]
        assert not site.scans.is_held("c")


async def test_what_is_found_is_written_down_though_the_clip_has_ended(tmp_path: Path) -> None:
    async with a_checker(command=FINDS_THE_FIRST) as checker:
        site, clip = Site(tmp_path, checker, busy=1), a_clip("c")
        async with site.scans.scanning_clip(clip, lifelike=True) as feed:
            show(feed, clip)
            # The store fails once, and the clip ends before it is asked again.
            await site.failed.wait()
        assert site.holds == [("c", EVE.id)]


async def test_of_a_model_without_faces_nobody_is_looked_for(tmp_path: Path) -> None:
    site, clip = Site(tmp_path, FaceChecker()), a_clip("c")
    async with site.scans.scanning_clip(clip, lifelike=False) as feed:
        show(feed, clip)
        await feed.wait_looked()
    assert (site.listed, site.holds) == (0, [])


# It answers no ping, and looks at one picture after the other when all are there.
LOOKS_SLOWLY = """
import sys, time
from phosphene.children.frames import frame_body
from phosphene.likeness import messages as m

def say(answer):
    sys.stdout.buffer.write(frame_body(m.encode_message(answer)))
    sys.stdout.buffer.flush()

say(m.CheckerReady())
while head := sys.stdin.buffer.read(4):
    order = m.decode_order(sys.stdin.buffer.read(int.from_bytes(head, "big")))
    if isinstance(order, m.EndScan):
        for _ in range(15):
            time.sleep(0.1)
            say(m.ScanLooked(order.scan))
        say(m.ScanMatched(order.scan, 0))
        say(m.ScanDone(order.scan, 15))
"""


async def test_a_clip_waits_until_it_was_looked_at_however_much_waits_before_it(
    tmp_path: Path,
) -> None:
    async with a_checker(command=LOOKS_SLOWLY, pong=1.0) as checker:
        site, clip = Site(tmp_path, checker), a_clip("c", author=ANNA)
        async with site.scans.scanning_clip(clip, lifelike=True) as feed:
            show(feed, clip)
            await feed.wait_looked()
            assert site.holds == [("c", EVE.id)]


async def test_a_clip_is_not_held_because_a_process_was_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_checker(command=FINDS_THE_FIRST) as checker:
        site, clip = Site(tmp_path, checker), a_clip("c")
        with caplog.at_level(logging.ERROR):
            async with site.scans.scanning_clip(clip, lifelike=True) as feed:
                show(feed, clip, data=b"die")
                await feed.wait_looked()
        assert site.holds == []
        assert "face scan failed: Busy" in caplog.text
