"""Parcels in a folder that the machines share."""

import asyncio
import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from phosphene.blobs.folder import Directory
from phosphene.errors import NotFound

FOLDER: Final = "parcels"
MARK: Final = "phosphene-store"
BATCH: Final = 256


class ParcelFolder:
    """Implements ``ParcelStore``. Raises OSError where the folder cannot be made."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._parcels = Directory(self._root / FOLDER)

    async def put_parcel(self, body: bytes) -> str:
        # A name of the kind that the directory lists, or what nobody takes would stay for good.
        name = f"{secrets.token_hex(32)}.parcel"
        await self._parcels.replace(body, name)
        return f"{FOLDER}/{name}"

    async def take_parcel(self, name: str) -> bytes:
        name = name.removeprefix(f"{FOLDER}/")
        try:
            body = await self._parcels.get(name)
        except NotFound as error:
            raise FileNotFoundError(str(error)) from None
        await self._parcels.delete(name)
        return body

    def read_mark(self) -> str:
        mark = self._root / MARK
        if not mark.exists():
            self._write_mark(mark)
        return mark.read_text()

    async def delete_older(self, than: float) -> int:
        old = [
            blob
            async for batch in self._parcels.list_batches(BATCH)
            for blob in batch
            if blob.modified < than
        ]
        for blob in old:
            # One that is written anew meanwhile stays, and after each the loop has its turn.
            await self._parcels.delete_unchanged(blob)
            await asyncio.sleep(0)
        return len(old)

    def _write_mark(self, mark: Path) -> None:
        """Of several machines that begin at once one writes it, and nobody reads half of it: a link
        fails where the name is taken, which a rename does not."""
        with NamedTemporaryFile("w", dir=self._root, prefix=".") as part:
            part.write(secrets.token_hex(8))
            part.flush()
            with suppress(FileExistsError):
                os.link(part.name, mark)
