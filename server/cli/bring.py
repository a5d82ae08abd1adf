"""``phosphene import FILE``: bring along the archive of another instance."""

import argparse
from pathlib import Path
from typing import Any

from phosphene.cli.visit import TOKEN, add_command, show
from phosphene.client import Client
from phosphene.errors import BadInput
from phosphene.schemas import ImportReport


def register(commands: Any) -> None:
    """Add the command to the parser."""
    bring = add_command(
        commands,
        "import",
        _import,
        help="bring along the archive that another instance made of you",
        description="Words and recipes come as they are, films where their instance is trusted.",
    )
    bring.add_argument("file", type=Path, help="the archive, as GET /v1/me/export gives it")
    bring.set_defaults(tells_token=False)


async def _import(client: Client, options: argparse.Namespace) -> int:
    if not client.token:
        raise BadInput(f"say who you are: --token or ${TOKEN}, of an account that keeps its name")
    try:
        report = await client.import_archive(options.file)
    except OSError as error:
        raise BadInput(f"{options.file}: {error.strerror}") from None
    show(report, _said(report), options)
    return 0


def _said(report: ImportReport) -> str:
    return (
        f"{report.films} films, {report.recipes} recipes to draw again, {report.comments} comments,"
        f" {report.relations} people; {report.known} were here already, {report.refused} are"
        f" against the rules here, {report.left} stay away"
    )
