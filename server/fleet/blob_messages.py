"""What is too large for Redis: it waits in a blob store, and the message says where.

The store is a folder that the machines share, or a bucket of an S3-compatible service.
"""

import asyncio
import secrets
from collections.abc import Mapping
from pathlib import Path
from time import time
from typing import Final

from phosphene.blobs.blobs import Blobs, BlobsAway
from phosphene.blobs.opening import open_blobs
from phosphene.errors import BadInput, NotFound
from phosphene.settings import Settings

# Redis holds streams in memory and sends them through one thread: a film of megabytes would hold up
# the pictures of everybody.
INLINE_LIMIT: Final = 256 * 1024
"""Messages of more bytes are blobs: latents and films, but never a picture on air."""

FOLDER: Final = "parcels"
# Longer than any clip is on its way: what is older has lost its receiver.
KEPT_S: Final = 600.0
BATCH: Final = 256


class Undeliverable(Exception):
    """The blob store does not take or give a parcel; the message says why."""


class BlobMessages:
    """Made by ``open_blob_messages``; ``where`` is for people. Each parcel is taken once."""

    def __init__(self, parcels: Blobs, where: str) -> None:
        self._parcels = parcels
        self.where = where

    async def pack_body(self, body: bytes) -> dict[str, bytes | str]:
        """Fields of a stream entry that carry ``body``. Raises Undeliverable."""
        if len(body) <= INLINE_LIMIT:
            return {"d": body}
        # A name of the kind that is listed, or what nobody takes would stay for good.
        name = f"{secrets.token_hex(32)}.parcel"
        try:
            await self._parcels.replace_blob(body, name)
        except (BlobsAway, OSError) as error:
            raise Undeliverable(f"{self.where} does not take it: {_said(error)}") from error
        return {"p": name}

    async def unpack_body(self, fields: Mapping[bytes, bytes]) -> bytes:
        """What those fields carry; a parcel is gone then. Raises Undeliverable."""
        if b"d" in fields:
            return fields[b"d"]
        if b"p" not in fields:
            raise Undeliverable("there is nothing in the message")
        try:
            name = fields[b"p"].decode()
            body = await self._parcels.get(name)
            await self._parcels.delete_blob(name)
        except (BlobsAway, BadInput, NotFound, OSError, UnicodeDecodeError) as error:
            raise Undeliverable(f"{self.where} does not give it: {_said(error)}") from error
        return body

    async def read_mark(self) -> str:
        """A name that the store has for good: two machines with the same mark share a store.

        Raises:
            Undeliverable: it cannot be read or written.
        """
        return await asyncio.to_thread(self.read_mark_blocking)

    def read_mark_blocking(self) -> str:
        """``read_mark``, waiting for it."""
        try:
            return self._parcels.read_mark()
        except (BlobsAway, OSError) as error:
            raise Undeliverable(f"{self.where} does not take or give it: {_said(error)}") from error

    async def delete_old(self, now: float) -> int:
        """Delete parcels that nobody took in time, and say how many. Raises Undeliverable."""
        deleted = 0
        try:
            async for some in self._parcels.list_batches(BATCH):
                for blob in some:
                    if blob.modified < now - KEPT_S:
                        await self._parcels.delete_unchanged(blob)
                        deleted += 1
        except (BlobsAway, OSError) as error:
            raise Undeliverable(f"{self.where}: {_said(error)}") from error
        return deleted


def open_blob_messages(where: str) -> BlobMessages:
    """The store at ``where``: a folder, or ``s3://BUCKET/PREFIX`` with the address and the keys of
    the service in the environment (``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID``, ...).

    Raises:
        BadInput: that is neither, or the packages for it are not installed.
    """
    try:
        return BlobMessages(open_blobs(where, FOLDER), where)
    except OSError as error:
        raise BadInput(f"blobs: {error}") from None


def check_store(where: str) -> None:
    """Whether a blob store can be used, before anything is opened.

    Raises:
        BadInput: why not.
    """
    try:
        # Not by an event loop: the library's own thread may outlive it, and the interpreter that
        # ends right after a refusal would abort.
        open_blob_messages(where).read_mark_blocking()
    except Undeliverable as error:
        raise BadInput(f"blobs: {error}") from None


def store_of(settings: Settings) -> str:
    """Where the parcels of an instance or a worker are."""
    return settings.blobs or str(Path(settings.data) / FOLDER)


def now() -> float:
    """For ``delete_old``: seconds since the Unix epoch, as the stores count."""
    return time()


def _said(error: Exception) -> str:
    return error.why if isinstance(error, BlobsAway) else str(error)
