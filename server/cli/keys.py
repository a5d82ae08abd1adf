"""``phosphene keys``: by which programs of the operator's ask, what each may do and how often."""

import argparse
import time
from typing import Any, get_args

from phosphene.api_keys import ApiKey, ApiKeys, KeyScope, MadeApiKey, NewApiKey
from phosphene.cli.decider import add_decider, add_group, ask_route
from phosphene.cli.visit import show
from phosphene.client import Client

PATH = "/v1/operator/keys"


def register(commands: Any) -> None:
    """Add the command to the parser."""
    group = add_group(commands, "keys", "keys by which programs use the API")
    add_decider(group, "list", _list, "all of them, with what they did today")
    make = add_decider(group, "make", _make, "make one; it is shown this once")
    of_new = NewApiKey(name="-")
    make.add_argument("name", help="what the program is called")
    make.add_argument(
        "--account", default=of_new.account, help="whose clips it makes (default: %(default)s)"
    )
    make.add_argument(
        "--scopes",
        nargs="*",
        choices=get_args(KeyScope),
        default=list(of_new.scopes),
        help="what it may do beside what everybody may (default: clips:write)",
    )
    for option, most, what in (
        ("--requests-per-day", of_new.requests_per_day, "requests it may make"),
        ("--clips-per-day", of_new.clips_per_day, "clips it may ask for"),
    ):
        make.add_argument(option, type=int, default=most, help=f"{what} (default: {most})")
    revoke = add_decider(group, "revoke", _revoke, "let it open nothing from now on")
    revoke.add_argument("key", help="its id, as `list` says it")


async def _list(client: Client, options: argparse.Namespace) -> int:
    for one in (await ask_route(client, "GET", PATH, ApiKeys)).keys:
        show(one, _key(one), options)
    return 0


async def _make(client: Client, options: argparse.Namespace) -> int:
    new = NewApiKey(
        name=options.name,
        account=options.account,
        scopes=options.scopes,
        requests_per_day=options.requests_per_day,
        clips_per_day=options.clips_per_day,
    )
    made = await ask_route(client, "POST", PATH, MadeApiKey, new)
    show(made, f"{_key(made.key)}\nkey: {made.secret}", options)
    return 0


async def _revoke(client: Client, options: argparse.Namespace) -> int:
    revoked = await ask_route(client, "DELETE", f"{PATH}/{options.key}", ApiKey)
    show(revoked, _key(revoked), options)
    return 0


def _key(one: ApiKey) -> str:
    used = f"used {_day(one.used_at)}" if one.used_at else "never used"
    state = f"revoked {_day(one.revoked_at)}" if one.revoked_at else used
    today = (
        f"{one.requests_today} of {one.requests_per_day} requests,"
        f" {one.clips_today} of {one.clips_per_day} clips today"
    )
    return f"{one.id}  {one.name}  @{one.account}  {' '.join(one.scopes) or '-'}  {today}  {state}"


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at))
