"""The life of an instance: it opens, serves, is told to stop, or fails, and then its process ends.

An ASGI server goes on serving when the lifespan of its application has failed (uvicorn#2308). Here
that is said to whoever runs the server, so that the process ends and a supervisor starts it again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("phosphene")


class Lifecycle:
    """What is known of the life of an instance. All of it is used from one event loop.

    ``serving``: everything is open. ``stopping``: a stop was asked for; new work is refused.
    ``failed``: what runs beside the requests has fallen, and with it all rooms.
    """

    def __init__(self) -> None:
        self.serving = False
        self.stopping = False
        self.failed = False
        self._on_failure: list[Callable[[], None]] = []
        self._on_stop: list[Callable[[], None]] = []
        self._works: list[Callable[[], Awaitable[object]]] = []

    def at_stop(self, tell: Callable[[], None], finish: Callable[[], Awaitable[object]]) -> None:
        """From the beginning of a stop ``tell`` has been called; before the port closes it is
        waited for ``finish``."""
        self._on_stop.append(tell)
        self._works.append(finish)

    def at_failure(self, tell: Callable[[], None]) -> None:
        """``tell`` is called when the instance has failed, at once when it has already."""
        if self.failed:
            tell()
        else:
            self._on_failure.append(tell)

    def begin_stop(self) -> None:
        """Refuse new work and send viewers away."""
        self.stopping = True
        for tell in self._on_stop:
            tell()

    async def finish_work(self) -> None:
        """Wait for what goes on; at once when there is nothing left that could."""
        if not self.failed:
            await asyncio.gather(*(finish() for finish in self._works))

    @asynccontextmanager
    async def report_failure(self) -> AsyncIterator[None]:
        """Around all that is opened: a failure is said in one line of the log. After the start it
        goes no further; before it is raised."""
        try:
            yield
        except BaseException as error:
            if not self.failed:
                log.critical("the server cannot start: %s", _first(error))
                raise
            log.critical("the server cannot go on and ends: %s", _first(error), exc_info=error)

    @contextmanager
    def while_serving(self) -> Iterator[None]:
        """Within, everything is open. Nobody but a fallen task cancels the block."""
        self.serving = True
        try:
            yield
        except BaseException:
            self.failed = True
            # uvicorn serves on when the lifespan has fallen, for ever answering 503 with a health
            # check that is well: three different faults of one day ended like that.
            for tell in self._on_failure:
                tell()
            raise
        finally:
            self.serving = False


def without_traceback(app: ASGIApp) -> ASGIApp:
    """The application, of whose failure at the start no traceback is logged by its server: it has
    said what it is in one line."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def say(message: Message) -> None:
            failed = message["type"] == "lifespan.startup.failed"
            await send({**message, "message": ""} if failed else message)

        await app(scope, receive, say if scope["type"] == "lifespan" else send)

    return wrapped


def _first(error: BaseException) -> str:
    """The error at the bottom of groups of them."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"
