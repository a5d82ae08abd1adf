"""What asyncio's Event and Queue do for a connection, without their deques: each of those takes 760
bytes, and there were eight of them for a connection that only listens."""

import asyncio
from typing import Any


class LightEvent:
    """An asyncio.Event that costs nothing while nobody waits."""

    __slots__ = ("_set", "_waiters")

    def __init__(self, *, is_set: bool = False) -> None:
        self._set = is_set
        self._waiters: list[asyncio.Future[None]] | None = None

    def is_set(self) -> bool:
        """Whether ``wait`` returns at once."""
        return self._set

    def set(self) -> None:
        """Let all who wait go on."""
        self._set = True
        waiters, self._waiters = self._waiters, None
        for waiter in waiters or ():
            if not waiter.done():
                waiter.set_result(None)

    def clear(self) -> None:
        """From now on ``wait`` waits."""
        self._set = False

    async def wait(self) -> None:
        """Return once it is set."""
        if self._set:
            return
        waiter = asyncio.get_running_loop().create_future()
        if self._waiters is None:
            self._waiters = []
        self._waiters.append(waiter)
        await waiter


class MessageQueue:
    """What uvicorn needs of an asyncio.Queue: unbounded, for one reader."""

    __slots__ = ("_messages", "_posted")

    def __init__(self) -> None:
        self._messages: list[Any] = []
        self._posted = LightEvent()

    def put_nowait(self, message: Any) -> None:
        """Add a message at the end."""
        self._messages.append(message)
        self._posted.set()

    def empty(self) -> bool:
        """Whether nothing is there to be taken."""
        return not self._messages

    async def get(self) -> Any:
        """Take the first message, once there is one."""
        while not self._messages:
            self._posted.clear()
            await self._posted.wait()
        return self._messages.pop(0)
