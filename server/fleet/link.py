"""The link to a worker of another machine: its answers come by streams, its life shows in beats."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

import msgspec

from phosphene.children.process import ProcessLost
from phosphene.fleet.blob_messages import BlobMessages, Undeliverable
from phosphene.fleet.heartbeat import Heartbeat
from phosphene.fleet.rhythm import HeartbeatRhythm
from phosphene.render import messages
from phosphene.render.dispatch.job import UNSURE

# Twice lost by one's own fault fails a clip; a bad network would have to be met eight times.
UNLUCKY: Final = 0.25
"""What clips are blamed for when the way to their worker was lost: little, but not for ever."""

Work = Callable[[], Awaitable[None]]
Spawn = Callable[[Work], "asyncio.Task[None]"]


class RemoteLink:
    """A ``Link``. ``model``: what this instance calls its model; ``wire``: what it speaks;
    ``post`` sends an order to it; ``spawn`` starts what fetches its blobs.

    ``now``: seconds that whoever listens has listened.
    """

    def __init__(
        self,
        beat: Heartbeat,
        model: str,
        wire: int,
        blobs: BlobMessages,
        post: Callable[[str, messages.Order], None],
        spawn: Spawn,
        now: float,
    ) -> None:
        self.heartbeat = beat
        self.model, self.wire = model, wire
        self.rhythm = HeartbeatRhythm(now)
        self.ended = False
        self.blame_share = UNSURE
        self._blobs = blobs
        self._post = post
        self._spawn = spawn
        self._heard: asyncio.Queue[messages.Answer | ProcessLost] = asyncio.Queue()
        self._number: int | None = None
        self._fetching: dict[str, set[asyncio.Task[None]]] = {}

    @property
    def name(self) -> str:
        return self.heartbeat.name

    @property
    def free_places(self) -> int:
        return self.heartbeat.room

    @property
    def is_draining(self) -> bool:
        return self.heartbeat.draining

    def send_order(self, order: messages.Order) -> None:
        self._post(self.heartbeat.worker, order)

    async def next_answer(self) -> messages.Answer:
        answer = await self._heard.get()
        if isinstance(answer, ProcessLost):
            raise answer
        return answer

    def suspect_clips(self) -> frozenset[str]:
        """Known of a process that ended, not of a machine that fell silent."""
        return frozenset(self.heartbeat.on_device) if self.heartbeat.gone else frozenset()

    def mark_lost(self, reason: str, doubt: float = UNSURE) -> None:
        """It is lost: ``next_answer`` says so after what was heard before."""
        self.ended, self.blame_share = True, doubt
        self._heard.put_nowait(ProcessLost(reason))

    def note_heartbeat(self, beat: Heartbeat, now: float) -> None:
        """It has beaten."""
        if beat.cost != self.heartbeat.cost:
            self._heard.put_nowait(messages.Price(beat.cost))
        self.heartbeat = beat
        self.rhythm.note_heartbeat(now)

    def receive_entry(self, fields: Mapping[bytes, bytes]) -> None:
        """The next entry of its answers. They are numbered: one that comes again is nothing new,
        and one that is missing makes what follows worthless."""
        number, expected = int(fields[b"n"]), self._number
        if self.ended or (expected is not None and number < expected):
            return
        self._number = number + 1
        # A stream that Redis trimmed or forgot has a hole that no reading shows: numbers do.
        # Pictures with a hole between them cannot be decoded.
        if expected is not None and number > expected:
            self.mark_lost(f"{number - expected} of its messages were lost", UNLUCKY)
        elif b"d" in fields:
            self._hand_on(fields)
        else:
            self._fetch_beside(fields)

    def _hand_on(self, fields: Mapping[bytes, bytes]) -> None:
        answer = self._read(fields[b"d"])
        if isinstance(answer, messages.Claimed):
            self.heartbeat = msgspec.structs.replace(self.heartbeat, room=self.heartbeat.room - 1)
        last = isinstance(answer, messages.Done | messages.Failed)
        if last and (fetching := self._fetching.get(fields[b"c"].decode())):
            self._spawn(partial(self._after, set(fetching), answer))
        elif answer is not None:
            self._heard.put_nowait(answer)

    async def _after(
        self, fetching: set["asyncio.Task[None]"], answer: messages.Answer | None
    ) -> None:
        """Nothing follows the last word of a clip, so that waits for its blobs."""
        await asyncio.wait(fetching)
        if answer is not None:
            self._heard.put_nowait(answer)

    def _fetch_beside(self, fields: Mapping[bytes, bytes]) -> None:
        """Pictures do not wait for what is large."""
        clip = fields[b"c"].decode()
        # A film takes as long as the store does, and pictures behind it are due.
        task = self._spawn(partial(self._fetch, clip, fields))
        fetching = self._fetching.setdefault(clip, set())
        fetching.add(task)
        task.add_done_callback(lambda done: self._fetched(clip, done))

    def _fetched(self, clip: str, task: "asyncio.Task[None]") -> None:
        fetching = self._fetching[clip]
        fetching.discard(task)
        if not fetching:
            del self._fetching[clip]

    async def _fetch(self, clip: str, fields: Mapping[bytes, bytes]) -> None:
        try:
            answer = self._read(await self._blobs.unpack_body(fields))
        except Undeliverable as error:
            self.send_order(messages.Cancel(clip))
            answer = messages.Failed(clip=clip, reason=f"what was drawn did not arrive: {error}")
        if answer is not None:
            self._heard.put_nowait(answer)

    def _read(self, body: bytes) -> messages.Answer | None:
        try:
            answer: messages.Answer = messages.decode_answer(body)
        except msgspec.MsgspecError as error:
            if messages.is_of_later_release(body):
                return None
            self.mark_lost(f"it said something that is no answer: {error}")
            return None
        return answer
