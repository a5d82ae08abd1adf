"""``phosphene rights``: what holders register, and what operators decide of it."""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec.structs import replace

from phosphene.cli.decider import add_decider, add_group, ask_route
from phosphene.cli.name_import import ImportedName, read_names
from phosphene.cli.visit import add_command, show
from phosphene.client import Client
from phosphene.client.http import Asked
from phosphene.errors import BadInput
from phosphene.rights import (
    DomainProof,
    Holder,
    NewHolder,
    NewRight,
    NewRights,
    Right,
    RightDecision,
    RightKind,
    RightMode,
    Rights,
    RightsLog,
)

MANY = 100
"""Entries in one request: it holds 64 kB."""
UNDECIDED = ("waits", "asks")
"""Of these an operator has yet to decide."""


def register(commands: Any) -> None:
    """Add the command to the parser."""
    group = add_group(commands, "rights", "the registry of rights: what holders register")
    holder = add_command(group, "holder", _holder, help="say which domain is yours")
    holder.add_argument("name", help="as you are called")
    holder.add_argument("domain")
    prove = add_command(group, "prove", _prove, help="have the domain looked at")
    prove.add_argument("--dns", action="store_true", help="by its TXT record, not by the file")
    add = add_command(group, "add", _add, help="register one entry")
    add.add_argument("kind", choices=get_args(RightKind))
    add.add_argument("name")
    add.add_argument(
        "--described", nargs="+", default=[], help="a character's looks, deeds and world"
    )
    _told(add)
    bring = add_command(
        group, "import", _import, help="register a list, as `rules import` reads it"
    )
    bring.add_argument("list", type=Path, help="CSV, TSV, JSON; Wikidata's answers as they come")
    bring.add_argument("--kind", choices=get_args(RightKind), help="of names that say none")
    _told(bring)
    add_command(group, "mine", _mine, help="what you registered")
    gone = add_command(group, "withdraw", _withdraw, help="take an entry back")
    gone.add_argument("right", help="its id")
    add_command(group, "log", _log, help="what happened in the registry, newest first")
    listed = add_decider(group, "list", _list, "entries to be looked at, for operators")
    listed.add_argument(
        "--state",
        choices=(*UNDECIDED, "confirmed", "rejected"),
        help="default: what waits, and what asks",
    )
    decide = add_decider(group, "decide", _decide, "confirm or reject an entry, for operators")
    decide.add_argument("right", help="its id")
    decide.add_argument("state", choices=("confirmed", "rejected"))
    decide.add_argument("--note", default="", help="words to the holder")


def _told(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mode", choices=get_args(RightMode), default="ask")
    parser.add_argument("--also", nargs="*", default=[], help="other spellings")
    parser.add_argument("--terms", default="", help="of a licence, or where they stand")
    parser.add_argument("--licensed", nargs="*", default=[], help="names of who has a licence")
    parser.add_argument("--instead", nargs=2, default=["", ""], help="in English and in French")
    parser.add_argument("--died", type=int, help="the year, of an artist or an estate")


async def _holder(client: Client, options: argparse.Namespace) -> int:
    new = NewHolder(options.name, options.domain)
    return _show_holder(await ask_route(client, "PUT", "/v1/rights/holder", Holder, new), options)


async def _prove(client: Client, options: argparse.Namespace) -> int:
    proof = DomainProof("dns" if options.dns else "file")
    path = "/v1/rights/holder/proof"
    return _show_holder(await ask_route(client, "POST", path, Holder, proof), options)


async def _add(client: Client, options: argparse.Namespace) -> int:
    entry = _entry(options, options.kind, options.name, options.also)
    return await _send(client, options, [replace(entry, described=tuple(options.described))])


async def _import(client: Client, options: argparse.Namespace) -> int:
    try:
        names = read_names(options.list.read_text(encoding="utf-8"))
    except (OSError, ValueError, csv.Error, BadInput) as error:
        raise BadInput(f"{options.list}: {error}") from None
    return await _send(client, options, [_imported(options, one) for one in names])


async def _send(client: Client, options: argparse.Namespace, entries: Sequence[NewRight]) -> int:
    for at in range(0, len(entries), MANY):
        some = NewRights(tuple(entries[at : at + MANY]))
        made = await ask_route(client, "POST", "/v1/rights", Rights, some)
        _show_rights(Rights(made.rights[: len(some.rights)]), options)
    return 0


async def _mine(client: Client, options: argparse.Namespace) -> int:
    return _show_rights(await ask_route(client, "GET", "/v1/me/rights", Rights), options)


async def _withdraw(client: Client, options: argparse.Namespace) -> int:
    await client.http.send(Asked(method="DELETE", path=f"/v1/rights/{options.right}"))
    return 0


async def _log(client: Client, options: argparse.Namespace) -> int:
    for one in (await ask_route(client, "GET", "/v1/rights-log", RightsLog)).entries:
        said = f"{one.seq:6}  {one.right}  {one.deed:10} {one.kind} {one.name} ({one.mode})"
        show(one, f"{said}, {one.domain}", options)
    return 0


async def _list(client: Client, options: argparse.Namespace) -> int:
    for state in [options.state] if options.state else UNDECIDED:
        found = await ask_route(client, "GET", "/v1/operator/rights", Rights, state=state)
        _show_rights(found, options)
    return 0


async def _decide(client: Client, options: argparse.Namespace) -> int:
    path = f"/v1/operator/rights/{options.right}"
    decision = RightDecision(options.state, options.note)
    return _show_rights(Rights([await ask_route(client, "PUT", path, Right, decision)]), options)


def _imported(options: argparse.Namespace, one: ImportedName) -> NewRight:
    kind = one.kind or options.kind
    if kind not in get_args(RightKind):
        kinds = ", ".join(get_args(RightKind))
        raise BadInput(f"{one.name}: the kind {kind!r} is none of {kinds}")
    return _entry(options, msgspec.convert(kind, RightKind), one.name, list(one.aliases), one)


def _entry(
    options: argparse.Namespace,
    kind: RightKind,
    name: str,
    also: Sequence[str],
    of: ImportedName | None = None,
) -> NewRight:
    return NewRight(
        kind=kind,
        name=name,
        also=tuple(also),
        mode=options.mode,
        terms=options.terms,
        licensed=tuple(options.licensed),
        instead_en=options.instead[0],
        instead_fr=options.instead[1],
        died=options.died,
        until=of.until if of else None,
    )


def _show_holder(one: Holder, options: argparse.Namespace) -> int:
    if one.proved_at:
        said = f"{one.domain} is yours ({one.method})"
    else:
        said = f"put {one.token} into {one.file}, or into the TXT record of {one.record}"
    show(one, said, options)
    return 0


def _show_rights(found: Rights, options: argparse.Namespace) -> int:
    for one in found.rights:
        why = f" ({', '.join(one.conflicts)})" if one.conflicts else ""
        said = f"{one.id}  {one.state:9}  {one.kind} {one.name}: {one.mode}{why}"
        show(one, f"{said}, {one.holder} ({one.domain})", options)
    return 0
