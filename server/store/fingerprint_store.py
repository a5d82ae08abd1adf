"""What the store knows of how clips are recognised."""

from collections.abc import Sequence

from phosphene.store import fingerprints
from phosphene.store.fingerprints import Fingerprint
from phosphene.store.transactions import TransactionRunner


class FingerprintStore:
    """A part of the store; raises Busy when the database cannot be used."""

    def __init__(self, write: TransactionRunner, read: TransactionRunner) -> None:
        self._write = write
        self._read = read

    async def add_fingerprint(self, clip_id: str, mark: int, hashes: bytes) -> None:
        """By what a clip is recognised from now on; see ``Fingerprint``."""
        await self._write(fingerprints.add_fingerprint, clip_id, mark, hashes)

    async def list_marked(self, mark: int) -> Sequence[Fingerprint]:
        """The clips with a number in their mark: one, or by chance two."""
        return await self._read(fingerprints.list_marked, mark)

    async def list_fingerprints(self, after: str, most: int) -> Sequence[Fingerprint]:
        """Some of all, by the clips' ids, of those behind one."""
        return await self._read(fingerprints.list_fingerprints, after, most)

    async def find_clip_of_blob(self, blob: str) -> str | None:
        """The newest clip that a file belongs to."""
        return await self._read(fingerprints.find_clip_of_blob, blob)
