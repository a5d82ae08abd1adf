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

from msgspec import Struct

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
    """Lines: milliseconds of wall time and of CPU, by words alone and by both layers. One after
    another: what more at once wait for each other is no part of it. A busy machine bends the wall
    time; what it leaves to a judgement is the CPU that this takes here and in the policy's
    process."""
    # Every so many: the list is by subjects.
    every = harmless_prompts()
    texts = every[:: max(1, len(every) // (PROMPTS + WARM))][: PROMPTS + WARM]
    words, both = list[Taken](), list[Taken]()
    async with _reading() as reader:
        assert reader.process_id is not None
        other = _clock_of(reader.process_id)
        for text in texts:
            start = _now(other)
            decide(text, rules)
            between = _now(other)
            await _judge(text, rules, reader)
            words.append(between.since(start))
            both.append(_now(other).since(between))
    lines = ("words", words[WARM:]), ("words and meaning", both[WARM:])
    return [line for what, taken in lines for line in _lines(what, taken)]


class Taken(Struct, frozen=True):
    """Seconds, of the clock and of CPU in both processes."""

    wall: float
    cpu: float

    def since(self, start: "Taken") -> "Taken":
        """From then to now."""
        return Taken(self.wall - start.wall, self.cpu - start.cpu)


def _clock_of(process_id: int) -> int:
    """The clock of the CPU time of another process (Linux: clock_getcpuclockid(3))."""
    return (~process_id << 3) | 2


def _now(other: int) -> Taken:
    return Taken(time.perf_counter(), time.process_time() + time.clock_gettime(other))


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


def _lines(what: str, taken: Sequence[Taken]) -> Sequence[str]:
    return [
        _line(f"{what}, wall", [one.wall for one in taken]),
        _line(f"{what}, CPU", [one.cpu for one in taken]),
    ]


def _line(what: str, taken: Sequence[float]) -> str:
    p50, p99 = (quantiles(taken, n=100)[at] * 1000 for at in (49, 98))
    most = max(taken) * 1000
    return f"{what:<24}{len(taken)} prompts: p50 {p50:.1f}, p99 {p99:.1f}, most {most:.0f} ms"
