"""How many connections there may be: of one address, and before the process has no descriptor left
for its own files."""

import logging
import resource
import time
from asyncio import BaseTransport
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Final

from phosphene.cli.proxies import UNIX
from phosphene.metrics import Metrics
from phosphene.trust.rate_limits import household_of

RESERVE: Final = 24
"""Descriptors that connections leave to the database, the clips' files and the workers' pipes."""
SAY_EVERY_S: Final = 60.0

log = logging.getLogger("phosphene.connections")

Leave = Callable[[], None]


class Gate:
    """Counts what is open. ``trusted`` are proxies as ``trusted_proxies`` gives them: behind one
    address of theirs there are many people."""

    def __init__(
        self,
        per_address: int,
        trusted: Sequence[str],
        metrics: Metrics,
        descriptors: int | None = None,
    ) -> None:
        self._per_address = per_address
        self._unix = UNIX in trusted
        self._trusted = [ip_network(one) for one in trusted if one != UNIX]
        self._refused = metrics.connections_refused
        self._most = descriptors or _descriptors()
        self._open: Counter[str] = Counter()
        self._said_s = -SAY_EVERY_S

    def admit_connection(self, transport: BaseTransport) -> Leave | None:
        """A place for a connection, to be given back with the function; None: there is none."""
        # The least number that is free is given to a new descriptor (POSIX).
        number = transport.get_extra_info("socket").fileno()
        if number >= self._most - RESERVE:
            self._say_full(number)
            self._refused.labels("descriptors").inc()
            return None
        # One address took 200 of 200 sockets before there was a gate; a proxy's own address is no
        # household, so its visitors are counted by what it tells of them.
        if self.is_from_proxy(transport):
            return lambda: None
        household = household_of(_host(transport))
        if self._open[household] >= self._per_address:
            self._refused.labels("address").inc()
            return None
        self._open[household] += 1
        return partial(self._leave, household)

    def is_from_proxy(self, transport: BaseTransport) -> bool:
        """Whether it is a proxy that is trusted."""
        host = _host(transport)
        if host == UNIX:
            return self._unix
        address = ip_address(host.partition("%")[0])
        return any(address in network for network in self._trusted)

    def _leave(self, household: str) -> None:
        self._open[household] -= 1
        if not self._open[household]:
            del self._open[household]

    def _say_full(self, number: int) -> None:
        now_s = time.monotonic()
        if now_s - self._said_s >= SAY_EVERY_S:
            # At the limit nothing was said before, and files failed to open in turn: a line a
            # minute names the limit to raise.
            self._said_s = now_s
            log.error(
                "connections are refused: descriptor %d of %d (ulimit -n) is in use, and the last"
                " %d are kept for files",
                number,
                self._most,
                RESERVE,
            )


def _host(transport: BaseTransport) -> str:
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) else UNIX


def _descriptors() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2**31 if soft == resource.RLIM_INFINITY else soft
