"""Viewers of a clip that is pushed to a media server are led there, and back when it is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from phosphene.bus.counters import SharedCounters
from phosphene.bus.local_counters import LocalCounters
from phosphene.failure_boundary import task_group
from phosphene.model import Clip
from phosphene.stream.redirects import redirect_to

PLACE: Final = "{clip}"
SAID_EVERY_S: Final = 5.0
BELIEVED_S: Final = 12.0
"""So long viewers are still led there of an instance that is gone."""


class MediaServer:
    """Where a media server shows what is pushed to it: ``whep_url`` and ``hls_url`` hold ``{clip}``
    in the place of a clip's id, and are empty where it has no such address. By the ``counters`` all
    instances know which clips arrive there."""

    def __init__(
        self, whep_url: str = "", hls_url: str = "", counters: SharedCounters | None = None
    ) -> None:
        self._whep_url = whep_url
        self._hls_url = hls_url
        self._counters = counters or LocalCounters()

    @asynccontextmanager
    async def announce_push(self, clip_id: str) -> AsyncIterator[None]:
        """While a clip arrives there."""
        if not self._whep_url and not self._hls_url:
            yield
            return
        await self._say_shown(clip_id)
        async with task_group() as tasks:
            saying = tasks.create_task(self._say_often(clip_id), name=f"media server {clip_id}")
            try:
                yield
            finally:
                saying.cancel()
                await self._counters.set_share(_key(clip_id), 0, BELIEVED_S)

    async def redirect_whep(self, request: Request, clip: Clip) -> Response | None:
        """The answer to an offer that is to be made there; None: it is answered here."""
        return await self._redirect(clip.id, self._whep_url)

    async def redirect_hls(self, request: Request, clip: Clip) -> Response | None:
        """The same for who asks for a playlist."""
        return await self._redirect(clip.id, self._hls_url)

    async def _redirect(self, clip_id: str, template: str) -> Response | None:
        if not template or not await self._counters.sum_shares(_key(clip_id)):
            return None
        return redirect_to(template.replace(PLACE, quote(clip_id, safe="")))

    async def _say_often(self, clip_id: str) -> None:
        while True:
            await asyncio.sleep(SAID_EVERY_S)
            await self._say_shown(clip_id)

    async def _say_shown(self, clip_id: str) -> None:
        await self._counters.set_share(_key(clip_id), 1, BELIEVED_S)


def _key(clip_id: str) -> str:
    return f"media server:{clip_id}"
