"""``phosphene webhooks``: which addresses are told of what happens here, and what came of it."""

import argparse
from typing import Any, get_args

from phosphene.cli.decider import add_decider, add_group, ask_route
from phosphene.cli.visit import show
from phosphene.client import Client
from phosphene.schemas import (
    MadeWebhook,
    NewWebhook,
    Webhook,
    WebhookDeliveries,
    WebhookDelivery,
    WebhookKind,
    Webhooks,
)

PATH = "/v1/operator/webhooks"


def register(commands: Any) -> None:
    """Add the command to the parser."""
    group = add_group(commands, "webhooks", "which addresses are told of what happens here")
    add_decider(group, "list", _list, "all of them")
    add = add_decider(group, "add", _add, "tell an address; its secret is shown this once")
    add.add_argument("url", help="where messages are posted")
    kinds = get_args(WebhookKind)
    add.add_argument(
        "--events", nargs="+", choices=kinds, default=[], help="of what (default: of everything)"
    )
    for name, visit, what in (
        ("remove", _remove, "tell an address no more"),
        ("deliveries", _deliveries, "what came of the newest messages"),
        ("test", _test, "send a message of no consequence"),
    ):
        parser = add_decider(group, name, visit, what)
        parser.add_argument("webhook", help="its id, as `list` says it")


async def _list(client: Client, options: argparse.Namespace) -> int:
    return _show_all(await ask_route(client, "GET", PATH, Webhooks), options)


async def _add(client: Client, options: argparse.Namespace) -> int:
    new = NewWebhook(options.url, options.events)
    made = await ask_route(client, "POST", PATH, MadeWebhook, new)
    show(made, f"{_webhook(made.webhook)}\nsecret: {made.secret}", options)
    return 0


async def _remove(client: Client, options: argparse.Namespace) -> int:
    return _show_all(
        await ask_route(client, "DELETE", f"{PATH}/{options.webhook}", Webhooks), options
    )


async def _deliveries(client: Client, options: argparse.Namespace) -> int:
    path = f"{PATH}/{options.webhook}/deliveries"
    return _show_deliveries(await ask_route(client, "GET", path, WebhookDeliveries), options)


async def _test(client: Client, options: argparse.Namespace) -> int:
    path = f"{PATH}/{options.webhook}/tests"
    return _show_deliveries(await ask_route(client, "POST", path, WebhookDeliveries), options)


def _show_all(found: Webhooks, options: argparse.Namespace) -> int:
    for one in found.webhooks:
        show(one, _webhook(one), options)
    return 0


def _show_deliveries(found: WebhookDeliveries, options: argparse.Namespace) -> int:
    for one in found.deliveries:
        show(one, _delivery(one), options)
    return 0


def _webhook(one: Webhook) -> str:
    state = "gone" if one.ended_at else f"{one.waiting} waiting"
    dropped = f", {one.dropped} dropped" if one.dropped else ""
    return f"{one.id}  {one.url}  {' '.join(one.events)}  {state}{dropped}"


def _delivery(one: WebhookDelivery) -> str:
    why = f": {one.why}" if one.why else ""
    return f"{one.id}  {one.event}  {one.state} after {one.attempts} tries{why}"
