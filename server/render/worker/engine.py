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

from phosphene.model import Steer
from phosphene.render.schedule import StepRequest, choose_next
from phosphene.render.worker.renderer import Drawing, Forward, Patch
from phosphene.status import Standing

# Clips in one forward pass: more would let each of them wait for too long.
MOST_TOGETHER: Final = 8

T = TypeVar("T")

RendererNews = Patch | Steer | bytes
CountPass = Callable[[int, float], None]
"""Told of every forward pass: how many clips shared it and the seconds that it took."""
MarkInflight = Callable[[Sequence[str]], None]
"""Told before each call which clips may be to blame if the process dies in it."""


class DeviceRequest:
    """One clip that asks the device for steps. Its methods are for the event loop.

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
        # Unbounded, but a step is made only when the patch before it was taken: one or two items at
        # most.
        self._news: asyncio.Queue[RendererNews | BaseException] = asyncio.Queue()
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

    async def next_news(self) -> RendererNews:
        """A patch that was wanted, a Steer before it, or at the end the latents.

        Raises what the renderer raised.
        """
        news = await self._news.get()
        if isinstance(news, BaseException):
            raise news
        return news

    def steer_to(self, text: str) -> None:
        """Hand a steering text to the renderer with its next step."""
        self._texts.append(text)

    def pending_step(self) -> StepRequest | None:
        """What it waits for, if it does."""
        if not self._wanted or self._closed or self.stepping:
            return None
        shared = self._asked is not None and not self._lone
        key = self._asked.key if shared and self._asked else None
        return StepRequest(self.clip, self.person, self._due, key)

    def standing_at(self, now: float) -> Standing:
        """Whether it steps, and how long it still has for that."""
        slack = self._due - now if self._wanted and self._due != inf else None
        return Standing(self.clip, self.stepping, slack)

    def want_patch(self, due: float) -> None:
        """Allow the next patch; see ``Engine.want_patch``."""
        self._due, self._wanted = due, True

    def advance_drawing(self, answer: Any) -> None:
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
                self.end_with(bytes(end.value))
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
    def pending_forward(self) -> Forward | None:
        """The forward pass without which it cannot go on."""
        return self._asked

    def end_with(self, last: bytes | BaseException) -> None:
        """Say the last word."""
        self._closed = True
        self._tell(last)

    def stop_stepping(self) -> None:
        """From now on it makes no step."""
        self._closed = True

    def close_drawing(self) -> None:
        """End the drawing, in the device thread. Raises what the renderer's clean-up raises."""
        self._drawing.close()

    def _tell(self, news: RendererNews | BaseException) -> None:
        self._loop.call_soon_threadsafe(self._news.put_nowait, news)


