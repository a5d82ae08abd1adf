"""``phosphene serve``: one instance with its workers."""

import argparse
import asyncio
import socket
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import uvicorn

from server.app import create_app
from server.cli.options import add_settings, settings_of
from server.errors import BadInput
from server.logs import set_up
from server.metrics import Metrics
from server.settings import Settings
from server.social.fanout import FanoutProtocol

BACKLOG = 2048
TICK_S = 1.0


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("serve", help="start the server")
    add_settings(parser, *Settings.__struct_fields__)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    settings = settings_of(options)
    set_up(settings.log_level)
    listener = _listen(settings)
    host, port = listener.getsockname()[:2]
    print(f"Phosphene is on http://{host}:{port}  (Ctrl+C stops it)", file=sys.stderr, flush=True)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        ws=FanoutProtocol,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        limit_concurrency=settings.sockets + 1000,
    )
    Server(config, app.state.leaving, app.state.metrics).run(sockets=[listener])
    return 0


class Server(uvicorn.Server):
    """Says that it stops before it waits for requests that go on. uvicorn looks ten times a second
    whether it is to end; this one is told: what is left is the date of its answers, once a second.
    """

    def __init__(
        self, config: uvicorn.Config, leaving: Sequence[Callable[[], None]], metrics: Metrics
    ) -> None:
        super().__init__(config)
        self._leaving = leaving
        self._metrics = metrics
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            due_s = self._loop.time() + TICK_S
            try:
                async with asyncio.timeout_at(due_s):
                    await self._ending.wait()
            except TimeoutError:
                self._metrics.loop_lag.observe(self._loop.time() - due_s)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ending.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for leave in self._leaving:
            leave()
        await super().shutdown(sockets)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        # From now on a browser that is early waits instead of being refused.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        where = f"{settings.host}:{settings.port}"
        raise BadInput(f"cannot listen on {where}: {error.strerror}; try --port") from None
    return listener
