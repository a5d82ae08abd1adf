"""The instance's side of the child process that looks at faces, before cameras and in clips:
started with the first check, ended a minute after the last."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from itertools import count
from typing import Final

from msgspec import Struct

from phosphene.children.liveness import Liveness
from phosphene.children.process import (
    ChildProcess,
    ProcessLimits,
    ProcessLost,
    decode_frame,
    open_process,
)
from phosphene.children.restart import keep_process
from phosphene.errors import Busy
from phosphene.failure_boundary import report_failure, running
from phosphene.likeness.challenge import Move, Pace
from phosphene.likeness.messages import (
    PART,
    AddTemplates,
    BeginCheck,
    BeginScan,
    CameraPicture,
    CheckAnswer,
    CheckerOrder,
    CheckerPing,
    CheckerReady,
    CheckerUnfit,
    CheckState,
    CheckVerdict,
    CompareFaces,
    EndCheck,
    EndScan,
    FacesCompared,
    PictureNeeded,
    ScanAnswer,
    ScanDone,
    ScanMatched,
    ScanPicture,
    decode_answer,
    encode_message,
    in_parts,
)

Compared = asyncio.Future[FacesCompared]
COMMAND: Final = (sys.executable, "-m", "phosphene.likeness.worker")
ENVIRONMENT: Final = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # Version 5 warns of each model that it reads.
    "OPENCV_LOG_LEVEL": "ERROR",
}
# Each takes 12 to 15 % of a core.
MOST_CHECKS: Final = 4
"""Checks at once."""
LINGER_S: Final = 60.0
RETRY_S: Final = 10.0
# Its models are loaded in 0.7 s; a busy machine takes longer.
LIMITS: Final = ProcessLimits(start=60.0, pong=15.0)


def is_installed() -> bool:
    """Whether what looks at cameras is here: phosphene[likeness]."""
    return find_spec("cv2") is not None and find_spec("numpy") is not None


class CheckerLimits(Struct, frozen=True, kw_only=True):
    """``checks`` go on at once; the process ends ``linger`` seconds after the last."""

    checks: int = MOST_CHECKS
    linger: float = LINGER_S
    process: ProcessLimits = LIMITS


class PresenceCheck:
    """One check; made by ``FaceChecker.open_check``."""

    def __init__(self, check: str, send: Callable[[CheckerOrder], None]) -> None:
        self.id = check
        self._send = send
        self._answers: asyncio.Queue[CheckAnswer | None] = asyncio.Queue()

    def add_picture(self, at: float, data: bytes) -> None:
        """An encoded picture (VP8) came ``at`` this second of the monotonic clock."""
        self._send(CameraPicture(self.id, at, data))

    async def next_answer(self) -> CheckAnswer:
        """What comes of it, the verdict last. Raises Busy: the process was lost."""
        answer = await self._answers.get()
        if answer is None:
            raise Busy("the check was interrupted: begin again", RETRY_S)
        return answer

    def note_answer(self, answer: CheckAnswer | None) -> None:
        """The process said this; None: it is lost."""
        self._answers.put_nowait(answer)


class ClipScan:
    """One clip whose pictures are looked at; made by ``FaceChecker.open_scan``."""

    def __init__(self, scan: int, send: Callable[[CheckerOrder], None]) -> None:
        self.id = scan
        self._send = send
        self._answers: asyncio.Queue[ScanAnswer | None] = asyncio.Queue()

    def add_picture(self, data: bytes, *, look: bool) -> None:
        """The next picture, as it was encoded (H.264, Annex B)."""
        self._send(ScanPicture(self.id, look, data))

    def end_scan(self) -> None:
        """That was all of it."""
        self._send(EndScan(self.id))

    async def next_match(self) -> int | None:
        """The place of another template that matches; None: there is none, after the end. Raises
        Busy: the process was lost."""
        answer = await self._answers.get()
        if answer is None:
            raise Busy("the pictures could not all be looked at", RETRY_S)
        return answer.place if isinstance(answer, ScanMatched) else None

    def note_answer(self, answer: ScanAnswer | None) -> None:
        """The process said this; None: it is lost."""
        self._answers.put_nowait(answer)


class FaceChecker:
    """The process and the checks that go on in it. ``run`` runs beside the requests; ``ended`` is
    set when a process has."""

    def __init__(
        self, command: Sequence[str] = COMMAND, limits: CheckerLimits | None = None
    ) -> None:
        self._command = command
        self._limits = limits or CheckerLimits()
        self._numbers = count()
        self._users = 0
        self._wanted = asyncio.Event()
        self._unwanted = asyncio.Event()
        self._unwanted.set()
        self.ended = asyncio.Event()
        self._process: ChildProcess | None = None
        self._starting = set[asyncio.Future[None]]()
        self._checks = dict[str, PresenceCheck]()
        self._comparing = dict[int, Compared]()
        self._scans = dict[int, ClipScan]()

    @property
    def process_id(self) -> int | None:
        """Of the process that runs, if one does."""
        return self._process.pid if self._process is not None else None

    @asynccontextmanager
    async def open_check(
        self, check: str, moves: Sequence[Move], pace: Pace, *, portrait: bool = False
    ) -> AsyncIterator[PresenceCheck]:
        """A check for the block; ``portrait``: whether a picture is to come of it. Raises Busy:
        there is no room, or no process."""
        if len(self._checks) >= self._limits.checks:
            raise Busy("too many people are being checked now; try again soon", RETRY_S)
        opened = self._checks[check] = PresenceCheck(check, self._send)
        try:
            async with self._using():
                self._send(
                    BeginCheck(check=check, moves=tuple(moves), pace=pace, portrait=portrait)
                )
                try:
                    yield opened
                finally:  # also of who hung up: the process would keep it for good
                    self._send(EndCheck(check))
        finally:
            del self._checks[check]

    @asynccontextmanager
    async def open_scan(
        self, templates: Sequence[bytes], least: float, needed: int
    ) -> AsyncIterator[ClipScan]:
        """The pictures of a clip are compared with ``templates`` in the block: each matches where
        ``needed`` of them have a face as like it as ``least``, a cosine. Raises Busy."""
        scan = next(self._numbers)
        opened = self._scans[scan] = ClipScan(scan, self._send)
        try:
            async with self._using():
                first, *rest = in_parts(templates)
                self._send(BeginScan(scan=scan, templates=first, least=least, needed=needed))
                for part in rest:
                    self._send(AddTemplates(scan, part))
                try:
                    yield opened
                finally:  # again, where all of it was said: it is passed over
                    self._send(EndScan(scan))
        finally:
            del self._scans[scan]

    async def find_alike(
        self, template: bytes, others: Sequence[bytes], least: float
    ) -> Sequence[int]:
        """The places of the templates that are as like one as ``least``, a cosine. Raises Busy."""
        if not others:
            return ()
        found = list[tuple[float, int]]()
        for at, part in enumerate(in_parts(others)):
            compared = await self._compare(template, part, least)
            places = (at * PART + place for place in compared.found)
            found += zip(compared.cosines, places, strict=True)
        return tuple(place for _, place in sorted(found, reverse=True))

    async def _compare(
        self, template: bytes, others: tuple[bytes, ...], least: float
    ) -> FacesCompared:
        async with self._using():
            number, loop = next(self._numbers), asyncio.get_running_loop()
            compared: Compared = loop.create_future()
            self._comparing[number] = compared
            try:
                self._send(
                    CompareFaces(number=number, template=template, others=others, least=least)
                )
                return await compared
            finally:
                del self._comparing[number]

    async def run(self) -> None:
        """Start the process when it is wanted, end it when it was not for a while; for ever."""
        try:
            while True:
                await keep_process("faces", self._serve, self._note_loss)
        finally:
            self._give_up()

    def _note_loss(self, reason: str, failures: int) -> None:
        report_failure("faces", ProcessLost(reason))
        self._give_up()

    @asynccontextmanager
    async def _using(self) -> AsyncIterator[None]:
        """Inside the block the process is there. Raises Busy."""
        self._users += 1
        self._wanted.set()
        self._unwanted.clear()
        try:
            if self._process is None:
                started = asyncio.get_running_loop().create_future()
                self._starting.add(started)
                try:
                    await started
                finally:
                    self._starting.discard(started)
            yield
        finally:
            self._users -= 1
            if not self._users:
                self._wanted.clear()
                self._unwanted.set()

    async def _serve(self, notify_ready: Callable[[], None]) -> None:
        """Once it is wanted, until nobody has wanted it for a while. Raises ProcessLost."""
        await self._wanted.wait()
        try:
            await self._serve_checks(notify_ready)
        finally:
            self._process = None
            self.ended.set()

    async def _serve_checks(self, notify_ready: Callable[[], None]) -> None:
        limits = self._limits.process
        async with open_process(self._command, limits, ENVIRONMENT) as process:
            ready = decode_frame(await process.first_frame(limits.start), decode_answer)
            if isinstance(ready, CheckerUnfit):
                raise ProcessLost(ready.reason)
            if not isinstance(ready, CheckerReady):
                raise ProcessLost(f"its first word was {type(ready).__name__}")
            notify_ready()
            self._process = process
            self.ended.clear()
            for one in self._starting:
                if not one.done():
                    one.set_result(None)
            liveness = Liveness(limits)
            async with running(self._receive(process, liveness), self._ping(liveness)):
                await self._wait_unwanted()
                # In this turn of the loop: whoever comes now waits for the next process.
                self._process = None

    async def _wait_unwanted(self) -> None:
        while True:
            await self._unwanted.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._limits.linger):
                    await self._wanted.wait()
            if not self._users:
                return

    async def _receive(self, process: ChildProcess, liveness: Liveness) -> None:
        while True:
            answer = decode_frame(await process.next_frame(), decode_answer)
            liveness.note_answer()
            if isinstance(answer, FacesCompared):
                compared = self._comparing.get(answer.number)
                if compared is not None and not compared.done():
                    compared.set_result(answer)
            elif isinstance(answer, CheckState | CheckVerdict | PictureNeeded) and (
                check := self._checks.get(answer.check)
            ):
                check.note_answer(answer)
            elif isinstance(answer, ScanMatched | ScanDone) and (
                scan := self._scans.get(answer.scan)
            ):
                scan.note_answer(answer)

    async def _ping(self, liveness: Liveness) -> None:
        await liveness.keep_pinging(lambda number: self._send(CheckerPing(number)))

    def _send(self, order: CheckerOrder) -> None:
        if self._process is not None:
            self._process.send_frame(encode_message(order))

    def _give_up(self) -> None:
        """The process is lost, or is started no more: whoever waits for it is told."""
        for check in self._checks.values():
            check.note_answer(None)
        for scan in self._scans.values():
            scan.note_answer(None)
        busy = Busy("the check was interrupted: begin again", RETRY_S)
        waits: list[asyncio.Future[None] | Compared] = [*self._starting, *self._comparing.values()]
        for waiting in waits:
            if not waiting.done():
                waiting.set_exception(busy)
