"""How long a request holds the event loop, which everybody else waits for."""

import time
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

# At 24 pictures a second the next is due in 42 ms: a comment of 16 kB of piled marks held the loop
# for 92, and five guests who sent such made /healthz take 646 ms.
SLOW_S: Final = 0.005
"""What one request may take of the loop's thread at once."""
BACKGROUND: Final = "none"

See = Callable[[str, float], None]
"""Is told a route and the CPU seconds of one step."""


class LoopTime:
    """Pure ASGI middleware: tells ``see`` of each step of a request, from one await to the next,
    that took ``slow_s`` or more of its thread's CPU time. Wall time would count what other
    processes of the machine do."""

    def __init__(self, app: ASGIApp, see: See, slow_s: float = SLOW_S) -> None:
        self._app = app
        self._see = see
        self._slow_s = slow_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        def stepped(seconds: float) -> None:
            if seconds >= self._slow_s:
                self._see(getattr(scope.get("route"), "path", BACKGROUND), seconds)

        request = self._app(scope, receive, send)
        assert isinstance(request, Coroutine)
        await (_Steps(request, stepped) if scope["type"] != "lifespan" else request)


class _Steps(Generator[Any, Any, Any]):
    """A coroutine, each of whose steps is timed."""

    def __init__(self, work: Coroutine[Any, Any, Any], stepped: Callable[[float], None]) -> None:
        self._work = work
        self._stepped = stepped

    def __await__(self) -> Generator[Any, Any, Any]:
        return self

    def send(self, value: Any) -> Any:
        began = time.thread_time()
        try:
            return self._work.send(value)
        finally:
            self._stepped(time.thread_time() - began)

    def throw(self, *error: Any) -> Any:
        began = time.thread_time()
        try:
            return self._work.throw(*error)
        finally:
            self._stepped(time.thread_time() - began)

    def close(self) -> None:
        self._work.close()
