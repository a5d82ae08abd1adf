"""``phosphene backup TO`` and ``phosphene restore FROM``: a whole copy of the data folder."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from phosphene.blobs.blobs import Blobs
from phosphene.blobs.opening import films_in_bucket, films_of
from phosphene.cli.data_copy import BackupMark, make_backup, restore_backup
from phosphene.cli.film_copy import Progress
from phosphene.cli.options import add_settings, settings_of
from phosphene.errors import BadInput
from phosphene.settings import Settings

MB = 1_000_000


def register(commands: Any) -> None:
    """Add the commands to the parser."""
    backup = commands.add_parser("backup", help="copy the data folder, also of a running server")
    backup.add_argument("to", type=Path, help="a new folder, or one with an earlier backup")
    add_settings(backup, "data", "blobs")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="make a data folder of a backup")
    restore.add_argument("backup", type=Path, help="the folder that `backup` made")
    add_settings(restore, "data", "blobs")
    restore.set_defaults(run=_restore)


def _backup(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    if settings.database_url:
        raise BadInput("the database is in PostgreSQL, which has backups of its own: pg_dump")
    return _run(make_backup, Path(settings.data), options.to, settings)


def _restore(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    return _run(restore_backup, options.backup, Path(settings.data), settings)


def _run(
    copy: Callable[[Path, Path, Progress, Blobs | None], BackupMark],
    source: Path,
    to: Path,
    settings: Settings,
) -> int:
    films = films_of(settings) if films_in_bucket(settings) else None
    try:
        mark = copy(source, to, _show_progress, films)
    except OSError as error:
        raise BadInput(f"{error.filename or to}: {error.strerror}") from None
    print(f"{to}: the database and {mark.files} files ({mark.size / MB:.1f} MB), whole")
    return 0


def _show_progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done >= total else ""
        print(f"\r{what}: {done} of {total}", end=end, file=sys.stderr, flush=True)
