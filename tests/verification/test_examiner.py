"""The process that looks at a file: it ends with it, and breaks alone."""

import asyncio
import sys

import pytest

from phosphene.errors import Busy, Unusable
from phosphene.verification.examiner import PLACES, WAITING, Examiner
from tests.verification.worker.test_examination import KEY, WORD, film

SLOW = b"it is made to take for ever"

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def test_a_process_looks_at_a_file_and_compares_hashes() -> None:
    examiner = Examiner(lambda: "", KEY)
    with pytest.raises(Unusable):
        async with examiner.examine_file(b"nothing", "somebody"):
            pass
    async with examiner.examine_file(film(), "somebody") as seen:
        assert WORD in seen.found.words
        assert len(await seen.hash_distances([bytes(32), bytes(64)])) == 2


async def test_a_file_that_breaks_its_reader_is_said_to_be_no_use() -> None:
    broken = Examiner(lambda: "", KEY, (sys.executable, "-c", "import sys; sys.exit(3)"))
    for _ in range(2):
        with pytest.raises(Unusable):
            async with broken.examine_file(b"x", "somebody"):
                pass


# Looks at no file of this content until it is ended, and at all others at once.
PICKY = f"""
from phosphene.children.child import child_pipes, read_frames, write_frame
from phosphene.trust.provenance import ManifestVerdict
from phosphene.verification.messages import Examined, decode_order, encode_message
with child_pipes() as (orders, answers):
    for body in read_frames(orders):
        if decode_order(body).data != {SLOW!r}:
            said = Examined(manifest=ManifestVerdict(state="missing"))
            write_frame(answers, encode_message(said))
"""


async def test_a_slow_file_holds_up_only_who_sent_it() -> None:
    examiner = Examiner(lambda: "", KEY, (sys.executable, "-c", PICKY))

    async def look(data: bytes, asker: str) -> None:
        async with examiner.examine_file(data, asker):
            pass

    slow, next_of_same = (
        asyncio.create_task(look(data, "one address")) for data in (SLOW, b"another")
    )
    await asyncio.sleep(0)
    for number in range(3):
        await look(b"x", f"address {number}")
    assert not slow.done()
    assert not next_of_same.done()
    slow.cancel()
    await next_of_same
    assert slow.cancelled()


async def test_files_that_take_too_long_give_their_places_to_the_next() -> None:
    examiner = Examiner(lambda: "", KEY, (sys.executable, "-c", PICKY), takes_s=0.2)
    # None of them would ever be told anything if the ones before kept their places.
    for asker in range(PLACES + 1):
        with pytest.raises(Busy, match="took too long"):
            async with examiner.examine_file(SLOW, f"address {asker}"):
                pass


async def test_a_file_is_given_so_much_of_a_core_and_told_when_that_is_over() -> None:
    hasty = "from phosphene.verification.worker.__main__ import main; main(0.005)"
    examiner = Examiner(lambda: "", KEY, (sys.executable, "-c", hasty))
    with pytest.raises(Unusable, match="takes too long to look at"):
        async with examiner.examine_file(film(), "somebody"):
            pass


async def test_no_more_than_a_few_files_wait() -> None:
    examiner = Examiner(lambda: "", KEY, (sys.executable, "-c", PICKY))

    async def look(asker: str) -> None:
        async with examiner.examine_file(SLOW, asker):
            pass

    looking = [asyncio.create_task(look(f"address {number}")) for number in range(PLACES + WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await look("address of one more")
    for one in looking:
        one.cancel()
    await asyncio.gather(*looking, return_exceptions=True)
