"""``phosphene serve``: one instance with its workers."""

import argparse
import asyncio
import gc
import os
import resource
import socket
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette

from phosphene.app import create_app
from phosphene.cli.connection_limits import Gate
from phosphene.cli.http_timeouts import PatientProtocol
from phosphene.cli.listening import listen
from phosphene.cli.options import add_settings, settings_of
from phosphene.cli.proxies import TrustedProxies, trusted_proxies
from phosphene.lifecycle import Lifecycle, without_traceback
from phosphene.logs import set_up
from phosphene.metrics import Metrics
from phosphene.settings import Settings
from phosphene.social.fanout import FanoutProtocol

TICK_S = 1.0
# Exit status of an application that failed by itself: EX_SOFTWARE of sysexits.h.
FAILED = 70
# So long after its failure the process ends, whatever does not close.
CLOSING_S = 15.0


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("serve", help="start the server")
    add_settings(parser, *Settings.__struct_fields__)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    settings = settings_of(options)
    set_up(settings.log_level)
    if settings.likeness_portraits:
        # While a clip waits its portraits are open in this process: no core dump is to hold one.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    listener = listen(settings)
    return serve(create_app(settings), listener, settings)


def serve(app: Starlette, listener: socket.socket, settings: Settings) -> int:
    """Serve until a signal comes, or until the application fails: then the exit status is
    ``FAILED``, so that a supervisor starts the process again."""
    proxies, metrics = trusted_proxies(settings.trusted_proxies), app.state.metrics
    gate = Gate(settings.connections_per_address, proxies, metrics)
    config = uvicorn.Config(
        without_traceback(TrustedProxies(app, proxies)),
        http=partial(PatientProtocol, gate=gate),  # type: ignore[arg-type]
        ws=FanoutProtocol,
        log_config=None,
        access_log=False,
        # By our own middleware instead: uvicorn's knows no networks as dual-stack sockets write
        # them, and no sockets in the file system.
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        # A net below the Gate and the number of sockets, both of which say why they refuse; this
        # one only answers 503.
        limit_concurrency=settings.sockets + 1000,
    )
    lifecycle: Lifecycle = app.state.lifecycle
    # What was imported and made stays: looking through it for garbage held the loop for 63 ms, and
    # the next picture is due in 42.
    gc.freeze()
    Server(config, lifecycle, metrics).run(sockets=[listener])
    return FAILED if lifecycle.failed else 0


class Server(uvicorn.Server):
    """Ends when its application has failed, and takes new connections until the clips on air are
    done. A second signal does not wait for them.

    uvicorn looks ten times a second whether it is to end; this one is told: what is left is the
    date of its answers, once a second.
    """

    def __init__(self, config: uvicorn.Config, lifecycle: Lifecycle, metrics: Metrics) -> None:
        super().__init__(config)
        self._lifecycle = lifecycle
        self._metrics = metrics
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hurried = False
        self._patience: asyncio.Timeout | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lifecycle.at_failure(self._give_up)
        while not await self.on_tick(0):
            due_s = self._loop.time() + TICK_S
            try:
                async with asyncio.timeout_at(due_s):
                    await self._ending.wait()
            except TimeoutError:
                self._metrics.loop_lag.observe(self._loop.time() - due_s)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        again = self.should_exit
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._hurry if again else self._ending.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._lifecycle.begin_stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(0 if self._hurried else None) as self._patience:
                # Before the port closes: who watches a clip to its end may still have to connect
                # anew.
                await self._lifecycle.finish_work()
        self._patience = None
        await super().shutdown(sockets)

    def _hurry(self) -> None:
        self._hurried = True
        if self._patience is not None:
            self._patience.reschedule(0.0)

    def _give_up(self) -> None:
        """The application has failed; what is still open of it is closed now, if it can be."""
        self.should_exit = True
        self._ending.set()
        # A room that cannot be closed would keep the process, and a supervisor starts only what has
        # ended.
        asyncio.get_running_loop().call_later(CLOSING_S, os._exit, FAILED)
