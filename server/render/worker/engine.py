"""The device of a worker: the clips that want steps, and one thread that makes them together.

Everything that touches the model runs in the device thread, one call after the other. What a clip
raises there ends this clip only.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from math import inf
from typing import Any, Final, TypeVar

from server.model import Steer
from server.render.schedule import Turn, choose
from server.render.worker.renderer import Drawing, Forward, Patch
from server.status import Standing

MOST_TOGETHER: Final = 8
"""Clips in one forward pass: more would let each of them wait for too long."""

T = TypeVar("T")

Told = Patch | Steer | bytes
Rounds = Callable[[int, float], None]
"""Told of every forward pass: how many clips shared it and the seconds that it took."""
Trace = Callable[[Sequence[str]], None]
"""Told before each call which clips may be to blame if the process dies in it."""


class Seat:
    """The place of one clip at the device. Its methods are for the event loop.

    ``spent`` are the seconds of the device that it had; ``shared``: some of them with others.
    """

    def __init__(
        self, clip: str, person: str, drawing: Drawing, *, lone: bool, eager: bool = False
    ) -> None:
        self.clip = clip
        self.person = person
        self.spent = 0.0
        self.shared = False
        self._loop = asyncio.get_running_loop()
        self._news: asyncio.Queue[Told | BaseException] = asyncio.Queue()
        self._drawing = drawing
        self._lone = lone
        self._eager = eager
        self._due = inf
        self._wanted = False
        self._begun = False
        self._closed = False
        self.stepping = False
        self._asked: Forward | None = None
        # The newest only. A deque, since it is filled in the event loop and emptied at the device.
        self._texts: deque[str] = deque(maxlen=1)

    async def next(self) -> Told:
        """A patch that was wanted, a Steer before it, or at the end the latents.

        Raises what the renderer raised.
        """
        news = await self._news.get()
        if isinstance(news, BaseException):
            raise news
        return news

    def steer(self, text: str) -> None:
        """Hand a steering text to the renderer with its next step."""
        self._texts.append(text)

    def turn(self) -> Turn | None:
        """What it waits for, if it does."""
        if not self._wanted or self._closed or self.stepping:
            return None
        shared = self._asked is not None and not self._lone
        key = self._asked.key if shared and self._asked else None
        return Turn(self.clip, self.person, self._due, key)

    def standing(self, now: float) -> Standing:
        """Whether it steps, and how long it still has for that."""
        slack = self._due - now if self._wanted and self._due != inf else None
        return Standing(self.clip, self.stepping, slack)

    def want(self, due: float) -> None:
        """Allow the next patch; see ``Engine.want``."""
        self._due, self._wanted = due, True

    def advance(self, answer: Any) -> None:
        """Go on to the next forward pass or patch. Raises what the renderer raises."""
        if self._closed:
            return
        if self._begun and self._asked is None:
            answer = self._texts.pop() if self._texts else None
        self._asked, self._begun = None, True
        while True:
            try:
                news = self._drawing.send(answer)
            except StopIteration as end:
                self.end(bytes(end.value))
                return
            if isinstance(news, Forward):
                self._asked = news
                return
            if isinstance(news, Patch):
                self._wanted = self._eager  # before it is told: the next may be wanted at once
                self._tell(news)
                return
            self._tell(news)
            answer = None

    @property
    def asked(self) -> Forward | None:
        """The forward pass without which it cannot go on."""
        return self._asked

    def end(self, last: bytes | BaseException) -> None:
        """Say the last word."""
        self._closed = True
        self._tell(last)

    def drop(self) -> None:
        """From now on it makes no step."""
        self._closed = True

    def close(self) -> None:
        """End the drawing, in the device thread. Raises what the renderer's clean-up raises."""
        self._drawing.close()

    def _tell(self, news: Told | BaseException) -> None:
        self._loop.call_soon_threadsafe(self._news.put_nowait, news)


