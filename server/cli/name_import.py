"""Lists of names that others keep, made a layer of the policy's rules.

Tables (CSV, TSV) with a heading, JSON lists of objects, answers of the Wikidata Query Service
(JSON, CSV or TSV) and entities of Wikidata as they come. Every name is compared with the rules that
hold and with the words that people use for other things, before anything is live.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from typing import Any, Final, Literal

import msgspec

from phosphene.errors import BadInput
from phosphene.trust.misspellings import squeeze
from phosphene.trust.normalize import read
from phosphene.trust.other_scripts import has_other_script, is_too_short
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rule_file import Group, Name, RuleFile, rule_of_name

Collision = Literal["no letters", "common words", "too short", "refused already", "twice"]

_LEAST: Final = 3
"""Letters of a name; a shorter one is found in too much."""
_LABELS: Final = ("label", "name", "title")
_ALIASES: Final = ("aliases", "alias", "also", "altlabel")
_ITEMS: Final = ("item", "id", "qid", "entity")
_HOLDERS: Final = ("holder", "owner", "creator", "author", "rightsholder")
_UNTIL: Final = ("until", "enddate", "expires")
_KINDS: Final = ("kind", "type")
_SEPARATORS: Final = re.compile(r"\s*[|;]\s*|,\s+")
"""Wikidata joins aliases with a comma and a space."""
_LISTED: Final = "\0"
"""Joins those of a list, which may have commas of their own: Sammy Davis, Jr."""


@dataclass(slots=True)
class ImportedName:
    """One name with all its spellings, each once, in the order in which they came."""

    name: str
    kind: str = ""
    holder: str = ""
    until: date | None = None
    aliases: dict[str, None] = field(default_factory=dict)


class Collided(msgspec.Struct, frozen=True):
    """A spelling that is left out, and why; ``other``: the rule or name that has it already."""

    name: str
    spelling: str
    why: Collision
    other: str = ""


class Import(msgspec.Struct, frozen=True):
    """What a list comes to."""

    file: RuleFile
    names: int
    spellings: int
    left_out: tuple[Collided, ...]


def read_names(text: str) -> list[ImportedName]:
    """The names of a list, those of one item together. Raises BadInput."""
    found: dict[str, ImportedName] = {}
    for number, row in enumerate(_rows(text), 1):
        label = _one(row, _LABELS)
        if not label:
            raise BadInput(f"entry {number} has no name: a list needs a column `label`")
        key = _one(row, _ITEMS) or label
        name = found.setdefault(key, ImportedName(label))
        name.kind = name.kind or _one(row, _KINDS).lower()
        name.holder = name.holder or _one(row, _HOLDERS)
        name.until = name.until or _day(_one(row, _UNTIL), number)
        spellings = (label, *_spellings(_one(row, _ALIASES)))
        name.aliases |= dict.fromkeys(one for one in spellings if one and one != name.name)
    return list(found.values())


def plan_import(
    names: Sequence[ImportedName], kind: str, version: str, rules: Rules, groups: Sequence[Group]
) -> Import:
    """The layer that these names come to, without the spellings that would refuse the innocent.
    ``kind``: of those that say none; ``groups``: how names of each kind are refused.

    Raises:
        BadInput: a kind that no group is of.
    """
    known = {group.kind: group for group in reversed(groups)}
    taken: dict[str, str] = {}
    left_out: list[Collided] = []
    kept: dict[str, list[Name]] = {}
    for one in names:
        own = one.kind or kind
        if own not in known:
            raise BadInput(f"{one.name}: the kind {own!r} is none of {', '.join(sorted(known))}")
        clear = []
        for spelling in (one.name, *one.aliases):
            found = _collision(one, spelling, rules, taken)
            if found is None:
                clear.append(spelling)
            elif found.why != "twice" or found.other != one.name:
                left_out.append(found)
        if clear:
            first, *also = clear
            named = Name(first, holder=one.holder, also=tuple(also), until=one.until)
            kept.setdefault(own, []).append(named)
    file = RuleFile(
        version,
        names=tuple(
            msgspec.structs.replace(known[own], list=tuple(found)) for own, found in kept.items()
        ),
    )
    listed = [name for found in kept.values() for name in found]
    spellings = len(listed) + sum(len(name.also) for name in listed)
    return Import(file, len(listed), spellings, tuple(left_out))


def _collision(
    one: ImportedName, spelling: str, rules: Rules, taken: dict[str, str]
) -> Collided | None:
    """Why a spelling is left out; a clear one is ``taken`` from then on."""
    foreign = has_other_script(spelling)
    key = spelling if foreign else squeeze("".join(read(spelling)))
    if why := _unfit(spelling, key, foreign=foreign):
        return Collided(one.name, spelling, why)
    if rule := _refused_by(spelling, key, rules, foreign=foreign):
        return Collided(one.name, spelling, "refused already", rule)
    if not foreign and all(word in rules.common.all_words for word in read(spelling)):
        return Collided(one.name, spelling, "common words")
    if key in taken:
        return Collided(one.name, spelling, "twice", taken[key])
    taken[key] = one.name
    return None


def _unfit(spelling: str, key: str, *, foreign: bool) -> Collision | None:
    if not any(map(str.isalpha, key)):
        return "no letters"
    short = is_too_short(spelling) if foreign else len(key) < _LEAST
    return "too short" if short else None


def _refused_by(spelling: str, key: str, rules: Rules, *, foreign: bool) -> str:
    """The rule that refuses a spelling, empty where none does."""
    known = (
        [found for found, _, _ in rules.in_other_scripts.find(spelling)]
        if foreign
        else [one for one in rules.spellings.get(key, ()) if not one.beside]
    )
    return rule_of_name(known[0].group, known[0].name) if known else ""


def rule_file_text(made: RuleFile, said: Sequence[str]) -> str:
    """A rule file as TOML, headed by these lines."""
    lines = [*(f"# {line}" for line in said), "", f"version = {_quoted(made.version)}"]
    for group in made.names:
        lines += ["", "[[names]]"]
        for key in ("kind", "code", "message", "en", "fr"):
            lines.append(f"{key} = {_quoted(getattr(group, key))}")
        lines += ["list = [", *(f"  {{ {_entry(name)} }}," for name in group.list), "]"]
    return "\n".join(lines) + "\n"


def _entry(name: Name) -> str:
    parts = [f"name = {_quoted(name.name)}"]
    if name.holder:
        parts.append(f"holder = {_quoted(name.holder)}")
    if name.also:
        parts.append(f"also = [{', '.join(map(_quoted, name.also))}]")
    if name.until:
        parts.append(f"until = {name.until.isoformat()}")
    return ", ".join(parts)


def _quoted(text: str) -> str:
    """A basic string of TOML, which JSON's strings are."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _rows(text: str) -> Iterator[Mapping[str, str]]:
    """The entries of a list, keys folded to small letters."""
    if text.lstrip().startswith(("{", "[")):
        try:
            said = json.loads(text)
        except ValueError as error:
            raise BadInput(f"no JSON: {error}") from None
        yield from _objects(said)
        return
    head = text.lstrip("\ufeff").partition("\n")[0]
    delimiter = "\t" if "\t" in head else ";" if head.count(";") > head.count(",") else ","
    for row in csv.DictReader(StringIO(text.lstrip("\ufeff")), delimiter=delimiter):
        yield _folded((key or "", value) for key, value in row.items())


