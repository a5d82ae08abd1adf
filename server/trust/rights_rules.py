"""The registry's entries as a layer of the policy's rules, and what they conflict with."""

from collections.abc import Sequence
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
    # What nobody has looked at is offered to nobody.
    if right.state == "confirmed":
        english, french = right.instead_en or english, right.instead_fr or french
    told = {"en": english, "fr": french}
    spellings = (right.name, *right.also)
    if right.kind == "style":
        spellings = tuple(form.format(one) for one in spellings for form in STYLES)
    # Named by its id, so that what refuses is found again, however alike two of them are called.
    named = Name(f"{right.name} ({right.id})", holder=right.holder, also=spellings, alone=False)
    return replace(named, until=right.until, **told)


def rights_layer(rights: Sequence[Right], today: date) -> RuleFile:
    """The entries that are live on a day and not allowed to everybody, as a layer of rules."""
    groups = []
    for kind, (english, french) in INSTEAD.items():
        of_kind = [one for one in rights if one.kind == kind and is_enforced(one, today)]
        if of_kind:
            names = tuple(map(rule_name, of_kind))
            groups.append(Group(kind, "rights", MESSAGE, english, french, names))
    return RuleFile("rights", names=tuple(groups))


def is_enforced(right: Right, today: date) -> bool:
    """Whether an entry is live on a day, and says anything to a prompt."""
    ended = right.until is not None and right.until < today
    return right.state in LIVE and right.mode != "allow" and not ended


def find_conflicts(new: NewRight, rules: Rules) -> tuple[Conflict, ...]:
    """Why an operator has to look before an entry is live; what else is registered the store knows
    (``add_rights``)."""
    found: list[Conflict] = []
    if any(_is_common(one, rules) for one in (new.name, *new.also)):
        found.append("common words")
    if any(map(has_other_script, (new.name, *new.also))):
        found.append("other letters")
    if any(_is_listed(one, rules) for one in (new.name, *new.also)):
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


def current_day() -> date:
    """The day by which entries end."""
    return date.today()


def _key(spelling: str) -> str:
    return spelling if has_other_script(spelling) else squeeze("".join(read(spelling)))


def _is_common(spelling: str, rules: Rules) -> bool:
    """Whether common words match it: they are found without their spaces, too."""
    words = [] if has_other_script(spelling) else list(read(spelling))
    written, common = "".join(words), rules.common.all_words
    if not words or all(word in common for word in words) or written in common:
        return bool(words)
    return any(written[:at] in common and written[at:] in common for at in range(2, len(written)))


def _is_listed(spelling: str, rules: Rules) -> bool:
    if has_other_script(spelling):
        return any(True for _ in rules.in_other_scripts.find(spelling))
    return _key(spelling) in rules.spellings
