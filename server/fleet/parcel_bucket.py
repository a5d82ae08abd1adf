"""Parcels in a bucket of an S3-compatible service; needs the extra ``phosphene[s3]``."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Final

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

FOLDER: Final = "parcels"
MARK: Final = "phosphene-store"
TIMEOUT: Final = timedelta(seconds=10)


class ParcelBucket:
    """Implements ``ParcelStore`` at ``s3://BUCKET/PREFIX``, with the address and the keys of the
    service in the environment (``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID``, ...). Raises OSError
    where the address cannot be one."""

    def __init__(self, url: str) -> None:
        with _os_errors():
            self._store = S3Store.from_url(
                url,
                # Plain http too: SeaweedFS or MinIO of one's own stands in a network without
                # certificates.
                client_options={"allow_http": True, "timeout": TIMEOUT, "connect_timeout": TIMEOUT},
                retry_config={"max_retries": 3, "retry_timeout": TIMEOUT},
            )

    async def put_parcel(self, body: bytes) -> str:
        name = f"{FOLDER}/{secrets.token_hex(16)}"
        with _os_errors():
            await obstore.put_async(self._store, name, body)
        return name

    async def take_parcel(self, name: str) -> bytes:
        with _os_errors():
            found = await obstore.get_async(self._store, name)
            body = bytes(await found.bytes_async())
            await obstore.delete_async(self._store, name)
        return body

    def read_mark(self) -> str:
        mine = secrets.token_hex(8).encode()
        with _os_errors():
            with suppress(AlreadyExistsError):
                # Only where there is none: of several machines that begin at once one writes it,
                # and the others read that.
                obstore.put(self._store, MARK, mine, mode="create")
            return bytes(obstore.get(self._store, MARK).bytes()).decode()

    async def delete_older(self, than: float) -> int:
        with _os_errors():
            old = [
                one["path"]
                async for some in obstore.list(self._store, FOLDER)
                for one in some
                if one["last_modified"].timestamp() < than
            ]
            if old:
                await obstore.delete_async(self._store, old)
        return len(old)


@contextmanager
def _os_errors() -> Iterator[None]:
    """What the library raises as OSError, in one line."""
    try:
        yield
    except (BaseError, ValueError) as error:
        raise OSError(str(error).strip().partition("\n")[0]) from error
