"""Files that are being sent: they end when nobody may see their clip any more."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class FileTransfers:
    """Those of this instance, by clip."""

    def __init__(self) -> None:
        self._ended: dict[str, set[asyncio.Event]] = {}

    @contextmanager
    def sending(self, clip_id: str) -> Iterator[asyncio.Event]:
        """Inside the block a file of the clip is sent; the event is set when it is to end."""
        ended = asyncio.Event()
        others = self._ended.setdefault(clip_id, set())
        others.add(ended)
        try:
            yield ended
        finally:
            others.discard(ended)
            if not others:
                self._ended.pop(clip_id, None)

    def end_clip(self, clip_id: str) -> None:
        """Nobody is sent more of its files."""
        for ended in self._ended.get(clip_id, ()):
            ended.set()
