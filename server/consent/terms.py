"""What somebody allows with their likeness, and the one decision whether a use is within it.

``decide_use`` is asked when a clip is asked for, when it starts, with every chunk and steering
line, and when it is published, remixed or forked. What cannot be decided is a no.
"""

from collections.abc import Iterable
from typing import Annotated, Final, Literal, get_args

import msgspec
from msgspec import Meta, Struct

Level = Literal["none", "presence", "verified"]
"""What was checked of somebody: nothing, that a living person moved before a camera, or who they
are (by a verifier). Presence is no identity: a virtual camera can pass it."""
Scope = Literal["me", "approved", "mutuals", "everyone"]
"""Who may use a likeness, beside its owner: people that they approved one by one; those who they
follow and who follow them; everyone."""
Answer = Literal["yes", "ask", "no"]
Via = Literal["prompt", "remix", "fork", "steer"]
"""How somebody comes to use a likeness."""
DrawnFrom = Literal["card", "portrait"]
"""What a model draws somebody from: the card that they filled in, or their portrait."""
Why = Literal[
    "own",
    "granted",
    "answered",
    "asked",
    "withdrawn",
    "not_lent",
    "barred",
    "minor",
    "ended",
    "rule",
    "scope",
    "no_portrait",
]

_SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
"""The narrowest first: who was approved by name stays so in the wider ones."""
ASK_S: Final = 24 * 3600.0
"""An ask that nobody answers within so long is a no."""

CategoryCode = Annotated[str, Meta(pattern=r"^[a-z_]{1,32}\Z")]
RuleWords = Annotated[str, Meta(min_length=2, max_length=60)]


class UsageRules(Struct, frozen=True, forbid_unknown_fields=True):
    """In what a likeness is never shown, whoever asks: ``categories`` of the policy's rules, and
    ``words`` of one's own."""

    categories: Annotated[tuple[CategoryCode, ...], Meta(max_length=30)] = ()
    words: Annotated[tuple[RuleWords, ...], Meta(max_length=50)] = ()


class LikenessTerms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an owner allows. ``ask_each``: every use by somebody else waits for a yes of its own;
    ``until``: seconds since the epoch at which it ends, None for no end."""

    scope: Scope = "me"
    rules: UsageRules = UsageRules()
    ask_each: bool = False
    until: float | None = None


class UseWords(Struct, frozen=True):
    """What the policy reads in the words of a use: the ``categories`` that they touch, and each way
    to read them, words with one space before and after each."""

    categories: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()


class UseStanding(Struct, frozen=True, kw_only=True):
    """What counts between the owner of a likeness and who uses it, at one moment. ``user_minor`` or
    ``owner_minor``: one of them is protected. ``blocked``: one of them blocks the other.
    ``approved`` and ``barred``: what the owner said of this person. ``answer``: to the ask of this
    very use, None while there is none. ``withdrawn``: this very use was taken back. ``drawn_from``:
    what the model draws from; ``portrait``: the entry of the ledger in which the owner agreed to a
    portrait that is kept now, 0: there is none."""

    owner: str
    user: str
    level: Level = "none"
    terms: LikenessTerms = LikenessTerms()
    grant: int = 0
    approved: bool = False
    barred: bool = False
    mutual: bool = False
    blocked: bool = False
    user_minor: bool = False
    owner_minor: bool = False
    answer: bool | None = None
    withdrawn: bool = False
    drawn_from: DrawnFrom = "card"
    portrait: int = 0


class UseVerdict(Struct, frozen=True):
    """``grant``: the entry of the ledger on which it rests, 0: none; ``portrait``: that in which
    they agreed to be drawn from a portrait, 0: they are drawn as their card says."""

    answer: Answer
    why: Why
    grant: int = 0
    portrait: int = 0


def decide_use(standing: UseStanding, reading: UseWords, now: float) -> UseVerdict:
    """Whether a likeness may be used so at this moment."""
    if standing.level == "none" or not standing.grant or standing.owner_minor:
        return UseVerdict("no", "not_lent")
    if standing.withdrawn:
        return UseVerdict("no", "withdrawn", standing.grant)
    by_portrait = standing.drawn_from == "portrait"
    # Whose age no verifier knows is drawn by no photorealistic model, whatever is kept of them.
    if by_portrait and not (standing.portrait and standing.level == "verified"):
        return UseVerdict("no", "no_portrait", standing.grant)
    portrait = standing.portrait if by_portrait else 0
    if standing.user == standing.owner:
        return UseVerdict("yes", "own", standing.grant, portrait)
    why = _forbidden(standing, reading, now)
    if why is not None:
        return UseVerdict("no", why, standing.grant)
    return msgspec.structs.replace(_each_time(standing), portrait=portrait)


def decide_together(verdicts: Iterable[UseVerdict]) -> Answer:
    """Of several people in a clip each decides: one no is a no, and one ask waits."""
    answers = {one.answer for one in verdicts}
    return "no" if "no" in answers else "ask" if "ask" in answers else "yes"


def is_wider(terms: LikenessTerms, before: LikenessTerms) -> bool:
    """Whether terms allow anything that those before did not."""
    later = before.until is not None and (terms.until is None or terms.until > before.until)
    rules = before.rules
    return (
        _SCOPES.index(terms.scope) > _SCOPES.index(before.scope)
        or (before.ask_each and not terms.ask_each)
        or later
        or not set(rules.categories) <= set(terms.rules.categories)
        or not set(rules.words) <= set(terms.rules.words)
    )


def _each_time(standing: UseStanding) -> UseVerdict:
    if not standing.terms.ask_each:
        return UseVerdict("yes", "granted", standing.grant)
    if standing.answer is None:
        return UseVerdict("ask", "asked", standing.grant)
    return UseVerdict("yes" if standing.answer else "no", "answered", standing.grant)


def _forbidden(standing: UseStanding, reading: UseWords, now: float) -> Why | None:
    terms = standing.terms
    if standing.barred or standing.blocked:
        return "barred"
    if standing.user_minor:
        return "minor"
    if terms.until is not None and now >= terms.until:
        return "ended"
    if _breaks(terms.rules, reading):
        return "rule"
    inside = {
        "me": False,
        "approved": standing.approved,
        # Who was approved by name may go on when the scope is widened to others.
        "mutuals": standing.mutual or standing.approved,
        "everyone": True,
    }
    return None if inside[terms.scope] else "scope"


def _breaks(rules: UsageRules, reading: UseWords) -> bool:
    if any(code in reading.categories for code in rules.categories):
        return True
    wanted = [f" {words} " for words in rules.words]
    return any(words in text for text in reading.readings for words in wanted)
