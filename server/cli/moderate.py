"""``phosphene roles | reports | deeds | house``: who may decide, what is reported, and what is
decided of it; what the instance drew of itself.

As a person with a role (``--token``), else by the operator's token of this machine's data folder.
"""

import argparse
import sys
import time
from typing import Any, get_args

from phosphene.cli.decider import add_decider, add_group, ask_route
from phosphene.cli.visit import Visit, add_command, show
from phosphene.client import Client
from phosphene.model import Person
from phosphene.operator_deeds import OperatorDeeds
from phosphene.reports import (
    Action,
    Appeal,
    AppealAnswer,
    AppealOutcome,
    Appeals,
    Case,
    Cases,
    Decision,
    Decisions,
    GivenRole,
    Ground,
    NewDecision,
    NewReport,
    NewRole,
    Reason,
    Receipt,
    Receipts,
    RoleHolders,
    SubjectKind,
)
from phosphene.schemas import Cleared

DESK = "/v1/moderation"
CAUSED = ("publish", "hold")
"""What is decided elsewhere, or by itself."""


def register(commands: Any) -> None:
    """Add the commands to the parser."""
    _roles(add_group(commands, "roles", "who may decide about what others made"))
    _reports(add_group(commands, "reports", "what is reported, and what is decided of it"))
    deeds = add_group(commands, "deeds", "the audit log: what those who run the place did")
    listed = add_decider(deeds, "list", _list_deeds, "the newest first")
    listed.add_argument("--limit", type=int, default=50, help="so many, 200 at most")
    house = add_group(commands, "house", "what the instance drew of itself")
    add_decider(house, "clear", _clear_house, "remove all of it; what it draws later stays")


def _roles(group: Any) -> None:
    add_decider(group, "list", _list_roles, "who has a role")
    give = add_decider(group, "give", _give_role, "give somebody with an account a role")
    give.add_argument("handle")
    give.add_argument("role", choices=get_args(GivenRole))
    take = add_decider(group, "take", _take_role, "take somebody's role")
    take.add_argument("handle")


def _reports(group: Any) -> None:
    add_decider(group, "list", _list_cases, "what is reported and not decided")
    add_decider(group, "decisions", _list_decisions, "the newest 50 decisions")
    decide = add_decider(group, "decide", _decide, "decide of something and of its reports")
    decide.add_argument("kind", choices=get_args(SubjectKind))
    decide.add_argument("subject", help="its id, as `list` says it")
    decide.add_argument("action", choices=[one for one in get_args(Action) if one not in CAUSED])
    decide.add_argument("--reason", choices=get_args(Reason), help="default: that of its reports")
    decide.add_argument("--ground", choices=get_args(Ground), default="terms", help="it rests on")
    decide.add_argument("--reference", default="", help="the law, or the clause of the terms")
    decide.add_argument("--days", type=int, help="a suspension ends after so many")
    decide.add_argument("--note", default="", help="words to whose it is")
    decide.add_argument("--key", default="", help="names the decision: again it is made once")
    add_decider(group, "held", _list_held, "what is held with the clip that it was made of")
    undo = add_decider(group, "undo", _undo, "take a decision back")
    undo.add_argument("decision", help="its id")
    add_decider(group, "appeals", _list_appeals, "who asks for another look at what was decided")
    reply = add_decider(group, "answer", _answer_appeal, "answer an appeal")
    reply.add_argument("decision", help="its id, as `appeals` says it")
    reply.add_argument("outcome", choices=get_args(AppealOutcome))
    reply.add_argument("--note", default="", help="words to whose it is")
    send = _visitor(group, "send", _send, "report something")
    send.add_argument("kind", choices=get_args(SubjectKind))
    send.add_argument("subject", help="the id of a clip or comment, the handle of a person")
    send.add_argument("reason", choices=get_args(Reason))
    send.add_argument("--words", default="", help="what is wrong with it")
    send.add_argument(
        "--unlawful", action="store_true", help="it breaks the law: the words say why"
    )
    send.add_argument("--name", default="", help="who says so")
    send.add_argument("--email", default="", help="where they are answered")
    send.add_argument("--good-faith", action="store_true", help="this is right and complete")
    _visitor(group, "mine", _list_receipts, "what one reported, and what came of it")


def _visitor(group: Any, name: str, visit: Visit, help: str) -> argparse.ArgumentParser:
    parser = add_command(group, name, visit, help=help)
    parser.set_defaults(tells_token=True)
    return parser


async def _list_roles(client: Client, options: argparse.Namespace) -> int:
    return _show_roles(await ask_route(client, "GET", "/v1/operator/roles", RoleHolders), options)


async def _give_role(client: Client, options: argparse.Namespace) -> int:
    path, role = _role_path(options.handle), NewRole(options.role)
    return _show_roles(await ask_route(client, "PUT", path, RoleHolders, role), options)


