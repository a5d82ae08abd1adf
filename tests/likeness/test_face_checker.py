"""The child process that looks at cameras, started, lost and ended."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from phosphene.children.process import ProcessLimits
from phosphene.errors import Busy
from phosphene.likeness import face_checker, messages
from phosphene.likeness.challenge import BRISK, UNHURRIED, Move
from phosphene.likeness.face_checker import COMMAND, CheckerLimits, FaceChecker, PresenceCheck
from phosphene.likeness.messages import CheckState, CheckVerdict
from tests.likeness.synthetic_head import FPS, HeadCamera

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
MOVES: tuple[Move, ...] = ("left", "up", "nearer", "right", "down")
# In the place of the process that looks: answers how many ends it was told of.
COUNTS_ENDS = """
import sys
from phosphene.children.frames import frame_body
from phosphene.likeness import messages as m

def say(answer):
    sys.stdout.buffer.write(frame_body(m.encode_message(answer)))
    sys.stdout.buffer.flush()

say(m.CheckerReady())
ends = 0
while head := sys.stdin.buffer.read(4):
    order = m.decode_order(sys.stdin.buffer.read(int.from_bytes(head, "big")))
    ends += isinstance(order, m.EndCheck | m.EndScan)
    if isinstance(order, m.CompareFaces):
        say(m.FacesCompared(order.number, (ends,), (1.0,)))
    if isinstance(order, m.CheckerPing):
        say(m.CheckerPong(order.number))
"""
# The same; asked to end it connects to a socket, and does so once that is closed.
ENDS_WHEN_LET = (
    COUNTS_ENDS
    + """
import socket
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect({!r})
    connection.recv(1)
"""
)


@asynccontextmanager
async def a_checker(
    *,
    linger: float = 60.0,
    checks: int = 4,
    pong: float = 15.0,
    stop: float = 3.0,
    command: str = "",
) -> AsyncIterator[FaceChecker]:
    limits = CheckerLimits(
        checks=checks,
        linger=linger,
        process=ProcessLimits(start=60.0, ping_every=pong / 5, pong=pong, stop=stop),
    )
    checker = FaceChecker((sys.executable, "-c", command) if command else COMMAND, limits)
    running = asyncio.ensure_future(checker.run())
    try:
        yield checker
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def ask_first(check: PresenceCheck) -> CheckState:
    """Pictures of a head that looks straight, until a move is asked for."""
    camera, at = HeadCamera(), 0.0
    while True:
        at += 1 / FPS
        check.add_picture(at, camera.shoot("look"))
        try:
            async with asyncio.timeout(0.2):
                answer = await check.next_answer()
        except TimeoutError:
            continue
        assert isinstance(answer, CheckState)
        if answer.instruction != "look":
            return answer


async def test_a_process_lives_from_the_first_check_to_a_while_after_the_last() -> None:
    async with a_checker(linger=0.05) as checker:
        assert checker.process_id is None
        async with checker.open_check("a", MOVES, UNHURRIED) as check:
            pid = checker.process_id
            assert pid is not None
            asked = await ask_first(check)
            assert (asked.check, asked.instruction, asked.all) == ("a", "left", 5)
            check.add_picture(9e9, HeadCamera().shoot("look"))
            verdict = await check.next_answer()
            assert isinstance(verdict, CheckVerdict)
            assert (verdict.outcome, verdict.template) == ("too_slow", b"")
        await checker.ended.wait()
        assert checker.process_id is None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_a_process_that_dies_is_a_clear_answer_and_the_next_check_has_another() -> None:
    async with a_checker() as checker:
        pid = await lose(checker, signal.SIGKILL)
        assert await checker.find_alike(bytes(256), [b"\0\x3c" * 128], -1.0) == (0,)
        assert await checker.find_alike(bytes(256), [], -1.0) == ()
        assert checker.process_id not in {None, pid}


async def test_faces_of_more_people_than_fit_into_a_message_are_compared_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (messages, face_checker):
        monkeypatch.setattr(module, "PART", 2)
    one, two = (bytes(2 * n) + b"\0\x3c" + bytes(254 - 2 * n) for n in (0, 1))
    half = b"\0\x38" * 2 + bytes(252)
    async with a_checker() as checker:
        found = await checker.find_alike(one, [two, half, bytes(256), one, half], 0.4)
    assert found == (3, 4, 1)


async def test_a_process_that_hangs_is_given_up() -> None:
    async with a_checker(pong=1.0, stop=0.2) as checker:
        await lose(checker, signal.SIGSTOP)


async def lose(checker: FaceChecker, blow: signal.Signals) -> int:
    """Whoever waits hears of it; its process id."""
    async with checker.open_check("a", MOVES, BRISK) as check:
        pid = checker.process_id
        assert pid is not None
        os.kill(pid, blow)
        with pytest.raises(Busy, match="interrupted"):
            await check.next_answer()
    return pid


async def test_who_comes_while_one_ends_waits_for_the_next(tmp_path: Path) -> None:
    ending: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()
    path = tmp_path / "ending"

    def note_end(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if ending.done():  # the second may end at once
            writer.close()
        else:
            ending.set_result(writer)

    async with (
        await asyncio.start_unix_server(note_end, path),
        a_checker(linger=0.0, stop=60.0, command=ENDS_WHEN_LET.format(str(path))) as checker,
    ):
        async with checker.open_check("a", MOVES, BRISK):
            pid = checker.process_id
        first = await ending
        assert checker.process_id is None
        assert not checker.ended.is_set()
        first.close()  # no turn of the loop is in between: it still ends when the next one comes
        async with checker.open_check("b", MOVES, UNHURRIED):
            assert checker.process_id not in {None, pid}
            assert await checker.find_alike(bytes(256), [bytes(256)], 0.5) == (0,)


@pytest.mark.parametrize("command", ["raise SystemExit(3)", "print('hello there')"])
async def test_one_that_does_not_start_is_said_to_who_waits(command: str) -> None:
    async with a_checker(command=command) as checker:
        for _ in range(2):
            with pytest.raises(Busy):
                async with checker.open_check("a", MOVES, BRISK):
                    raise AssertionError


async def test_who_hangs_up_and_a_clip_that_is_cut_off_are_kept_by_no_process() -> None:
    async with a_checker(command=COUNTS_ENDS) as checker:
        with pytest.raises(asyncio.CancelledError):
            async with checker.open_check("a", MOVES, BRISK):
                raise asyncio.CancelledError
        with pytest.raises(asyncio.CancelledError):
            async with checker.open_scan([bytes(256)], 0.5, 3):
                raise asyncio.CancelledError
        assert await checker.find_alike(bytes(256), [bytes(256)], 0.5) == (2,)


async def test_there_is_room_for_so_many() -> None:
    async with a_checker(checks=1) as checker, checker.open_check("a", MOVES, BRISK):
        with pytest.raises(Busy, match="too many"):
            async with checker.open_check("b", MOVES, BRISK):
                raise AssertionError
