"""Opens the place that a setting names: a folder, or a bucket."""

import importlib
import importlib.util
from pathlib import Path
from typing import Final

from phosphene.blobs.blobs import Blobs, BlobsAway
from phosphene.blobs.folder import Directory, newest_blob
from phosphene.errors import BadInput
from phosphene.settings import Settings

S3: Final = "s3://"
FILMS: Final = "films"
"""Of a bucket, where finished clips lie; in a data folder they have a folder for themselves."""


def films_in_bucket(settings: Settings) -> bool:
    """Whether finished clips lie in a bucket, and not in the data folder."""
    return settings.blobs.startswith(S3)


def films_of(settings: Settings) -> Blobs:
    """Where the finished clips of an instance lie, for who looks at them. Raises BadInput,
    OSError."""
    if films_in_bucket(settings):
        root = f"{settings.blobs.rstrip('/')}/{FILMS}"
        return _open_bucket(root, settings.films_url, settings.bucket_url)
    return Directory(Path(settings.data) / "blobs")


def open_films(settings: Settings) -> Blobs:
    """The same for the instance, which keeps its films there from now on. Raises BadInput,
    OSError."""
    films = films_of(settings)
    try:
        if films_in_bucket(settings):
            films.read_mark()
            _check_moved(Path(settings.data) / "blobs", films, settings.blobs.rstrip("/"))
        films.begin_use()
    except BlobsAway as error:
        raise BadInput(f"blobs: {error.why}") from None
    return films


def _check_moved(folder: Path, bucket: Blobs, where: str) -> None:
    """Whether films of the data folder came along. Raises BadInput, BlobsAway."""
    # The newest: whoever copied while a server ran and not once more is told, too.
    newest = newest_blob(folder)
    if newest is None or bucket.has_blob(newest):
        return
    raise BadInput(
        f"blobs: {folder} has films that {where} has not: stop what writes there, run"
        f" `phosphene copy {folder.parent} {where}`, or move the folder away"
    )


def open_blobs(where: str, part: str) -> Blobs:
    """``part`` of a folder, or of ``s3://BUCKET/PREFIX`` with the address and the keys of the
    service in the environment (``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID``, ...).

    Raises:
        BadInput: it is neither, or the packages for it are not installed. OSError: the folder
        cannot be made.
    """
    scheme, colon, _ = where.partition("://")
    if not colon:
        return Directory(Path(where).absolute() / part)
    if f"{scheme}{colon}" != S3:
        raise BadInput(f"blobs: a folder or s3://BUCKET/PREFIX, not {scheme}://")
    return _open_bucket(f"{where.rstrip('/')}/{part}")


def _open_bucket(url: str, films_url: str = "", bucket_url: str = "") -> Blobs:
    # By name: an instance whose machines share a folder, or that is alone, needs no S3 client.
    if importlib.util.find_spec("obstore") is None:
        raise BadInput(f"blobs: {S3} needs obstore: pip install 'phosphene[s3]'")
    module = importlib.import_module("phosphene.blobs.bucket")
    try:
        bucket: Blobs = module.Bucket(url, films_url, bucket_url)
    except BlobsAway as error:
        raise BadInput(f"blobs: {error.why}") from None
    return bucket
