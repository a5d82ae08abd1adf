"""The process that looks at a file: it ends with it, and breaks alone."""

import asyncio
import sys

import pytest

from phosphene.errors import Busy, Unusable
from phosphene.verification.examiner import WAITING, Examiner
from tests.verification.worker.test_examination import KEY, WORD, film

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def test_files_are_looked_at_one_after_the_other() -> None:
    examiner = Examiner(lambda: "", KEY)
    with pytest.raises(Unusable):
        async with examiner.examine_file(b"nothing"):
            pass
    async with examiner.examine_file(film()) as seen:
        assert WORD in seen.found.words
        assert len(await seen.hash_distances([bytes(32), bytes(64)])) == 2


async def test_a_file_that_breaks_its_reader_is_said_to_be_no_use() -> None:
    broken = Examiner(lambda: "", KEY, (sys.executable, "-c", "import sys; sys.exit(3)"))
    for _ in range(2):
        with pytest.raises(Unusable):
            async with broken.examine_file(b"x"):
                pass


async def test_no_more_than_a_few_files_wait() -> None:
    examiner = Examiner(lambda: "", KEY)

    async def look() -> None:
        async with examiner.examine_file(b"nothing"):
            pass

    async with examiner.examine_file(film()), asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(look()) for _ in range(WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await look()
        for one in waiting:
            one.cancel()
    with pytest.raises(Unusable):
        await look()
