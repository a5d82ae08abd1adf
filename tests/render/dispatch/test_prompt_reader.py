"""What a text would be drawn as, asked of a real worker process."""

import asyncio
import os
import signal

import pytest
from msgspec.structs import replace

from phosphene.errors import Busy
from phosphene.model import Slot
from phosphene.render.dispatch import prompt_reader
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.process import PipeLink
from phosphene.render.dispatch.prompt_reader import PromptReader
from phosphene.settings import Settings
from tests.render.dispatch.test_pool import QUICK, a_pool

pytestmark = [pytest.mark.process, pytest.mark.asyncio]
BALL = (Slot("subject", "disc", 0.7, ("ball",)), Slot("undrawn", None, 1.0))


async def test_a_worker_says_what_it_would_draw_and_is_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with a_pool(QUICK) as pool:
        reader = PromptReader(pool)
        several = ("a ball", "a cube", "a disc")
        read = await asyncio.gather(*(reader.read_prompt(text) for text in several))
        assert read[0] == BALL
        assert [one[0].value for one in read] == ["disc", None, "a disc"]
        with pytest.raises(Busy, match="no time"):
            await reader.read_prompt("misread it")
        assert pool.has_worker, "a text that cannot be read ends no worker"
        link = pool.ready_workers[0].link
        assert isinstance(link, PipeLink)
        os.kill(link.pid, signal.SIGSTOP)
        try:
            assert await reader.read_prompt("a ball") == BALL
            monkeypatch.setattr(prompt_reader, "READING_S", 0.05)
            with pytest.raises(Busy):
                await reader.read_prompt("another ball")
        finally:
            os.kill(link.pid, signal.SIGCONT)
        assert pool.info
        pool.info = replace(pool.info, vocabulary={})
        assert (reader.reads_freely, await reader.read_prompt("a cube")) == (True, ())


async def test_without_a_worker_nothing_is_promised() -> None:
    reader = PromptReader(Pool(Settings(workers=0)))
    assert reader.knows_no_bounds
    with pytest.raises(Busy):
        await reader.read_prompt("a ball")
