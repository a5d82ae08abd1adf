"""Whether the instance lives, and whether a clip could be drawn and kept now."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct, field
from starlette.requests import Request
from starlette.responses import Response

from phosphene.disk_usage import Usage
from phosphene.errors import Busy
from phosphene.lifecycle import Lifecycle
from phosphene.operation import Operation
from phosphene.store.store import Store
from phosphene.web import answer, read_query

# Bytes: the files of a few of the longest clips, of about 6 MB each.
LEAST_FREE: Final = 32 << 20


class Purpose(Struct, frozen=True):
    """``for``: what the instance is wanted for; watching without regard to workers and to room on
    the disk."""

    purpose: Literal["drawing", "watching"] = field(name="for", default="drawing")


class Health(Struct, frozen=True):
    """``ok``, and what is not: in one word each, and for people."""

    ok: bool
    waiting_for: tuple[str, ...] = ()
    reason: str = ""


class HealthChecks:
    """``no_worker`` says why no clip can be drawn here now; empty when one can. ``data`` is the
    folder of the database, ``usage`` what is kept, ``blobs_trouble`` says why no film can be kept
    now."""

    def __init__(
        self,
        lifecycle: Lifecycle,
        store: Store,
        no_worker: Callable[[], str],
        usage: Usage,
        data: Path,
        blobs_trouble: Callable[[], Awaitable[str]],
    ) -> None:
        self._lifecycle = lifecycle
        self._store = store
        self._no_worker = no_worker
        self._usage = usage
        self._data = data
        self._blobs_trouble = blobs_trouble

    async def is_healthy(self, request: Request) -> Response:
        wrong = {}
        if not self._lifecycle.serving:
            wrong["server"] = "it has failed and ends"
        # Only what a new start would mend: a full disk or a worker that loads would have a
        # supervisor end a process that serves viewers.
        if not self._store.is_alive:
            wrong["database"] = "nothing writes to the database any more"
        return _health(wrong)

    async def is_ready(self, request: Request) -> Response:
        wrong = {"stopping": "the server is stopping"} if self._lifecycle.stopping else {}
        if read_query(request, Purpose).purpose == "watching":
            wrong |= await self._missing_for_watching()
        else:
            wrong |= await self._missing_for_drawing()
        return _health(wrong)

    async def _missing_for_watching(self) -> dict[str, str]:
        try:
            await self._store.last_event_id()
        except Busy as error:
            return {"database": str(error)}
        return {}

    async def _missing_for_drawing(self) -> dict[str, str]:
        wrong = {}
        if not await self._store.is_ready():
            wrong["database"] = "the database cannot be written"
        if reason := self._no_worker():
            wrong["worker"] = reason
        # A thread: statvfs of a disk that is away waits as long as the kernel does.
        free = await asyncio.to_thread(free_bytes, self._data)
        if free < LEAST_FREE:
            wrong["disk"] = f"only {free >> 20} MiB are left for files"
        elif self._usage.is_full:
            wrong["disk"] = "the data folder is as full as it may be"
        if reason := await self._blobs_trouble():
            wrong["films"] = reason
        return wrong

    def operations(self) -> list[Operation]:
        """What the document names of these."""
        return [
            Operation(
                method="GET",
                path="/healthz",
                summary="Alive: when it is not, start it again",
                endpoint=self.is_healthy,
                answer=Health,
                told=(503,),
            ),
            Operation(
                method="GET",
                path="/readyz",
                summary="Whether a clip could be drawn and kept now, or watched",
                endpoint=self.is_ready,
                answer=Health,
                query=Purpose,
                told=(503,),
                errors=(400,),
            ),
        ]


def free_bytes(folder: Path) -> int:
    """What this process may still write to the disk of a folder; 0 when it cannot be looked at."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def _health(wrong: dict[str, str]) -> Response:
    status = 503 if wrong else 200
    found = Health(not wrong, tuple(wrong), "; ".join(wrong.values()))
    return answer(found, status, headers={"Cache-Control": "no-store"})
