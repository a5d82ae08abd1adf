"""Tells browsers without an open page what is new in their person's inbox, while ``run`` runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, Protocol

from phosphene.due_work import DueWork
from phosphene.failure_boundary import hold
from phosphene.people.push_client import PushMessage, PushResult
from phosphene.people.push_message import compose_message
from phosphene.people.quiet_hours import quiet_until
from phosphene.store.push_store import PushStore
from phosphene.store.pushes import DuePush, PushSubscription
from phosphene.trust.origins import origin_of
from phosphene.trust.web_push import Keys

# What comes within it is told as one, and a like that is taken back at once is not told.
GRACE_S: Final = 2.0
AT_ONCE: Final = 32
BACK_OFF_S: Final = (30.0, 6 * 3600.0)

log = logging.getLogger("phosphene.push")


class SendPush(Protocol):
    """Hands a message to an endpoint; never raises what the network does."""

    def __call__(
        self, endpoint: str, keys: Keys, message: PushMessage
    ) -> Awaitable[PushResult]: ...


class Pusher:
    """``is_here``: whether a person has a page before them on any instance; ``count_outcome`` is
    told each outcome; ``clock`` gives seconds since the epoch; ``base_url``: the site's, or empty;
    ``wake`` is set when this instance has told somebody something."""

    def __init__(
        self,
        pushes: PushStore,
        send: SendPush,
        is_here: Callable[[str], Awaitable[bool]],
        count_outcome: Callable[[str], None],
        clock: Callable[[], float],
        base_url: str,
        wake: asyncio.Event,
        grace_s: float = GRACE_S,
    ) -> None:
        self._pushes = pushes
        self._send = send
        self._is_here = is_here
        self._count_outcome = count_outcome
        self._clock = clock
        self._base_url = base_url
        self._wake = wake
        self._work = DueWork(pushes.next_due, self._take_due, clock, wake, grace_s)
        self._free = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Tell whoever is to be told, for ever."""
        await self._work.run()

    async def start_due(self, tasks: asyncio.TaskGroup) -> None:
        """Begin with each that is due now, as places become free."""
        await self._work.start_due(tasks)

    async def _take_due(self, tasks: asyncio.TaskGroup) -> None:
        for due in await self._pushes.take_due(AT_ONCE):
            await self._free.acquire()
            # Each in a boundary of its own: one endpoint that fails, or is slow, is no other's.
            tasks.create_task(hold("push", partial(self._tell, due)))

    async def _tell(self, due: DuePush) -> None:
        try:
            await self._decide(due)
        finally:
            self._free.release()

    async def _decide(self, due: DuePush) -> None:
        one, now = due.subscription, self._clock()
        ends = quiet_until(due.quiet, now)
        if ends is not None:
            await self._pushes.postpone_push(one, ends)
        elif not due.notices or await self._is_here(one.person):
            # Whoever has a page before them saw it there; what was read meanwhile needs no push.
            await self._settle(one, now)
        else:
            await self._push(due, now)

    async def _push(self, due: DuePush, now: float) -> None:
        one = due.subscription
        message = compose_message(due.notices, due.unread, self._base_url, one.language)
        done = await self._send(one.endpoint, Keys(one.p256dh, one.auth), message)
        self._count_outcome(done.outcome)
        if done.outcome == "sent":
            await self._settle(one, due.notices[0].at)
        elif done.outcome == "gone":
            await self._pushes.unsubscribe_browser(one.person, one.id)
        else:
            # The origin only: whoever has the rest of the endpoint can send there.
            log.warning("a push to %s failed: %s", origin_of(one.endpoint), done.why)
            until = now + max(done.retry_s, back_off_s(one.failures))
            await self._pushes.postpone_push(one, until, failed=True)

    async def _settle(self, one: PushSubscription, until: float) -> None:
        if await self._pushes.settle_push(one, until):
            self._wake.set()


def back_off_s(failures: int) -> float:
    """How long to leave an endpoint alone that failed so often in a row before this time."""
    first_s, most_s = BACK_OFF_S
    return min(most_s, first_s * 2.0 ** min(failures, 30))
