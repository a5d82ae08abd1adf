"""``phosphene rules``: lists of names as a layer of the policy, and rules tried before that."""

import argparse
import csv
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from phosphene.cli.name_import import Import, plan_import, read_names, rule_file_text
from phosphene.cli.options import add_settings, settings_of
from phosphene.errors import BadInput
from phosphene.trust.harmless_prompts import RuleTrial, harmless_prompts, try_rules
from phosphene.trust.refusal_rules import load_rules
from phosphene.trust.rule_file import SHIPPED, merged_rules, read_layers

SHOWN: Final = 20
"""Collisions of one kind that are printed; all are counted."""
REFUSES: Final = 3
"""The exit status where something harmless would be refused."""


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("rules", help="lists of names as rules, and trials of rules")
    group = parser.add_subparsers(required=True, metavar="DEED")
    bring = group.add_parser("import", help="make a rule file of a list of names")
    bring.add_argument("list", type=Path, help="CSV, TSV, JSON; Wikidata's answers as they come")
    bring.add_argument("--to", type=Path, required=True, help="the rule file to be made")
    bring.add_argument(
        "--kind", default="", help="of names that say none: person, character, brand"
    )
    bring.set_defaults(run=_import)
    trial = group.add_parser("test", help="what rules would refuse of harmless prompts")
    trial.add_argument("file", nargs="*", help="rule files that are laid over the site's")
    trial.set_defaults(run=_test)
    for one in (bring, trial):
        add_settings(one, "rules")
        one.add_argument("--json", action="store_true", help="say it as JSON")


def _import(options: argparse.Namespace) -> int:
    if options.to.exists():
        raise BadInput(f"{options.to} is there already")
    try:
        names = read_names(options.list.read_text(encoding="utf-8"))
    except (OSError, ValueError, csv.Error, BadInput) as error:
        raise BadInput(f"{options.list}: {error}") from None
    layers, today = settings_of(options).rules, date.today()
    shipped = merged_rules(read_layers(SHIPPED), today).names
    groups = (*merged_rules(read_layers(layers), today).names, *shipped)
    version = f"{options.to.stem}-{today}"
    made = plan_import(names, options.kind, version, load_rules(layers), groups)
    if not made.names:
        raise BadInput(f"{options.list}: no name is left of {len(names)}")
    said = (f"Names of {options.list.name}, {today}, by `phosphene rules import`.",)
    options.to.write_text(rule_file_text(made.file, said), encoding="utf-8")
    if options.json:
        print(msgspec.json.encode(made.left_out).decode())
    else:
        print(_told(made, options, layers))
    return 0


def _told(made: Import, options: argparse.Namespace, layers: str) -> str:
    lines = [f"{options.to}: {made.names} names in {made.spellings} spellings"]
    by_reason: dict[str, list[str]] = {}
    for one in made.left_out:
        other = f" ({one.other})" if one.other else ""
        by_reason.setdefault(one.why, []).append(f"{one.spelling}{other}")
    for why, spellings in by_reason.items():
        more = f" and {len(spellings) - SHOWN} more" if len(spellings) > SHOWN else ""
        lines.append(f"left out, {why}: {', '.join(spellings[:SHOWN])}{more}")
    before = layers or SHIPPED
    lines.append(f"try it: phosphene rules test {options.to}")
    lines.append(f"use it: PHOSPHENE_RULES='{before} {options.to}'")
    return "\n".join(lines)


def _test(options: argparse.Namespace) -> int:
    layers, prompts = settings_of(options).rules or SHIPPED, harmless_prompts()
    before = try_rules(load_rules(layers), prompts)
    after = (
        try_rules(load_rules(" ".join((layers, *options.file))), prompts)
        if options.file
        else before
    )
    if options.json:
        print(msgspec.json.encode(after).decode())
    else:
        print(_trial(before, after))
    more = sum(after.refused.values()) > sum(before.refused.values())
    return REFUSES if more else 0


def _trial(before: RuleTrial, after: RuleTrial) -> str:
    count = sum(after.refused.values())
    share = 100 * count / after.prompts
    lines = [
        f"{count} of {after.prompts} harmless prompts refused ({share:.2f} %)",
        f"a decision takes {after.p50_ms:.2f} ms of CPU (p50), {after.p99_ms:.1f} ms (p99)",
    ]
    for rule, refused in after.refused.items():
        new = "" if rule in before.refused else "new: "
        lines.append(f"{new}{rule}: {refused}, as {after.examples[rule]!r}")
    return "\n".join(lines)
