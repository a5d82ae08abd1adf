"""What the commands of deciders share: a role, or the operator's token of this data folder."""

import argparse
from typing import Any, TypeVar

import msgspec

from phosphene.cli.options import add_settings, operator_token_of, settings_of
from phosphene.cli.visit import Visit, add_command
from phosphene.client import Client
from phosphene.client.http import Asked

T = TypeVar("T")


def add_group(commands: Any, name: str, help: str) -> Any:
    """A command that is followed by what to do."""
    parser = commands.add_parser(name, help=help)
    return parser.add_subparsers(required=True, metavar="WHAT")


def add_decider(group: Any, name: str, visit: Visit, help: str) -> argparse.ArgumentParser:
    """One thing to do, as somebody with a role or by the operator's token."""

    async def decide(client: Client, options: argparse.Namespace) -> int:
        if not client.token:
            client.http.token = operator_token_of(settings_of(options))
        return await visit(client, options)

    parser = add_command(group, name, decide, help=help)
    add_settings(parser, "data", "operator_token")
    parser.set_defaults(tells_token=False)
    return parser


async def ask_route(
    client: Client,
    method: str,
    path: str,
    kind: type[T],
    body: Any = None,
    key: str = "",
    **query: str | int,
) -> T:
    """Ask a route; its ``query`` apart, since the client drops one in a path. Raises as the client
    does."""
    data = None if body is None else msgspec.json.encode(body)
    asked = Asked(method=method, path=path, body=data, key=key, query=query)
    return await client.http.read(asked, kind)
