"""``phosphene copy FROM TO``: moves what an instance keeps to another engine."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from phosphene.blobs.blobs import Blobs, BlobsAway
from phosphene.blobs.folder import Directory
from phosphene.blobs.opening import FILMS, S3, open_blobs
from phosphene.cli.film_copy import FilmCopy, audiences_in, copy_films
from phosphene.cli.options import settings_of
from phosphene.errors import BadInput

MB: Final = 1_000_000


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "copy",
        help="copy films from a data folder to a bucket, or back",
        description="While a server goes on writing: a second time it copies what is new.",
    )
    parser.add_argument("source", metavar="FROM", help="a data folder, or s3://BUCKET/PREFIX")
    parser.add_argument("target", metavar="TO", help="the same")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Copy, and say what came of it."""
    source, target, url = options.source, options.target, settings_of(options).database_url
    match _is_bucket(source), _is_bucket(target):
        case (False, True):
            found = _database(source, url)
            made = _copy_films(_films(source), open_blobs(target, FILMS), found)
        case (True, False):
            found = _database(target, url)
            made = _copy_films(open_blobs(source, FILMS), _films(target), found)
        case _:
            raise BadInput("films are copied from a data folder to s3://BUCKET/PREFIX, or back")
    print(
        f"{target}: {made.files} films, {made.copied} of them new ({made.bytes / MB:.1f} MB), "
        f"{made.dropped} gone since the last time"
    )
    if made.damaged:
        raise BadInput(f"damaged films were left out: {' '.join(made.damaged)}")
    return 0


def _is_bucket(place: str) -> bool:
    """Raises BadInput: it is a place of another kind."""
    if "://" in place and not place.startswith(S3):
        raise BadInput(f"nothing is copied from or to {place.partition('://')[0]}:// here")
    return place.startswith(S3)


def _films(data: str) -> Blobs:
    return Directory(Path(data) / "blobs")


def _database(data: str, url: str) -> str | Path:
    """Which says for whom each film of a data folder is. Raises BadInput."""
    file = Path(data) / "phosphene.db"
    if not url and not file.is_file():
        raise BadInput(f"{data} is no data folder: it has no {file.name}")
    return url or file


def _copy_films(source: Blobs, target: Blobs, database: str | Path) -> FilmCopy:
    find_audiences = audiences_in(database)
    with _bar() as bar:
        task = bar.add_task("films", total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        try:
            return asyncio.run(copy_films(source, target, find_audiences, tell))
        except BlobsAway as error:
            raise BadInput(f"{error.why}; started again it goes on") from None


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
