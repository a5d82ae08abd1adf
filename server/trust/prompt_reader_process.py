"""The instance's side of the process that reads prompts for the policy: keeps it, and asks it.

While there is none (the extra is not installed, it loads, it was lost) the words decide alone.
"""

import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Final, Literal

from phosphene.children.liveness import Liveness
from phosphene.children.process import (
    ChildProcess,
    ProcessLimits,
    ProcessLost,
    decode_frame,
    open_process,
)
from phosphene.children.restart import keep_process
from phosphene.failure_boundary import report_failure, running
from phosphene.meaning.load_encoder import PACKAGE
from phosphene.meaning.meaning_messages import (
    CloseWork,
    CompareText,
    MeaningOrder,
    MeaningPing,
    MeaningReady,
    MeaningUnfit,
    ReadText,
    RegisterWorks,
    TextRead,
    WorkTexts,
    decode_answer,
    encode_message,
)

Layer = Literal["words", "meaning"]
"""What judges prompts: their words alone, or what they mean as well."""

COMMAND: Final = (sys.executable, "-m", "phosphene.meaning")
ENVIRONMENT: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
LIMITS: Final = ProcessLimits(start=90.0, pong=60.0)
PORTION: Final = 48
"""Works that are told at once: they take 1.6 to 4 s to be read, in which nothing else is answered;
all 495 took 16 s of CPU, and on a loaded machine more than a start may."""
VECTORS: Final = Path("cache/works.vectors")
"""In the data folder: with it a start reads no work anew."""
ANSWER_S: Final = 1.0
"""So long a prompt waits for what it means before its words decide."""
LEARNS_S: Final = 5.0
"""The same while the process learns works: up to PORTION of them before it answers. At 1 s, and on
a loaded machine, a copy of what was confirmed right before was judged without it."""

log = logging.getLogger("phosphene.policy")


class PromptReaderProcess:
    """``run`` runs beside the requests. ``works``: what texts are compared with; ``ready`` is set
    while there is a process that knows them, ``ended`` when one was lost, ``unfit`` when it said
    that it cannot work here; ``data``: the folder in which it keeps vectors of works."""

    def __init__(
        self,
        works: Sequence[WorkTexts],
        data: Path | None = None,
        *,
        on: bool = True,
        command: Sequence[str] = COMMAND,
        limits: ProcessLimits = LIMITS,
        answer_s: float = ANSWER_S,
        learns_s: float = LEARNS_S,
    ) -> None:
        self._answer_s, self._learns_s = answer_s, learns_s
        self._learning = 0
        self._works, self._limits = tuple(works), limits
        self._command = (*command, str(data / VECTORS)) if data else command
        self._on = on and bool(find_spec(PACKAGE) and find_spec("numpy"))
        self._numbers = count()
        self._process: ChildProcess | None = None
        self._asked = dict[int, asyncio.Future[TextRead]]()
        self._told: tuple[WorkTexts, ...] = ()
        self.ready = asyncio.Event()
        self.ended, self.unfit = asyncio.Event(), asyncio.Event()

    @property
    def layer(self) -> Layer:
        """What judges prompts now."""
        return "meaning" if self.ready.is_set() else "words"

    @property
    def works(self) -> int:
        """How many texts are compared with."""
        return len(self._works)

    @property
    def known_works(self) -> Sequence[WorkTexts]:
        """What texts are compared with."""
        return self._works

    @property
    def process_id(self) -> int | None:
        """Of the process that runs, if one does."""
        return self._process.pid if self._process is not None else None

    async def read_text(self, text: str) -> TextRead | None:
        """What a text comes close to; None where no process says it in time."""
        return await self._ask(lambda number: ReadText(number, text))

    async def _ask(self, order: Callable[[int], ReadText | CompareText]) -> TextRead | None:
        if not self.ready.is_set():
            return None
        number, loop = next(self._numbers), asyncio.get_running_loop()
        answer: asyncio.Future[TextRead] = loop.create_future()
        self._asked[number] = answer
        try:
            async with asyncio.timeout(self._learns_s if self._learning else self._answer_s):
                self._send(order(number))
                return await answer
        except (TimeoutError, ProcessLost):
            return None
        finally:
            del self._asked[number]

    async def compare_text(self, text: str, work: WorkTexts) -> CloseWork | None:
        """How close a text comes to one work, registered or not; None where no process says it in
        time."""
        read = await self._ask(lambda number: CompareText(number, text, work))
        return read.works[0] if read is not None and read.works else None

    def set_works(self, works: Sequence[WorkTexts]) -> None:
        """Compare with these from now on."""
        if tuple(works) != self._works:
            self._works = tuple(works)
            if self.ready.is_set():
                self._tell_works()

    async def run(self) -> None:
        """Keep the process, as long as the extra is here; for ever."""
        if self._on:
            try:
                await keep_process("prompt reader", self._serve, self._note_loss)
            finally:
                self._give_up()
        await asyncio.Event().wait()

    def _note_loss(self, reason: str, failures: int) -> None:
        report_failure("prompt reader", ProcessLost(reason))
        log.warning("layer: words", extra={"reason": reason})
        self._give_up()

    def _give_up(self) -> None:
        self._process = None
        self.ready.clear()
        self.ended.set()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(ProcessLost("the process that reads prompts has gone"))

    async def _serve(self, notify_ready: Callable[[], None]) -> None:
        """Until it is lost. Raises ProcessLost."""
        async with open_process(self._command, self._limits, ENVIRONMENT) as process:
            self._process, self._told = process, ()
            await self._tell_all_works(process)
            self._learning = 0
            notify_ready()
            self.ended.clear()
            self.ready.set()
            log.info("layer: meaning", extra={"works": self.works})
            liveness = Liveness(self._limits)
            async with running(self._receive(process, liveness)):
                await liveness.keep_pinging(lambda number: self._send(MeaningPing(number)))

    async def _tell_all_works(self, process: ChildProcess) -> None:
        """Until it knows them; for ever where it says that it is unfit. Raises ProcessLost."""
        while True:
            self._tell_works()
            answer = decode_frame(await process.first_frame(self._limits.start), decode_answer)
            if isinstance(answer, MeaningUnfit):
                log.warning("layer: words", extra={"reason": answer.reason})
                self._process = None
                self.unfit.set()
                await asyncio.Event().wait()  # nor would another start be fit
            if not isinstance(answer, MeaningReady):
                raise ProcessLost(f"its first word was {type(answer).__name__}")
            if self._told == self._works:
                return

    async def _receive(self, process: ChildProcess, liveness: Liveness) -> None:
        while True:
            answer = decode_frame(await process.next_frame(), decode_answer)
            liveness.note_answer()
            if isinstance(answer, MeaningReady):
                self._learning -= 1
                if self._told != self._works:
                    self._tell_works()
            elif isinstance(answer, TextRead):
                waiting = self._asked.get(answer.number)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)

    def _tell_works(self) -> None:
        self._told = next_portion(self._works, self._told)
        self._learning += 1
        self._send(RegisterWorks(self._told))

    def _send(self, order: MeaningOrder) -> None:
        if self._process is not None:
            self._process.send_frame(encode_message(order))


def next_portion(works: Sequence[WorkTexts], told: Sequence[WorkTexts]) -> tuple[WorkTexts, ...]:
    """What to tell of ``works`` to a process that was told ``told``: all that it knows and at most
    PORTION that it has to read."""
    known, new = set(told), 0
    portion = list[WorkTexts]()
    for work in works:
        new += work not in known
        if work in known or new <= PORTION:
            portion.append(work)
    return tuple(portion)
