"""``phosphene copy FROM TO``: moves what an instance keeps to another engine."""

import argparse
import asyncio
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from phosphene.blobs.blobs import Blobs, BlobsAway
from phosphene.blobs.folder import Directory
from phosphene.blobs.opening import FILMS, S3, open_blobs
from phosphene.cli.film_copy import audiences_in, copy_films
from phosphene.cli.options import settings_of
from phosphene.errors import BadInput
from phosphene.settings import hide_passwords
from phosphene.store.opening import open_postgres_rows
from phosphene.store.row_copy import (
    RowDatabase,
    copy_rows,
    open_sqlite_source,
    open_sqlite_target,
)

MB: Final = 1_000_000
POSTGRES: Final = ("postgresql://", "postgres://")
Kind = Literal["folder", "bucket", "database"]


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "copy",
        help="copy films to a bucket, or all rows to PostgreSQL, or back",
        description="While a server goes on writing: a second time it copies what is new.",
    )
    places = "a data folder, s3://BUCKET/PREFIX or postgresql://..."
    parser.add_argument("source", metavar="FROM", help=places)
    parser.add_argument("target", metavar="TO", help="the same; one of both is a data folder")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Copy, and say what came of it."""
    source, target = options.source, options.target
    match _kind_of(source), _kind_of(target):
        case ("folder", "bucket") | ("bucket", "folder") as kinds:
            _copy_films(source, target, kinds, settings_of(options).database_url)
        case ("folder", "database") | ("database", "folder" | "database"):
            _copy_rows(source, target)
        case _:
            raise BadInput(
                "films are copied from a data folder to s3://BUCKET/PREFIX or back, rows to or from"
                " postgresql://..."
            )
    return 0


def _kind_of(place: str) -> Kind:
    """Raises BadInput: it is a place of another kind."""
    if place.startswith(S3):
        return "bucket"
    if place.startswith(POSTGRES):
        return "database"
    if "://" in place:
        raise BadInput(f"nothing is copied from or to {place.partition('://')[0]}:// here")
    return "folder"


def _copy_rows(source: str, target: str) -> None:
    with _bar() as bar, _open_rows(source, target=False) as one:
        task = bar.add_task("rows", total=None)

        def tell(table: str, done: int, total: int) -> None:
            bar.update(task, description=table, completed=done, total=total)

        with _open_rows(target, target=True) as other:
            made = copy_rows(one, other, tell)
    print(
        f"{hide_passwords(target)}: {made.rows} rows of {made.tables} tables, the same in both;"
        f" {made.written} of them written this time, {made.taken_out} taken out"
    )


def _open_rows(place: str, *, target: bool) -> AbstractContextManager[RowDatabase]:
    if _kind_of(place) == "database":
        return open_postgres_rows(place, target=target)
    file = Path(place) / "phosphene.db"
    return open_sqlite_target(file) if target else open_sqlite_source(file)


def _films(data: str) -> Blobs:
    return Directory(Path(data) / "blobs")


def _database(data: str, url: str) -> str | Path:
    """Which says for whom each film of a data folder is. Raises BadInput."""
    file = Path(data) / "phosphene.db"
    if not url and not file.is_file():
        raise BadInput(f"{data} is no data folder: it has no {file.name}")
    return url or file


def _copy_films(source: str, target: str, kinds: tuple[Kind, Kind], url: str) -> None:
    """``url``: of the database that says for whom each film is, where it is not in the folder."""
    out = kinds == ("folder", "bucket")
    find_audiences = audiences_in(_database(source if out else target, url))
    folder, bucket = (source, target) if out else (target, source)
    places: tuple[Blobs, Blobs] = (_films(folder), open_blobs(bucket, FILMS))
    one, other = places if out else places[::-1]
    with _bar() as bar:
        task = bar.add_task("films", total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        try:
            made = asyncio.run(copy_films(one, other, find_audiences, tell))
        except BlobsAway as error:
            raise BadInput(f"{error.why}; started again it goes on") from None
    print(
        f"{target}: {made.files} films, {made.copied} of them new ({made.bytes / MB:.1f} MB), "
        f"{made.dropped} gone since the last time"
    )
    if made.damaged:
        raise BadInput(f"damaged films were left out: {' '.join(made.damaged)}")


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
