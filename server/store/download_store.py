"""What the store keeps of what people download."""

from collections.abc import Sequence

from phosphene.model import Clip
from phosphene.store import downloads
from phosphene.store.transactions import TransactionRunner


class DownloadStore:
    """A part of the store; raises Busy when the database cannot be used."""

    def __init__(self, write: TransactionRunner) -> None:
        self._write = write

    async def keep_download(self, made_of: Clip, blob: str) -> Sequence[str]:
        """A blob is what one downloads of a clip from now on, if it was made of the film that the
        clip still has, and no other is there; gives what nobody needs."""
        return await self._write(downloads.keep_download, made_of, blob)