class Engine:
    """Gives the device to clips, step by step; made by ``open_engine``.

    ``device`` has one thread: what is submitted to it runs in that order.
    """

    def __init__(
        self,
        device: Executor,
        *,
        rounds: Rounds = lambda size, seconds: None,
        trace: Trace = lambda clips: None,
        clock: Callable[[], float] = time.monotonic,
        most: int = MOST_TOGETHER,
    ) -> None:
        self._device = device
        self._rounds = rounds
        self._trace = trace
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._seats: dict[str, Seat] = {}
        self._served: dict[str, float] = {}
        self._turning = False

    def enter(
        self, clip: str, person: str, drawing: Drawing, *, lone: bool = False, eager: bool = False
    ) -> Seat:
        """A place for a clip; ``lone``: it never shares a forward pass; ``eager``: once it wants
        a patch it wants all of them, so that clips in step stay so."""
        seat = Seat(clip, person, drawing, lone=lone, eager=eager)
        with self._lock:
            # Who comes back has no claim to the time in which he did not want anything.
            least = min((self._served[one.person] for one in self._seats.values()), default=0.0)
            self._served[person] = max(self._served.get(person, 0.0), least)
            self._seats[clip] = seat
        return seat

    def want(self, seat: Seat, due: float) -> None:
        """Let a clip's next patch be made; it should be there at the time ``due``."""
        with self._lock:
            seat.want(due)
        self._turn()

    def standings(self) -> tuple[Standing, ...]:
        """Where the clips on the device stand."""
        now = self._clock()
        with self._lock:
            return tuple(seat.standing(now) for seat in self._seats.values())

    async def leave(self, seat: Seat) -> None:
        """End a clip's drawing; it makes no step after the one that is going on.

        Raises what the renderer's own clean-up raises.
        """
        with self._lock:
            seat.drop()
            self._seats.pop(seat.clip, None)
            if not any(one.person == seat.person for one in self._seats.values()):
                self._served.pop(seat.person, None)
        # Shielded: who is cancelled while he waits for it has his drawing ended all the same.
        await asyncio.shield(asyncio.wrap_future(self._device.submit(seat.close)))

    def _turn(self) -> None:
        """See to it that the device thread looks for work."""
        with self._lock:
            if self._turning:
                return
            self._turning = True
        self._device.submit(self._round)

    def _round(self) -> None:
        """Choose and make one forward pass, or one step of a clip that asks for none."""
        with self._lock:
            turns = [turn for seat in self._seats.values() if (turn := seat.turn())]
            chosen = choose(turns, self._served, self._clock(), self._most)
            seats = [self._seats[turn.clip] for turn in chosen]
            for seat in seats:
                seat.stepping = True
            self._turning = bool(seats)
        self._trace([seat.clip for seat in seats])
        if not seats:
            return
        forwards = [seat.asked for seat in seats if seat.asked]
        if forwards:
            self._make(seats, forwards)
        else:
            self._advance(seats[0], None)
            self._device.submit(self._round)

    def _make(self, seats: Sequence[Seat], forwards: Sequence[Forward]) -> None:
        """Make a forward pass, then let its clips go on."""

        def made(done: Future[tuple[Sequence[Any], float]]) -> None:
            error = done.exception()
            if error is None:
                self._share(seats, *done.result())
            elif len(seats) == 1:
                seats[0].end(error)
            else:
                # One of them may have spoilt it for all, or there is no room for so many.
                for seat, forward in zip(seats, forwards, strict=True):
                    self._make([seat], [forward])
                return
            self._device.submit(self._round)

        together, given = forwards[0].together, [forward.given for forward in forwards]
        self._device.submit(self._timed, together, given).add_done_callback(made)

    def _share(self, seats: Sequence[Seat], results: Sequence[Any], took: float) -> None:
        self._rounds(len(seats), took)
        for seat, result in zip(seats, results, strict=True):
            seat.shared |= len(seats) > 1
            self._charge(seat, took / len(seats))
            self._advance(seat, result)

    def _advance(self, seat: Seat, answer: Any) -> None:
        def advanced(done: Future[tuple[None, float]]) -> None:
            seat.stepping = False
            if (error := done.exception()) is not None:
                seat.end(error)
            else:
                self._charge(seat, done.result()[1])

        self._device.submit(self._timed, seat.advance, answer).add_done_callback(advanced)

    def _timed(self, call: Callable[[Any], T], given: Any) -> tuple[T, float]:
        began = self._clock()
        return call(given), self._clock() - began

    def _charge(self, seat: Seat, seconds: float) -> None:
        with self._lock:
            seat.spent += seconds
            if seat.person in self._served:
                self._served[seat.person] += seconds


@contextmanager
def open_engine(
    *, rounds: Rounds = lambda size, seconds: None, trace: Trace = lambda clips: None
) -> Iterator[Engine]:
    """An engine with its thread, which ends with it."""
    with ThreadPoolExecutor(1, "device") as device:
        yield Engine(device, rounds=rounds, trace=trace)
