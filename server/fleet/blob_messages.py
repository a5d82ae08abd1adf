"""What is too large for Redis: it waits in a blob store, and the message says where.

The store is a folder that the machines share, or a bucket of an S3-compatible service.
"""

import asyncio
import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from time import time
from typing import Final, Protocol

from phosphene.errors import BadInput
from phosphene.fleet.parcel_folder import ParcelFolder
from phosphene.settings import Settings

# Redis holds streams in memory and sends them through one thread: a film of megabytes would hold up
# the pictures of everybody.
INLINE_LIMIT: Final = 256 * 1024
"""Messages of more bytes are blobs: latents and films, but never a picture on air."""

FOLDER: Final = "parcels"
# Longer than any clip is on its way: what is older has lost its receiver.
KEPT_S: Final = 600.0


class Undeliverable(Exception):
    """The blob store does not take or give a parcel; the message says why."""


class ParcelStore(Protocol):
    """Every method raises OSError when the store does not do it."""

    async def put_parcel(self, body: bytes) -> str:
        """Keep a parcel and return its name."""
        ...

    async def take_parcel(self, name: str) -> bytes:
        """A parcel, which is gone then."""
        ...

    def read_mark(self) -> str:
        """What tells this store from others; it is made where there is none. Waits."""
        ...

    async def delete_older(self, than: float) -> int:
        """Delete parcels from before a time, in seconds since the Unix epoch, and say how many."""
        ...


class BlobMessages:
    """Made by ``open_blob_messages``; ``where`` is for people. Each parcel is taken once."""

    def __init__(self, store: ParcelStore, where: str) -> None:
        self._store = store
        self.where = where

    async def pack_body(self, body: bytes) -> dict[str, bytes | str]:
        """Fields of a stream entry that carry ``body``. Raises Undeliverable."""
        if len(body) <= INLINE_LIMIT:
            return {"d": body}
        try:
            return {"p": await self._store.put_parcel(body)}
        except OSError as error:
            raise Undeliverable(f"{self.where} does not take it: {error}") from error

    async def unpack_body(self, fields: Mapping[bytes, bytes]) -> bytes:
        """What those fields carry; a parcel is gone then. Raises Undeliverable."""
        if b"d" in fields:
            return fields[b"d"]
        if b"p" not in fields:
            raise Undeliverable("there is nothing in the message")
        try:
            return await self._store.take_parcel(fields[b"p"].decode())
        except (BadInput, OSError, UnicodeDecodeError) as error:
            raise Undeliverable(f"{self.where} does not give it: {error}") from error

    async def read_mark(self) -> str:
        """A name that the store has for good: two machines with the same mark share a store.

        Raises:
            Undeliverable: it cannot be read or written.
        """
        return await asyncio.to_thread(self.read_mark_blocking)

    def read_mark_blocking(self) -> str:
        """``read_mark``, waiting for it."""
        try:
            return self._store.read_mark()
        except OSError as error:
            raise Undeliverable(f"{self.where} does not take or give it: {error}") from error

    async def delete_old(self, now: float) -> int:
        """Delete parcels that nobody took in time, and say how many. Raises Undeliverable."""
        try:
            return await self._store.delete_older(now - KEPT_S)
        except OSError as error:
            raise Undeliverable(f"{self.where}: {error}") from error


def open_blob_messages(where: str) -> BlobMessages:
    """The store at ``where``: a folder, or ``s3://BUCKET/PREFIX`` with the address and the keys of
    the service in the environment (``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID``, ...).

    Raises:
        BadInput: that is neither, or the packages for it are not installed.
    """
    scheme, colon, _ = where.partition("://")
    if colon and scheme != "s3":
        raise BadInput(f"blobs: a folder or s3://BUCKET/PREFIX, not {scheme}://")
    try:
        return BlobMessages(_bucket(where) if colon else ParcelFolder(Path(where)), where)
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


def _bucket(url: str) -> ParcelStore:
    # By name: an instance whose machines share a folder, or that is alone, needs no S3 client.
    if importlib.util.find_spec("obstore") is None:
        raise BadInput(f"blobs: {url} needs obstore: pip install 'phosphene[s3]'")
    module = importlib.import_module("phosphene.fleet.parcel_bucket")
    store: ParcelStore = module.ParcelBucket(url)
    return store
