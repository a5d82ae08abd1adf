"""The process that reads prompts for the policy: asked, lost, unfit, or not there."""

import asyncio
import os
import signal
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from phosphene.meaning.meaning_messages import WorkTexts
from phosphene.trust.close_works import judge_closeness
from phosphene.trust.prompt_reader_process import (
    PORTION,
    VECTORS,
    PromptReaderProcess,
    next_portion,
)
from tests.encoder import needs_encoder

pytestmark = [pytest.mark.process, pytest.mark.asyncio, needs_encoder]

TEN = tomllib.loads(Path(__file__).with_name("ten_works.toml").read_text("utf-8"))["works"]
WORKS = [WorkTexts(one["entry"], (*one["en"], *one["fr"])) for one in TEN]
CLOSE = {
    "a walking tree": "",
    "deux chiens se poursuivent dans la neige": "",
    "a grumpy green ogre with trumpet ears who lives in a swamp rescues a princess with a talking"
    " donkey": "Shrek",
    "un lycéen mordu par une araignée qui se balance au bout de ses toiles en costume rouge et"
    " bleu": "Spider-Man",
}
UNFIT = """
import sys
from phosphene.children.frames import frame_body
from phosphene.meaning.meaning_messages import MeaningUnfit, encode_message
sys.stdout.buffer.write(frame_body(encode_message(MeaningUnfit("not the reviewed files"))))
sys.stdout.buffer.flush()
sys.stdin.buffer.read()
"""


def layer_of(reader: PromptReaderProcess) -> str:
    return reader.layer


@asynccontextmanager
async def running(reader: PromptReaderProcess) -> AsyncIterator[PromptReaderProcess]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(reader.run())
        yield reader
        task.cancel()


async def test_described_works_are_found_and_without_the_process_words_decide() -> None:
    async with running(PromptReaderProcess(WORKS, answer_s=60)) as reader:
        assert layer_of(reader) == "words"
        assert await reader.read_text("a green ogre") is None  # nobody waits for its start
        await reader.ready.wait()
        assert layer_of(reader) == "meaning"
        read = await asyncio.gather(*(reader.read_text(text) for text in CLOSE))
        judged = [judge_closeness(one, len(WORKS)) for one in read if one is not None]
        assert [one.work.entry if one else "" for one in judged] == list(CLOSE.values())
        shrek = next(one for one in WORKS if one.entry == "Shrek")
        alone = await reader.compare_text("a green ogre in a swamp", shrek)
        assert alone is not None
        reader.set_works([shrek])
        again = await reader.read_text("a green ogre in a swamp")
        assert again is not None
        assert again.works == (alone,)
        assert reader.process_id is not None
        os.kill(reader.process_id, signal.SIGKILL)
        await reader.ended.wait()
        assert layer_of(reader) == "words"
        assert await reader.read_text("a green ogre") is None


async def test_many_works_are_told_in_portions() -> None:
    many = [WorkTexts(f"Work {n}", (f"lamp {n}",)) for n in range(2 * PORTION)]
    new = WorkTexts("New", ("a new lamp",))
    first = next_portion(many, ())
    assert first == tuple(many[:PORTION])
    assert next_portion([new, *many[1:]], first) == (new, *many[1 : 2 * PORTION - 1])
    assert next_portion(many[:3], first) == tuple(many[:3])
    reader = PromptReaderProcess([*many, *WORKS], answer_s=0.0, learns_s=60)
    async with running(reader):
        await reader.ready.wait()
        assert await reader.read_text("a new lamp") is None  # nobody waits for an answer here,
        reader.set_works([new, *many, *WORKS])
        read = await reader.read_text("a new lamp")  # but for the works that were told before
        assert read is not None
        assert read.works[0].entry == "New"


async def test_a_second_start_reads_what_the_first_one_kept(tmp_path: Path) -> None:
    text, said = "a grumpy green ogre with trumpet ears who lives in a swamp", list[object]()
    for _ in range(2):
        async with running(PromptReaderProcess(WORKS, tmp_path, answer_s=60)) as reader:
            await reader.ready.wait()
            said.append(await reader.read_text(text))
        assert (tmp_path / VECTORS).stat().st_size > 256 * 1024
    assert said[0] == said[1]


async def test_files_that_were_not_reviewed_leave_the_words_alone() -> None:
    reader = PromptReaderProcess(WORKS, command=(sys.executable, "-c", UNFIT))
    async with running(reader):
        await reader.unfit.wait()
        assert layer_of(reader) == "words"


async def test_where_it_is_turned_off_no_process_starts() -> None:
    async with running(PromptReaderProcess(WORKS, on=False)) as reader:
        await asyncio.sleep(0)
        assert (reader.layer, reader.process_id) == ("words", None)
