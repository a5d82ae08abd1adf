"""What judging one prompt takes, from its text to what is said of it: words, the process that reads
what prompts mean (warm, with all shipped works), and what it comes close to; not the registry."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Final

from phosphene.trust.close_refusals import refuse_close
from phosphene.trust.close_works import judge_closeness, load_works
from phosphene.trust.content_verdict import innocent_categories, refuse_content
from phosphene.trust.harmless_prompts import harmless_prompts
from phosphene.trust.policy import decide
from phosphene.trust.prompt_reader_process import PromptReaderProcess
from phosphene.trust.refusal_rules import Rules

PROMPTS: Final = 1000
"""Of the harmless ones; each is judged once, so that none is known."""
WARM: Final = 50
ANSWER_S: Final = 60.0


async def measure_judging(rules: Rules) -> Sequence[str]:
    """Lines: milliseconds of wall time, by words alone and by both layers. One after another: what
    more at once wait for each other is no part of it."""
    # Every so many: the list is by subjects.
    every = harmless_prompts()
    texts = every[:: max(1, len(every) // (PROMPTS + WARM))][: PROMPTS + WARM]
    words, both = list[float](), list[float]()
    async with _reading() as reader:
        for text in texts:
            start = time.perf_counter()
            decide(text, rules)
            words.append(time.perf_counter() - start)
            start = time.perf_counter()
            await _judge(text, rules, reader)
            both.append(time.perf_counter() - start)
    return [_line("words", words[WARM:]), _line("words and meaning", both[WARM:])]


async def _judge(text: str, rules: Rules, reader: PromptReaderProcess) -> object:
    """As `PromptCheck` does."""
    read = await reader.read_text(text)
    assert read is not None
    refused = await asyncio.to_thread(decide, text, rules, innocent=innocent_categories(read))
    close = judge_closeness(read, reader.works)
    return refused or [*refuse_content(read, rules)] or (close and refuse_close(close, rules))


@asynccontextmanager
async def _reading() -> AsyncIterator[PromptReaderProcess]:
    """The policy's process, once it has all works."""
    with TemporaryDirectory() as folder:
        reader = PromptReaderProcess(load_works(), Path(folder), answer_s=ANSWER_S)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(reader.run())
            await reader.ready.wait()
            yield reader
            running.cancel()


def _line(what: str, taken: Sequence[float]) -> str:
    p50, p99 = (quantiles(taken, n=100)[at] * 1000 for at in (49, 98))
    most = max(taken) * 1000
    return f"{what:<24}{len(taken)} prompts: p50 {p50:.1f}, p99 {p99:.1f}, most {most:.0f} ms"
