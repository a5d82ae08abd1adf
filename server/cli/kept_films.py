"""Films of an instance as commands read them, beside it or when it does not run."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from phosphene.blobs.blobs import Blobs, BlobsAway
from phosphene.blobs.opening import films_in_bucket, films_of
from phosphene.errors import BadInput, NotFound
from phosphene.settings import Settings

ReadFilm = Callable[[str], Awaitable[bytes | None]]
"""The file of a name; None: it is not there. Raises BadInput: it cannot be looked for."""


def films_reader(settings: Settings) -> ReadFilm:
    """Reads where the settings say that films lie. Raises BadInput."""
    if films_in_bucket(settings):
        return _bucket_reader(films_of(settings))
    return folder_reader(Path(settings.data) / "blobs")


def folder_reader(folder: Path) -> ReadFilm:
    """Reads in a folder, which need not be there and is not made."""

    async def read(name: str) -> bytes | None:
        file = folder / name
        return file.read_bytes() if file.is_file() else None

    return read


def _bucket_reader(films: Blobs) -> ReadFilm:
    async def read(name: str) -> bytes | None:
        try:
            return await films.get(name)
        except NotFound:
            return None
        except BlobsAway as error:
            raise BadInput(f"films cannot be read: {error.why}") from None

    return read
