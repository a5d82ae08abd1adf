"""uvicorn's HTTP with an end to its patience: for heads that do not come, for readers that do not
read, and for addresses that hold too many connections.

Relies on parts of uvicorn that it does not promise; tests hold them.
"""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from phosphene.cli.connection_limits import Gate, Leave
from phosphene.social.fanout import FanoutProtocol

HEAD_S: Final = 10.0
"""For a whole request head, and for the rest of a body that nobody reads any more."""
READ_S: Final = 30.0
"""In which a reader must take something of what waits for it."""
# nginx keeps one for 60 s, Envoy for an hour unless told. Whoever sends a request at the moment at
# which we close is answered with a reset: beside other work one in 7,880 tests was, after the five
# seconds that everybody else has.
PROXY_IDLE_S: Final = 75
"""For so long a connection of a proxy is kept between two requests."""


class PatientProtocol(H11Protocol):
    """One connection. It is given to a WebSocket with its place when it becomes one."""

    def __init__(self, *arguments: Any, gate: Gate, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._gate = gate
        self._leave: Leave | None = None
        self._head: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Here, before a byte is read: whoever is over the number costs an accept and no parser.
        self._leave = self._gate.admit_connection(transport)
        if self._leave is None:
            transport.abort()
            return
        if self._gate.is_from_proxy(transport):
            self.timeout_keep_alive = PROXY_IDLE_S
        self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.get_protocol() is not self:
            return  # it is a WebSocket from now on, which has a heartbeat of its own
        if self.cycle is None or self.cycle.response_complete:
            self._await_head()
        else:
            self._stop_head()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        super().handle_websocket_upgrade(event)
        self._stop_head()
        protocol = self.transport.get_protocol()
        if isinstance(protocol, FanoutProtocol) and self._leave is not None:
            protocol.call_when_lost(self._leave)
            self._leave = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_watching()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        # What is left in the buffer would keep a connection whose peer does not read.
        self._watch_reader()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head()
        self._stop_watching()
        if self._leave is not None:
            self._leave()
            self._leave = None
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self._head is None and not self.transport.is_closing():
            # uvicorn waits for ever for the end of a head: 230 unfinished ones filled a process of
            # 256 descriptors for longer than 75 s. Not started anew by each byte, or one byte in
            # nine seconds would hold a place.
            self._head = self.loop.call_later(HEAD_S, self.transport.abort)

    def _stop_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _watch_reader(self) -> None:
        if self._stall is None:
            left = self.transport.get_write_buffer_size()
            self._stall = self.loop.call_later(READ_S, self._look_at_reader, left)

    def _look_at_reader(self, before: int) -> None:
        self._stall = None
        # 200 readers that read nothing were kept for as long as they liked, with what waited for
        # each. Any progress counts, so that a weak line that takes a film slowly is left alone.
        if self.transport.get_write_buffer_size() >= before:
            self.transport.abort()
        else:
            self._watch_reader()

    def _stop_watching(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
