"""What is too large for Redis: it waits in a blob store, and the message says where.

The store is a folder that the machines share, or a bucket of an S3-compatible service.
"""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from phosphene.errors import BadInput
from phosphene.settings import Settings

INLINE_LIMIT: Final = 256 * 1024
"""Messages of more bytes are blobs: latents and films, but never a picture on air."""

FOLDER: Final = "parcels"
MARK: Final = "phosphene-store"
KEPT: Final = timedelta(minutes=10)
TIMEOUT: Final = timedelta(seconds=10)


class Undeliverable(Exception):
    """The blob store does not take or give a parcel; the message says why."""


class BlobMessages:
    """Made by ``open_blob_messages``; ``where`` is for people. Each parcel is taken once."""

    def __init__(self, store: ObjectStore, where: str) -> None:
        self._store = store
        self.where = where

    async def pack_body(self, body: bytes) -> dict[str, bytes | str]:
        """Fields of a stream entry that carry ``body``. Raises Undeliverable."""
        if len(body) <= INLINE_LIMIT:
            return {"d": body}
        name = f"{FOLDER}/{secrets.token_hex(16)}"
        try:
            await obstore.put_async(self._store, name, body)
        except (BaseError, OSError) as error:
            raise Undeliverable(f"{self.where} does not take it: {_first_line(error)}") from error
        return {"p": name}

    async def unpack_body(self, fields: Mapping[bytes, bytes]) -> bytes:
        """What those fields carry; a parcel is gone then. Raises Undeliverable."""
        if b"d" in fields:
            return fields[b"d"]
        if b"p" not in fields:
            raise Undeliverable("there is nothing in the message")
        name = fields[b"p"].decode()
        try:
            body = await self._read(name)
            await obstore.delete_async(self._store, name)
        except (BaseError, OSError) as error:
            raise Undeliverable(f"{self.where} does not give it: {_first_line(error)}") from error
        return body

    async def read_mark(self) -> str:
        """A name that the store has for good: two machines with the same mark share a store.

        Raises:
            Undeliverable: it cannot be read or written.
        """
        return await asyncio.to_thread(self.read_mark_blocking)

    def read_mark_blocking(self) -> str:
        """``mark``, waiting for it."""
        mine = secrets.token_hex(8).encode()
        try:
            obstore.put(self._store, MARK, mine, mode="create")
        except AlreadyExistsError:
            pass
        except (BaseError, OSError) as error:
            raise Undeliverable(f"{self.where} does not take it: {_first_line(error)}") from error
        try:
            return bytes(obstore.get(self._store, MARK).bytes()).decode()
        except (BaseError, OSError) as error:
            raise Undeliverable(f"{self.where} does not give it: {_first_line(error)}") from error

    async def delete_old(self, now: datetime) -> int:
        """Delete parcels that nobody took in time, and say how many. Raises Undeliverable."""
        try:
            old = [
                one["path"]
                async for some in obstore.list(self._store, FOLDER)
                for one in some
                if now - one["last_modified"] > KEPT
            ]
            if old:
                await obstore.delete_async(self._store, old)
        except (BaseError, OSError) as error:
            raise Undeliverable(f"{self.where}: {_first_line(error)}") from error
        return len(old)

    async def _read(self, name: str) -> bytes:
        found = await obstore.get_async(self._store, name)
        return bytes(await found.bytes_async())


def open_blob_messages(where: str) -> BlobMessages:
    """The store at ``where``: a folder, or ``s3://BUCKET/PREFIX`` with the address and the keys of
    the service in the environment (``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID``, ...).

    Raises:
        BadInput: that is neither.
    """
    scheme, colon, _ = where.partition("://")
    try:
        if not colon:
            return BlobMessages(LocalStore(Path(where).absolute(), mkdir=True), where)
        if scheme == "s3":
            return BlobMessages(_bucket(where), where)
    except (BaseError, OSError, ValueError) as error:
        raise BadInput(f"blobs: {_first_line(error)}") from None
    raise BadInput(f"blobs: a folder or s3://BUCKET/PREFIX, not {scheme}://")


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


def now() -> datetime:
    """For ``sweep``."""
    return datetime.now(UTC)


def _bucket(url: str) -> S3Store:
    return S3Store.from_url(
        url,
        client_options={"allow_http": True, "timeout": TIMEOUT, "connect_timeout": TIMEOUT},
        retry_config={"max_retries": 3, "retry_timeout": TIMEOUT},
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
