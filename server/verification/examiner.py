"""The instance's side: a process for each file, which ends with it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Final

from phosphene.children.fair_semaphore import RETRY_S, FairSemaphore
from phosphene.children.process import (
    ChildProcess,
    ProcessLimits,
    ProcessLost,
    decode_frame,
    open_process,
)
from phosphene.errors import Busy, Unusable
from phosphene.failure_boundary import report_failure
from phosphene.verification.messages import (
    CompareHashes,
    Examined,
    ExamineFile,
    HashesCompared,
    NoPicture,
    VerificationAnswer,
    VerificationOrder,
    decode_answer,
    encode_message,
)

COMMAND: Final = (sys.executable, "-m", "phosphene.verification.worker")
LIMITS: Final = ProcessLimits(stop=0.5)
TAKES_S: Final = 20.0
"""So long a file may be looked at: its process ends it after 10 s of a core, on a busy machine
nobody waits for that."""
ENVIRONMENT: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
PLACES: Final = 2
"""So many files are looked at at once, of one asker all but one: a slow one holds up no others."""
TURN_S: Final = 30.0
"""So long somebody waits for those before: longer than one file takes."""
WAITING: Final = 8
"""So many wait; each of their files is in memory, 20 MB of it."""
WAITING_EACH: Final = 2
"""Of one asker."""
BUSY: Final = "others are having files looked at; try again soon"
SLOW: Final = "looking at this file took too long; try again soon, or with a shorter one"


def is_installed() -> bool:
    """Whether what looks at pictures is here: phosphene[worker]."""
    return find_spec("numpy") is not None


class Examination:
    """One file that is looked at; made by ``Examiner.examine_file``. ``found``: what is in it."""

    def __init__(self, process: ChildProcess, found: Examined) -> None:
        self.found = found
        self._process = process

    async def hash_distances(self, kept: Sequence[bytes]) -> Sequence[int]:
        """See ``HashesCompared``. Raises Unusable, and ProcessLost, which ends the examination."""
        answer = await _ask(self._process, CompareHashes(tuple(kept)))
        if isinstance(answer, NoPicture):
            raise Unusable(answer.reason)
        if not isinstance(answer, HashesCompared):
            raise ProcessLost(f"its answer was {type(answer).__name__}")
        return answer.distances


class Examiner:
    """Looks at a few files at a time, as each takes a core. ``anchors`` gives the roots (PEM)
    that are trusted; ``key`` is that of the noise that marks are made of. Each may take
    ``takes_s``."""

    def __init__(
        self,
        anchors: Callable[[], str],
        key: bytes,
        command: Sequence[str] = COMMAND,
        takes_s: float = TAKES_S,
    ) -> None:
        self._anchors = anchors
        self._key = key
        self._command = command
        self._takes_s = takes_s
        self._places = FairSemaphore(
            PLACES, most=WAITING, most_each=WAITING_EACH, patience_s=TURN_S, busy=BUSY
        )

    @asynccontextmanager
    async def examine_file(self, data: bytes, asker: str) -> AsyncIterator[Examination]:
        """What is in a file, for the block; ``asker``: whose turn it is.

        Raises:
            Unusable: it has no picture that can be looked at. Busy: others are looked at, or it
                took too long, the block too.
        """
        try:
            async with (
                self._places.hold_place(asker),
                asyncio.timeout(self._takes_s),
                open_process(self._command, LIMITS, ENVIRONMENT) as process,
            ):
                order = ExamineFile(data=data, anchors=self._anchors(), key=self._key)
                found = await _ask(process, order)
                if isinstance(found, NoPicture):
                    raise Unusable(found.reason)
                if not isinstance(found, Examined):
                    raise ProcessLost(f"its answer was {type(found).__name__}")
                yield Examination(process, found)
        except TimeoutError:
            raise Busy(SLOW, RETRY_S) from None
        except ProcessLost as lost:
            # A file that was made to break the reader breaks a process that had nothing else.
            report_failure("verification", lost)
            raise Unusable("the file could not be looked at") from None


async def _ask(process: ChildProcess, order: VerificationOrder) -> VerificationAnswer:
    process.send_frame(encode_message(order))
    return decode_frame(await process.next_frame(), decode_answer)
