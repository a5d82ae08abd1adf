"""The instance's side: a process for each film, one at a time, which ends with it."""

import sys
from collections.abc import Sequence
from typing import Final

from phosphene.children.fair_semaphore import FairSemaphore
from phosphene.children.process import ProcessLimits, ProcessLost, decode_frame, open_process
from phosphene.errors import Busy
from phosphene.failure_boundary import report_failure
from phosphene.visible_mark.messages import (
    FilmMarked,
    MarkFilm,
    MarkingAnswer,
    decode_answer,
    encode_message,
)

COMMAND: Final = (sys.executable, "-m", "phosphene.visible_mark.worker")
# Ten seconds of film take 3 s of a core; beside those that draw, who go first, many times that.
LIMITS: Final = ProcessLimits(start=60.0, stop=0.5)
PATIENCE_S: Final = 40.0
"""So long somebody waits for those before."""
WAITING: Final = 12
WAITING_EACH: Final = 3
"""Of one address."""
RETRY_S: Final = 10.0
BUSY: Final = "other films are being made ready to download; try again soon"
FAILED: Final = "the film could not be made ready to download; try again soon"


class FilmMarker:
    """Marks one film after the other; ``site``: see ``MarkFilm``."""

    def __init__(self, site: str, command: Sequence[str] = COMMAND) -> None:
        self._site = site
        self._command = command
        self._places = FairSemaphore(
            1, most=WAITING, most_each=WAITING_EACH, patience_s=PATIENCE_S, busy=BUSY
        )

    async def mark_film(self, film: bytes, asker: str) -> bytes:
        """The film with the mark; ``asker``: whose turn it is. Raises Busy: others wait, or it
        could not be done, which the log tells."""
        async with self._places.hold_place(asker):
            try:
                answer = await self._ask(MarkFilm(film=film, site=self._site))
            except ProcessLost as lost:
                report_failure("visible mark", lost)
                raise Busy(FAILED, RETRY_S) from None
        if isinstance(answer, FilmMarked):
            return answer.film
        report_failure("visible mark", ProcessLost(answer.reason))
        raise Busy(FAILED, RETRY_S)

    async def _ask(self, order: MarkFilm) -> MarkingAnswer:
        async with open_process(self._command, LIMITS, {}) as process:
            process.send_frame(encode_message(order))
            return decode_frame(await process.first_frame(LIMITS.start), decode_answer)
