"""The registry's entries as a layer of the policy's rules, and what they conflict with."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from msgspec.structs import replace

from phosphene.errors import Unusable
from phosphene.rights import LIVE, Conflict, NewRight, Right, RightKind
from phosphene.trust.misspellings import squeeze
from phosphene.trust.normalize import read
from phosphene.trust.other_scripts import has_other_script
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rule_file import Group, Name, RuleFile

INSTEAD: Final[dict[RightKind, tuple[str, str]]] = {
    "name": ("another one", "un autre"),
    "character": ("a cartoon character", "un personnage de dessin animé"),
    "style": ("in another style", "dans un autre style"),
    "brand": ("a plain one without a brand", "un modèle sans marque"),
    "estate": ("a person", "une personne"),
}
STYLES: Final = (
    "in the style of {0}",
    "style of {0}",
    "{0} style",
    "dans le style de {0}",
    "à la manière de {0}",
    "façon {0}",
)
"""How a style is asked for; the name alone is none."""
MESSAGE: Final = "{name} is registered by {holder}, who wants nothing drawn of it."
UNANSWERED: Final = "{name} is registered by {holder}: is that meant?"


def rule_name(right: Right) -> Name:
    """An entry as a protected name; a style is one only where it is asked for as a style."""
    english, french = INSTEAD[right.kind]
    told = {"en": right.instead_en or english, "fr": right.instead_fr or french}
    spellings = (right.name, *right.also)
    if right.kind == "style":
        spellings = tuple(form.format(one) for one in spellings for form in STYLES)
    # Named by its id, so that what refuses is found again, however alike two of them are called.
    named = Name(f"{right.name} ({right.id})", holder=right.holder, also=spellings, alone=False)
    return replace(named, until=right.until, **told)


def rights_layer(rights: Sequence[Right]) -> RuleFile:
    """The live entries that are not allowed to everybody, as a layer of rules."""
    groups = []
    for kind, (english, french) in INSTEAD.items():
        of_kind = [one for one in rights if one.kind == kind and speaks(one)]
        if of_kind:
            names = tuple(map(rule_name, of_kind))
            groups.append(Group(kind, "rights", MESSAGE, english, french, names))
    return RuleFile("rights", names=tuple(groups))


def speaks(right: Right) -> bool:
    """Whether an entry is live, and says anything to a prompt."""
    return right.state in LIVE and right.mode != "allow"


def find_conflicts(new: NewRight, rules: Rules, others: Collection[str]) -> tuple[Conflict, ...]:
    """Why an operator has to look before an entry is live. ``others``: keys of what somebody else
    has registered (``keys_of``)."""
    found: list[Conflict] = []
    if any(_is_common(one, rules) for one in (new.name, *new.also)):
        found.append("common words")
    if keys_of(new) & set(others) or any(_is_listed(one, rules) for one in (new.name, *new.also)):
        found.append("somebody else's entry")
    if new.kind == "style":
        found.append("a style")
    if new.kind == "estate":
        found.append("an estate")
    return tuple(found)


def keys_of(new: NewRight) -> frozenset[str]:
    """What spellings of an entry are compared by."""
    return frozenset(map(_key, (new.name, *new.also)))


def check_letters(new: NewRight) -> None:
    """Whether every spelling can be matched. Raises Unusable."""
    for one in (new.name, *new.also):
        if not any(map(str.isalpha, _key(one))) or len(_key(one)) < 2:
            raise Unusable(f"nothing can match {one!r}: it has too few letters")


def today() -> date:
    """The day by which entries end."""
    return date.today()


def _key(spelling: str) -> str:
    return spelling if has_other_script(spelling) else squeeze("".join(read(spelling)))


def _is_common(spelling: str, rules: Rules) -> bool:
    words = [] if has_other_script(spelling) else list(read(spelling))
    return bool(words) and all(word in rules.common.all_words for word in words)


def _is_listed(spelling: str, rules: Rules) -> bool:
    if has_other_script(spelling):
        return any(True for _ in rules.in_other_scripts.find(spelling))
    return _key(spelling) in rules.spellings