async def _take_role(client: Client, options: argparse.Namespace) -> int:
    path = _role_path(options.handle)
    return _show_roles(await ask_route(client, "DELETE", path, RoleHolders), options)


async def _list_cases(client: Client, options: argparse.Namespace) -> int:
    found = await ask_route(client, "GET", f"{DESK}/cases", Cases)
    for case in found.cases:
        show(case, _case(case), options)
    if not options.json:
        print(f"phosphene: {found.open} open reports", file=sys.stderr)
    return 0


async def _list_decisions(client: Client, options: argparse.Namespace) -> int:
    page = await ask_route(client, "GET", f"{DESK}/decisions", Decisions, limit=50)
    for decision in page.decisions:
        show(decision, _decision(decision), options)
    return 0


async def _list_held(client: Client, options: argparse.Namespace) -> int:
    for one in (await ask_route(client, "GET", f"{DESK}/held-remixes", Decisions)).decisions:
        show(one, _decision(one), options)
    return 0


async def _list_deeds(client: Client, options: argparse.Namespace) -> int:
    route = "/v1/operator/deeds"
    found = await ask_route(client, "GET", route, OperatorDeeds, limit=options.limit)
    for one in found.deeds:
        at = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(one.at))
        said = f"{one.seq:6}  {at}  {_somebody(one.by)}: {one.deed} {one.subject}"
        show(one, f"{said}  {one.said}", options)
    if found.broken is not None:
        print(f"phosphene: {found.broken} does not follow from the one before", file=sys.stderr)
    return int(found.broken is not None)


async def _decide(client: Client, options: argparse.Namespace) -> int:
    told = options.reason, options.note, options.ground, options.reference, options.days
    new = NewDecision(options.kind, options.subject, options.action, *told)
    made = await ask_route(client, "POST", f"{DESK}/decisions", Decision, new, options.key)
    show(made, _decision(made), options)
    return 0


async def _undo(client: Client, options: argparse.Namespace) -> int:
    undone = await ask_route(client, "DELETE", f"{DESK}/decisions/{options.decision}", Decision)
    show(undone, _decision(undone), options)
    return 0


async def _list_appeals(client: Client, options: argparse.Namespace) -> int:
    for appeal in (await ask_route(client, "GET", f"{DESK}/appeals", Appeals)).appeals:
        show(appeal, _appeal(appeal), options)
    return 0


async def _answer_appeal(client: Client, options: argparse.Namespace) -> int:
    path, given = f"{DESK}/appeals/{options.decision}", AppealAnswer(options.outcome, options.note)
    answered = await ask_route(client, "PUT", path, Appeal, given)
    show(answered, _appeal(answered), options)
    return 0


async def _clear_house(client: Client, options: argparse.Namespace) -> int:
    cleared = await ask_route(client, "DELETE", "/v1/operator/house", Cleared)
    show(cleared, f"{cleared.removed} clips removed", options)
    return 0


async def _send(client: Client, options: argparse.Namespace) -> int:
    # Nobody yet: the receipt is for whoever comes back with the same token.
    if not client.token:
        await client.read_me()
    who = options.unlawful, options.name, options.email, options.good_faith
    new = NewReport(options.kind, options.subject, options.reason, options.words, *who)
    receipt = await ask_route(client, "POST", "/v1/reports", Receipt, new)
    show(receipt, _receipt(receipt), options)
    return 0


async def _list_receipts(client: Client, options: argparse.Namespace) -> int:
    for receipt in (await ask_route(client, "GET", "/v1/me/reports", Receipts)).reports:
        show(receipt, _receipt(receipt), options)
    return 0


def _role_path(handle: str) -> str:
    return f"/v1/operator/roles/{handle.removeprefix('@')}"


def _show_roles(found: RoleHolders, options: argparse.Namespace) -> int:
    for one in found.holders:
        by = _somebody(one.given_by)
        show(one, f"{one.person.handle:24}  {one.role:9}  given by {by}", options)
    return 0


def _case(case: Case) -> str:
    reasons = ", ".join(sorted({one.reason for one in case.reports}))
    said = f"{case.kind:7}  {case.subject}  {len(case.reports)} reports ({reasons})"
    return f"{said}  {case.author.handle}: {case.text}"


def _decision(one: Decision) -> str:
    state = "undone" if one.undone_at else "final" if one.final else "can be undone"
    said = f"{one.id}  {one.action} {one.kind} {one.subject} of {one.author.handle}"
    return f"{said} ({one.reason}), by {_somebody(one.by)}, {state}"


def _appeal(one: Appeal) -> str:
    return f"{_decision(one.decision)}; {one.state}: {one.words}"


def _receipt(one: Receipt) -> str:
    outcome = f": {one.action}" if one.action else ""
    return f"{one.id}  {one.kind} {one.subject} ({one.reason}), {one.state}{outcome}"


def _somebody(person: Person | None) -> str:
    return person.handle if person else "the operator's token"