def _objects(said: Any) -> Iterator[Mapping[str, str]]:
    match said:
        case {"results": {"bindings": list(bindings)}}:  # SPARQL 1.1 Query Results JSON Format
            for row in bindings:
                yield _folded((key, cell.get("value", "")) for key, cell in row.items())
        case {"entities": dict(entities)}:  # of Wikidata
            yield from (_entity(one) for one in entities.values())
        case list(rows):
            for row in rows:
                if not isinstance(row, dict):
                    raise BadInput("a list in JSON holds objects")
                yield _entity(row) if "labels" in row else _folded(row.items())
        case _:
            raise BadInput("this JSON is neither a list nor an answer of Wikidata")


def _entity(one: Mapping[str, Any]) -> Mapping[str, str]:
    """Of all languages: the first label is the English one, where there is one."""
    labels = {key: label["value"] for key, label in one.get("labels", {}).items()}
    aliases = [alias["value"] for said in one.get("aliases", {}).values() for alias in said]
    first = labels.get("en") or next(iter(labels.values()), "")
    return {
        "item": one.get("id", ""),
        "label": first,
        "aliases": _listed([*labels.values(), *aliases]),
    }


def _folded(row: Iterable[tuple[str, Any]]) -> Mapping[str, str]:
    """``itemAltLabel`` is an altlabel, ``personLabel`` a label, ``ownerLabel`` an owner."""
    found: dict[str, str] = {}
    for key, value in row:
        column, text = _column(key), str(value or "")
        if isinstance(value, list):
            text = _listed(value) if column in _ALIASES else ", ".join(map(str, value))
        found.setdefault(column, text.strip().strip('"'))
    return found


def _listed(values: Iterable[Any]) -> str:
    return "".join(f"{value}{_LISTED}" for value in values)


def _spellings(aliases: str) -> list[str]:
    """The names in a cell; of a list as they are."""
    return aliases.split(_LISTED) if _LISTED in aliases else _SEPARATORS.split(aliases)


def _column(key: str) -> str:
    plain = key.strip().lstrip("?").lower().replace("_", "").replace(" ", "")
    if plain.endswith("altlabel"):
        return "altlabel"
    bare = plain.removesuffix("label")
    return "label" if bare != plain and bare not in _HOLDERS else bare or plain


def _one(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _day(text: str, number: int) -> date | None:
    """A day, or the day of a time as Wikidata writes it."""
    if not text:
        return None
    try:
        return date.fromisoformat(text.lstrip("+")[:10])
    except ValueError:
        raise BadInput(f"entry {number}: {text!r} is no day (YYYY-MM-DD)") from None
