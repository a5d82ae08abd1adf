"""What the store knows of blobs that are to move, or to go."""

from collections.abc import Sequence

from phosphene.store import blob_moves
from phosphene.store.blob_moves import BlobMove
from phosphene.store.transactions import TransactionRunner


class BlobMoveStore:
    """A part of the store; raises Busy when the database cannot be used."""

    def __init__(self, write: TransactionRunner, read: TransactionRunner) -> None:
        self._write = write
        self._read = read

    async def list_moves(self, most: int, after: str = "") -> Sequence[BlobMove]:
        """Some of what is to be done, by name, of those behind a name."""
        return await self._read(blob_moves.list_moves, most, after)

    async def finish_moves(self, done: Sequence[BlobMove]) -> None:
        """These are where they belong, but for those that were noted once more meanwhile."""
        await self._write(blob_moves.finish_moves, tuple(done))
