"""Blobs in a bucket of an S3-compatible service; needs the extra ``phosphene[s3]``.

A file that viewers are sent lies below the name of its audience, as ``public/HASH.mp4``, and moves
when that changes: an address that was given before leads nowhere then, and a CDN that may read
``public/`` alone never finds a private film. Everything else lies beside those folders.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Final, Literal
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from phosphene.blobs.blobs import (
    AUDIENCES,
    COPYING,
    MARK,
    Address,
    Audience,
    Blob,
    BlobsAway,
    StoredBytes,
    is_served,
)
from phosphene.blobs.folder import OURS, check_name
from phosphene.errors import NotFound

TIMEOUT: Final = timedelta(seconds=10)
LIVES: Final = timedelta(seconds=60)
"""So long an address opens a file to whoever has it."""
TYPES: Final = {"mp4": "video/mp4", "jpg": "image/jpeg", "webp": "image/webp"}
# The same for all audiences: a move keeps what was said of a file, and a CDN keeps none that says
# that it is private.
CACHED: Final = "public, max-age=60"
AT_ONCE: Final = 16
PAGE: Final = 1000
"""Files that the service lists, or deletes, in one answer."""
PROBE_S: Final = 2.0

log = logging.getLogger("phosphene.blobs")


class Bucket:
    """Implements ``Blobs`` at ``s3://BUCKET/PREFIX``, with the address and the keys of the service
    in the environment (``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID``, ...). ``films_url``: where a
    CDN serves ``public/``; ``bucket_url``: where viewers reach the service, if elsewhere. Raises
    BlobsAway where the address cannot be one."""

    def __init__(self, url: str, films_url: str = "", bucket_url: str = "") -> None:
        self.where = url
        self._films_url = films_url.rstrip("/")
        self._trouble = ""
        with _os_errors():
            self._store = open_store(url)
            self._signing = open_store(url, bucket_url) if bucket_url else self._store
            self.origins = tuple(dict.fromkeys(self._list_origins()))

    async def put(
        self,
        data: bytes,
        suffix: str,
        audience: Audience = "private",
        *,
        attachment: bool = False,
    ) -> str:
        name = hashlib.sha256(data).hexdigest() + suffix
        await self._put(self._key(name, audience), data, attachment=attachment)
        return name

    async def replace_blob(self, data: bytes, name: str) -> None:
        await self._put(check_name(name), data)

    async def get(self, name: str) -> bytes:
        with self._asking():
            # Twice: one that moves to where was looked already is found the second time.
            for key in 2 * self._keys(name):
                with suppress(FileNotFoundError):
                    found = await obstore.get_async(self._store, key)
                    return bytes(await found.bytes_async())
        raise NotFound(f"no file {name}")

    async def locate_blob(self, name: str, audience: Audience, method: str = "GET") -> Address:
        """One that is not public is looked for: another clip with the same file may be public, and
        then it lies there."""
        key = self._key(name, audience)
        if audience != "public":
            key = await self._find(name, audience)
        elif self._films_url:
            return Address(f"{self._films_url}/{name}", shared=True)
        # A signature is of its method.
        sign: Literal["GET", "HEAD"] = "HEAD" if method == "HEAD" else "GET"
        with self._asking():
            return Address(await obstore.sign_async(self._signing, sign, key, LIVES))

    async def delete_blob(self, name: str) -> None:
        await self.delete_all([name])

    async def delete_all(self, names: Iterable[str]) -> None:
        await self._delete([key for name in names for key in self._keys(name)])

    async def list_batches(self, size: int) -> AsyncIterator[Sequence[Blob]]:
        with self._asking():
            async for some in obstore.list(self._store, chunk_size=size):
                placed = [(*split_key(one["path"]), one) for one in some]
                yield [
                    Blob(name, one["last_modified"].timestamp(), place)
                    for place, name, one in placed
                    if OURS.fullmatch(name)
                ]

    async def total_size(self, names: Sequence[str]) -> int:
        turns = asyncio.Semaphore(AT_ONCE)

        async def size_of(key: str) -> int:
            async with turns:
                with suppress(FileNotFoundError):
                    return (await obstore.head_async(self._store, key))["size"]
            return 0

        with self._asking():
            keys = [key for name in names for key in self._keys(name)]
            return sum(await asyncio.gather(*map(size_of, keys)))

    async def delete_unchanged(self, blob: Blob) -> None:
        key = f"{blob.place}/{blob.name}" if blob.place else blob.name
        with self._asking(), suppress(FileNotFoundError):
            found = await obstore.head_async(self._store, key)
            if found["last_modified"].timestamp() == blob.modified:
                await obstore.delete_async(self._store, key)

    async def move_blob(self, name: str, audience: Audience) -> None:
        key = self._key(name, audience)
        if key == name:
            return
        others = [other for other in self._keys(name) if other != key]
        with self._asking():
            if not await self._exists(key):
                for other in others:
                    with suppress(FileNotFoundError):
                        await obstore.copy_async(self._store, other, key)
                        break
        await self._delete(others)

    async def measure_elsewhere(self, since: float) -> StoredBytes | None:
        total = fresh = 0
        with self._asking():
            async for some in obstore.list(self._store, chunk_size=PAGE):
                for one in some:
                    total += one["size"]
                    fresh += one["size"] if one["last_modified"].timestamp() >= since else 0
        return StoredBytes(total, fresh)

    async def find_trouble(self) -> str:
        try:
            async with asyncio.timeout(PROBE_S):
                with self._asking():
                    await self._exists(MARK)
        except BlobsAway as error:
            return f"{self.where} cannot be used: {error.why}"
        except TimeoutError:
            return f"{self.where} does not answer"
        return ""

    def read_mark(self) -> str:
        mine = secrets.token_hex(8).encode()
        with _os_errors():
            with suppress(AlreadyExistsError):
                # Only where there is none: of several machines that begin at once one writes it,
                # and the others read that.
                obstore.put(self._store, MARK, mine, mode="create")
            return bytes(obstore.get(self._store, MARK).bytes()).decode()

    def begin_use(self) -> None:
        with _os_errors(), suppress(FileNotFoundError):
            obstore.delete(self._store, COPYING)

    def has_blob(self, name: str) -> bool:
        with _os_errors():
            for key in self._keys(name):
                with suppress(FileNotFoundError):
                    obstore.head(self._store, key)
                    return True
        return False

    async def _put(self, key: str, data: bytes, *, attachment: bool = False) -> None:
        kind = TYPES.get(key.rpartition(".")[2])
        told = {"Content-Type": kind, "Cache-Control": CACHED} if kind else {}
        if attachment:
            told["Content-Disposition"] = "attachment"
        with self._asking():
            # One request: a film in parts could stay in parts.
            await obstore.put_async(self._store, key, data, attributes=told, use_multipart=False)

    async def _delete(self, keys: Sequence[str]) -> None:
        with self._asking():
            for at in range(0, len(keys), PAGE):
                await obstore.delete_async(self._store, keys[at : at + PAGE])

    async def _find(self, name: str, audience: Audience) -> str:
        likely = self._key(name, audience)
        with self._asking():
            for key in (likely, *2 * self._keys(name)):
                if await self._exists(key):
                    return key
        raise NotFound(f"no file {name}")

    async def _exists(self, key: str) -> bool:
        try:
            await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return False
        return True

    def _key(self, name: str, audience: Audience) -> str:
        return f"{audience}/{name}" if is_served(check_name(name)) else name

    def _keys(self, name: str) -> list[str]:
        """Where a blob may lie."""
        return list(dict.fromkeys(self._key(name, audience) for audience in AUDIENCES))

    def _list_origins(self) -> Iterator[str]:
        """Of all addresses that viewers may be sent to."""
        example = obstore.sign(self._signing, "GET", MARK, LIVES)
        for url in (example, self._films_url):
            parts = urlsplit(url)
            if parts.netloc:
                yield f"{parts.scheme}://{parts.netloc}"

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Says in the log when the service begins to fail, and when it is back."""
        try:
            with _os_errors():
                yield
        except BlobsAway as error:
            if not self._trouble:
                log.error("%s cannot be used: %s; it is tried again", self.where, error.why)
            self._trouble = error.why
            raise
        if self._trouble:
            log.info("%s can be used again", self.where)
        self._trouble = ""


def open_store(url: str, endpoint: str = "") -> S3Store:
    """The service at ``endpoint``, or where the environment says. Raises BaseError, ValueError."""
    opened = partial(
        S3Store.from_url,
        url,
        # Plain http too: SeaweedFS or MinIO of one's own stands in a network without certificates.
        client_options={"allow_http": True, "timeout": TIMEOUT, "connect_timeout": TIMEOUT},
        retry_config={"max_retries": 3, "retry_timeout": TIMEOUT},
    )
    return opened(endpoint=endpoint) if endpoint else opened()


def split_key(key: str) -> tuple[str, str]:
    """The folder of an audience, empty for none, and the name of the file. Pure."""
    place, slash, name = key.partition("/")
    return (place, name) if slash and place in AUDIENCES else ("", key)


@contextmanager
def _os_errors() -> Iterator[None]:
    """What the library raises as BlobsAway, in one line; what is not there stays as it is."""
    try:
        yield
    except (BaseError, ValueError) as error:
        said = str(error).strip().partition("\n")[0]
        raise BlobsAway(said) from error