class Engine:
    """Gives the device to clips, step by step.

    ``device`` has one thread: what is submitted to it runs in that order.
    """

    def __init__(
        self,
        device: Executor,
        *,
        count_pass: CountPass = lambda size, seconds: None,
        mark_inflight: MarkInflight = lambda clips: None,
        clock: Callable[[], float] = time.monotonic,
        most: int = MOST_TOGETHER,
    ) -> None:
        self._device = device
        self._count_pass = count_pass
        self._mark_inflight = mark_inflight
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        # A lock, because clips come and go in the event loop while the device thread chooses.
        # Python's own lock makes single reads safe, but not a choice among several.
        self._requests: dict[str, DeviceRequest] = {}
        # Seconds of the device and not a count of steps: a clip of many frames takes longer for
        # each.
        self._served: dict[str, float] = {}
        self._awake = False

    def add_clip(
        self, clip: str, person: str, drawing: Drawing, *, lone: bool = False, eager: bool = False
    ) -> DeviceRequest:
        """Add a clip; ``lone``: it never shares a forward pass; ``eager``: once it wants
        a patch it wants all of them, so that clips in step stay so."""
        request = DeviceRequest(clip, person, drawing, lone=lone, eager=eager)
        with self._lock:
            # Who comes back has no claim to the time in which he did not want anything.
            least = min((self._served[one.person] for one in self._requests.values()), default=0.0)
            self._served[person] = max(self._served.get(person, 0.0), least)
            self._requests[clip] = request
        return request

    def want_patch(self, request: DeviceRequest, due: float) -> None:
        """Let a clip's next patch be made; it should be there at the time ``due``."""
        with self._lock:
            request.want_patch(due)
        self._wake_device()

    def clip_standings(self) -> tuple[Standing, ...]:
        """Where the clips on the device stand."""
        now = self._clock()
        with self._lock:
            return tuple(request.standing_at(now) for request in self._requests.values())

    async def remove_clip(self, request: DeviceRequest) -> None:
        """End a clip's drawing; it makes no step after the one that is going on.

        Raises what the renderer's own clean-up raises.
        """
        with self._lock:
            request.stop_stepping()
            self._requests.pop(request.clip, None)
            if not any(one.person == request.person for one in self._requests.values()):
                self._served.pop(request.person, None)
        # Shielded: who is cancelled while he waits for it has his drawing ended all the same.
        await asyncio.shield(asyncio.wrap_future(self._device.submit(request.close_drawing)))

    def _wake_device(self) -> None:
        """See to it that the device thread looks for work."""
        with self._lock:
            if self._awake:
                return
            self._awake = True
        self._device.submit(self._make_step)

    def _make_step(self) -> None:
        """Choose and make one forward pass, or one step of a clip that asks for none."""
        with self._lock:
            steps = [
                step for request in self._requests.values() if (step := request.pending_step())
            ]
            chosen = choose_next(steps, self._served, self._clock(), self._most)
            requests = [self._requests[step.clip] for step in chosen]
            for request in requests:
                request.stepping = True
            self._awake = bool(requests)
        # Before the step: a process that dies in it leaves only what was written by then.
        self._mark_inflight([request.clip for request in requests])
        if not requests:
            return
        forwards = [request.pending_forward for request in requests if request.pending_forward]
        if forwards:
            self._make(requests, forwards)
        else:
            # Submitted again after each step and never a loop: between two steps the thread does
            # what else was asked of it (the reading of a prompt, the end of a drawing).
            self._advance(requests[0], None)
            self._device.submit(self._make_step)

    def _make(self, requests: Sequence[DeviceRequest], forwards: Sequence[Forward]) -> None:
        """Make a forward pass, then let its clips go on."""

        def made(done: Future[tuple[Sequence[Any], float]]) -> None:
            error = done.exception()
            if error is None:
                self._share(requests, *done.result())
            elif len(requests) == 1:
                requests[0].end_with(error)
            else:
                # One of them may have spoilt it for all, or there is no room for so many.
                for request, forward in zip(requests, forwards, strict=True):
                    self._make([request], [forward])
                return
            self._device.submit(self._make_step)

        together, given = forwards[0].together, [forward.given for forward in forwards]
        self._device.submit(self._timed, together, given).add_done_callback(made)

    def _share(
        self, requests: Sequence[DeviceRequest], results: Sequence[Any], took: float
    ) -> None:
        self._count_pass(len(requests), took)
        for request, result in zip(requests, results, strict=True):
            request.shared |= len(requests) > 1
            # Who shares a pass pays a part of it, so sharing is never to anybody's loss.
            self._charge(request, took / len(requests))
            self._advance(request, result)

    def _advance(self, request: DeviceRequest, answer: Any) -> None:
        def advanced(done: Future[tuple[None, float]]) -> None:
            request.stepping = False
            if (error := done.exception()) is not None:
                request.end_with(error)
            else:
                self._charge(request, done.result()[1])

        self._device.submit(self._timed, request.advance_drawing, answer).add_done_callback(
            advanced
        )

    def _timed(self, call: Callable[[Any], T], given: Any) -> tuple[T, float]:
        began = self._clock()
        return call(given), self._clock() - began

    def _charge(self, request: DeviceRequest, seconds: float) -> None:
        with self._lock:
            request.spent += seconds
            if request.person in self._served:
                self._served[request.person] += seconds


@contextmanager
def open_engine(
    *,
    count_pass: CountPass = lambda size, seconds: None,
    mark_inflight: MarkInflight = lambda clips: None,
) -> Iterator[Engine]:
    """An engine with its thread, which ends with it."""
    with ThreadPoolExecutor(1, "device") as device:
        yield Engine(device, count_pass=count_pass, mark_inflight=mark_inflight)
