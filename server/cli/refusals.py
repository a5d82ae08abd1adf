"""``phosphene refusals``: to have a refusal looked at once more, and to look at those of others."""

import argparse
from typing import Any, get_args

from phosphene.cli.decider import add_decider, add_group, ask_route
from phosphene.cli.visit import add_command, show
from phosphene.client import Client
from phosphene.refusal_appeals import (
    DeskRule,
    DeskRules,
    NewPhraseTrial,
    NewRefusalAnswer,
    NewRefusalAppeal,
    OwnRefusalAppeal,
    OwnRefusalAppeals,
    PhraseTrial,
    RefusalAppeal,
    RefusalAppeals,
    RefusalOutcome,
)

DESK = "/v1/moderation/refusals"
RULES = "/v1/moderation/rules"


def register(commands: Any) -> None:
    """Add the commands to the parser."""
    group = add_group(commands, "refusals", "have a refusal looked at once more, and look at them")
    ask = add_command(group, "appeal", _appeal, help="send a prompt that was refused to be read")
    ask.add_argument("refusal", help="its id, as `create` says it")
    ask.add_argument("text", help="of the prompt: those who moderate read it")
    ask.add_argument("--parent", default="", metavar="CLIP", help="what it was to go on from")
    ask.add_argument("--words", default="", help="why")
    mine = add_command(group, "mine", _list_own, help="what came of one's own")
    for one in (ask, mine):
        one.set_defaults(tells_token=True)
    _desk(group)


def _desk(group: Any) -> None:
    add_decider(group, "list", _list_waiting, "who asks for another look at a refusal")
    answer = add_decider(group, "answer", _answer, "say what comes of it")
    answer.add_argument("appeal", help="its id, as `list` says it")
    answer.add_argument("outcome", choices=get_args(RefusalOutcome))
    answer.add_argument("--note", default="", help="words to who asks")
    answer.add_argument("--days", type=int, help="the prompt is drawn for so many (default: once)")
    answer.add_argument("--phrase", default="", help="of a wrong rule: what is innocent")
    tried = add_decider(group, "try", _try, "what a phrase would let through")
    tried.add_argument("appeal", help="its id, as `list` says it")
    tried.add_argument("phrase", help="words of its prompt")
    add_decider(group, "rules", _list_rules, "what the desk changed in the rules")
    undo = add_decider(group, "undo", _undo, "take such a change back")
    undo.add_argument("change", help="its number, as `rules` says it")


async def _appeal(client: Client, options: argparse.Namespace) -> int:
    new = NewRefusalAppeal(
        text=options.text, consent=True, parent=options.parent, words=options.words
    )
    path = f"/v1/refusals/{options.refusal}/appeal"
    own = await ask_route(client, "POST", path, OwnRefusalAppeal, new)
    show(own, _told(own), options)
    return 0


async def _list_own(client: Client, options: argparse.Namespace) -> int:
    for own in (await ask_route(client, "GET", "/v1/me/refusals", OwnRefusalAppeals)).appeals:
        show(own, _told(own), options)
    return 0


async def _list_waiting(client: Client, options: argparse.Namespace) -> int:
    for one in (await ask_route(client, "GET", DESK, RefusalAppeals)).appeals:
        show(one, _waiting(one), options)
    return 0


async def _answer(client: Client, options: argparse.Namespace) -> int:
    given = NewRefusalAnswer(
        outcome=options.outcome, note=options.note, days=options.days, phrase=options.phrase
    )
    told = await ask_route(client, "PUT", f"{DESK}/{options.appeal}", RefusalAppeal, given)
    show(told, _waiting(told), options)
    return 0


async def _try(client: Client, options: argparse.Namespace) -> int:
    path, phrase = f"{DESK}/{options.appeal}/trials", NewPhraseTrial(options.phrase)
    tried = await ask_route(client, "POST", path, PhraseTrial, phrase)
    through = ", ".join((*tried.names, *tried.severe)) or "nothing that is listed"
    also = f"; also: {', '.join(tried.loosened)}" if tried.loosened else ""
    read_as = f"; reads as {tried.read_as}" if tried.read_as else ""
    frees = "is drawn" if tried.frees else "is refused all the same"
    show(tried, f"the prompt {frees}; would let through {through}{also}{read_as}", options)
    return 0


async def _list_rules(client: Client, options: argparse.Namespace) -> int:
    for one in (await ask_route(client, "GET", RULES, DeskRules)).rules:
        show(one, _changed(one), options)
    return 0


async def _undo(client: Client, options: argparse.Namespace) -> int:
    undone = await ask_route(client, "DELETE", f"{RULES}/{options.change}", DeskRule)
    show(undone, _changed(undone), options)
    return 0


def _told(own: OwnRefusalAppeal) -> str:
    text = own.text or "(only a hash of the prompt is kept)"
    return f"{own.id}  {own.state:6}  {own.rule}  {text}  {own.note}".rstrip()


def _waiting(one: RefusalAppeal) -> str:
    spoke = ", ".join(one.matched)
    said = f"{_told(one)}  ({one.layer}: {spoke})" if spoke else _told(one)
    return f"{said}  {one.person.handle}: {one.words}" if one.words else said


def _changed(one: DeskRule) -> str:
    what = f"innocent: {one.phrase}" if one.kind == "phrase" else "asks instead of refusing"
    return f"{one.seq:6}  {one.rule} ({one.layer})  {what}{'  undone' if one.undone_at else ''}"
