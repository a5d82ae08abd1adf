"""A worker process of this machine: a child process that speaks the messages of rendering."""

import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from phosphene.children.process import (
    ChildProcess,
    ProcessLimits,
    ProcessLost,
    decode_frame,
    open_process,
)
from phosphene.render import messages
from phosphene.render.dispatch.job import UNSURE
from phosphene.render.inflight import INFLIGHT_VARIABLE, read_inflight
from phosphene.scratch import scratch_file, temporary_folder


class PipeLink:
    """The ``Link`` to a process of this machine; ``trace`` is the file of its trace."""

    free_places = None
    is_draining = False
    blame_share = UNSURE

    def __init__(self, process: ChildProcess, trace: int) -> None:
        self._process = process
        self._trace = trace

    @property
    def name(self) -> str:
        return str(self._process.pid)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def send_order(self, order: messages.Order) -> None:
        self._process.send_frame(messages.encode_message(order))

    async def next_answer(self) -> messages.Answer:
        return decode_frame(await self._process.next_frame(), messages.decode_answer)

    def suspect_clips(self) -> frozenset[str]:
        return frozenset(read_inflight(self._trace))


@asynccontextmanager
async def open_worker(
    command: Sequence[str], limits: ProcessLimits, data: Path
) -> AsyncIterator[tuple[messages.Ready, PipeLink]]:
    """Start a worker and wait until it is ready: what it says of itself then, and the way to it. It
    ends with the block. In the folder ``data`` it writes what is temporary where there is no other
    place.

    Raises:
        ProcessLost: it did not start.
    """
    with _prepared(data) as (trace, folder):
        # Libraries write temporary files: in a container with a read-only root and no /tmp there is
        # still the data folder.
        environment = {INFLIGHT_VARIABLE: str(trace), "TMPDIR": str(folder)}
        async with open_process(command, limits, environment, (trace,)) as process:
            ready = _ready(await process.first_frame(limits.start))
            yield ready, PipeLink(process, trace)


@contextlib.contextmanager
def _prepared(data: Path) -> Iterator[tuple[int, Path]]:
    """The file of a trace, and a folder for what is temporary."""
    with contextlib.ExitStack() as stack:
        try:
            trace, folder = stack.enter_context(scratch_file()), temporary_folder(data)
        except OSError as error:
            raise ProcessLost(f"there is no room for what it writes: {error}") from error
        yield trace, folder


def _ready(body: bytes) -> messages.Ready:
    """What a worker says of itself at its start. Raises ProcessLost."""
    answer = decode_frame(body, messages.decode_answer)
    if isinstance(answer, messages.Unfit):
        raise ProcessLost(answer.reason)
    if not isinstance(answer, messages.Ready):
        raise ProcessLost(f"its first word was {type(answer).__name__}")
    return answer
