"""The process that lays the visible mark: one film at a time, and whatever breaks breaks alone."""

import asyncio
import logging
import sys

import pytest

from phosphene.errors import Busy
from phosphene.visible_mark.film_marker import WAITING_EACH, FilmMarker
from tests.trust.test_signing import CLIP, boxes, pictures

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def test_a_process_lays_the_mark() -> None:
    marked = await FilmMarker("clips.example").mark_film(CLIP, "somebody")
    assert boxes(marked)[:2] == ["ftyp", "moov"]
    assert len(pictures(marked)) == len(pictures(CLIP))
    assert pictures(marked) != pictures(CLIP)


async def test_what_cannot_be_marked_is_said_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    crashing = (sys.executable, "-c", "import sys; sys.exit(3)")
    for marker in (FilmMarker(""), FilmMarker("", crashing)):
        with caplog.at_level(logging.ERROR), pytest.raises(Busy, match="could not be made ready"):
            await marker.mark_film(b"no film", "somebody")
    assert ["visible mark failed" in one.getMessage() for one in caplog.records] == [True, True]


async def test_of_one_address_only_a_few_wait() -> None:
    waiting = (sys.executable, "-c", "import sys; sys.stdin.buffer.read()")
    marker = FilmMarker("", waiting)
    asked = [
        asyncio.create_task(marker.mark_film(b"x", "somebody")) for _ in range(1 + WAITING_EACH)
    ]
    await asyncio.sleep(0)
    with pytest.raises(Busy, match="other films"):
        await marker.mark_film(b"x", "somebody")
    for one in asked:
        one.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
