"""Who asks for another look at a refusal, what comes of it, and what that changes in the rules."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from phosphene.errors import JudgedBy, Stage
from phosphene.events import Recorded
from phosphene.model import Person

RefusalOutcome = Literal["right", "once", "rule", "unsure"]
"""The rule is right; it was wrong this once; the rule itself is wrong; that cannot be said."""
RefusalAppealState = Literal["open", "right", "once", "rule", "unsure"]
JudgedRule = tuple[str, JudgedBy]
"""A rule, and the layer in which it spoke."""
OVERTURNED: Final = frozenset({"once", "rule"})
AGAIN: Final = frozenset({"right", "unsure"})
"""Answers after which one may ask for a look by somebody else, once."""
DeskRuleKind = Literal["phrase", "ask"]
"""A phrase that is innocent, or a rule that asks instead of refusing."""

TYPED: Final = 1000
AppealWords = Annotated[str, Meta(max_length=TYPED)]
PHRASE_LIMIT: Final = 100
PASS_DAYS: Final = 90
ONCE_S: Final = 30 * 86400.0
"""So long a pass for one drawing is good."""


class RefusalPass(Struct, frozen=True):
    """What was found wrong of a person's prompt: the appeal, and what no longer refuses it."""

    appeal: str
    rule: str
    layer: JudgedBy


class NewRefusalAppeal(Struct, frozen=True, kw_only=True):
    """``text``: the prompt that was refused, ``parent``: what it goes on from. ``consent``: those
    who moderate may read it. Of a severe rule nothing but a keyed hash of it is kept, and no
    ``words``."""

    text: Annotated[str, Meta(max_length=TYPED)]
    consent: bool
    parent: Annotated[str, Meta(max_length=64)] = ""
    words: AppealWords = ""


class SecondAppeal(Struct, frozen=True):
    """Why somebody else should look once more (Digital Services Act, art. 20)."""

    words: AppealWords


class RefusalClaims(Struct, frozen=True, kw_only=True):
    """What the id of a refusal says, as the server that refused signed it. ``digest``: a keyed hash
    of the prompt and of what it goes on from; ``matched``: what spoke, as places in the prompt."""

    id: str
    at: int
    digest: str
    rule: str
    layer: JudgedBy
    stage: Stage
    version: str
    severe: bool
    score: float | None
    threshold: float | None
    matched: tuple[tuple[int, int], ...]


class OwnRefusalAppeal(Struct, frozen=True, kw_only=True):
    """An appeal as its author sees it. ``text``: the prompt, empty of a severe rule; ``note``: what
    they were told; ``pass_until``: until when the prompt is drawn, ``pass_uses``: how often, -1 as
    often as they like; ``may_ask_again``: somebody else can look once more. ``automatic``: a
    program refused it, and ``decided_by_program`` none answered. Times in seconds since the
    epoch."""

    id: str
    text: str
    words: str = ""
    rule: str
    layer: JudgedBy
    stage: Stage
    rules_version: str
    keeps: Literal["prompt", "hash"]
    matched: tuple[str, ...] = ()
    score: float | None = None
    threshold: float | None = None
    refused_at: float
    at: float
    state: RefusalAppealState
    again: bool = False
    note: str = ""
    answered_at: float | None = None
    answer_by: float
    pass_until: float | None = None
    pass_uses: int = 0
    may_ask_again: bool = False
    automatic: bool = True
    decided_by_program: bool = False
    further: tuple[Literal["out_of_court", "court"], ...] = ("out_of_court", "court")


class OwnRefusalAppeals(Struct, frozen=True):
    """One's own, the newest first, 200 at most."""

    appeals: Sequence[OwnRefusalAppeal]


class RuleLooks(Struct, frozen=True):
    """What came of the looks at refusals by one rule, since it was last set back. ``people``: so
    many different ones asked for them."""

    right: int = 0
    once: int = 0
    rule: int = 0
    unsure: int = 0
    people: int = 0


class RuleSeen(Struct, frozen=True, kw_only=True):
    """A rule as it stands now: its words to people, whose entry it is; ``asks``: it asks instead of
    refusing. ``known``: it is there still."""

    rule: str
    message: str = ""
    entry: str = ""
    holder: str = ""
    version: str = ""
    known: bool = True
    asks: bool = False
    looks: RuleLooks = RuleLooks()


class RefusalAppeal(OwnRefusalAppeal, frozen=True, kw_only=True):
    """As those see it who decide, beside the rule that spoke."""

    person: Person
    parent: str = ""
    answered_by: Person | None = None
    seen: RuleSeen | None = None


class RefusalAppeals(Struct, frozen=True):
    """200 at most: of each person the first before anybody's second, then the oldest; or the newest
    that were answered. ``open``: how many wait in all."""

    appeals: Sequence[RefusalAppeal]
    open: int


class NewRefusalAnswer(Struct, frozen=True, kw_only=True):
    """``note``: words to who asks. ``days``: a pass is good for so many, without it for one drawing
    within thirty. ``phrase``: of a wrong rule that judges words, what of the prompt is innocent
    from now on."""

    outcome: RefusalOutcome
    note: AppealWords = ""
    days: Annotated[int, Meta(ge=1, le=PASS_DAYS)] | None = None
    phrase: Annotated[str, Meta(max_length=PHRASE_LIMIT)] = ""


class NewPhraseTrial(Struct, frozen=True):
    phrase: Annotated[str, Meta(max_length=PHRASE_LIMIT)]


class PhraseTrial(Struct, frozen=True):
    """What would be drawn if a phrase were innocent. ``read_as``: the listed name that the rules
    take the phrase itself for, maybe written nearly right: whoever answers sees it. ``names`` and
    ``severe``: listed names, and phrases of severe rules, that would pass: with one of them it is
    not taken. ``loosened``: other phrases of the rules that would. ``frees``: the prompt would be
    drawn."""

    phrase: str
    frees: bool
    read_as: str = ""
    names: tuple[str, ...] = ()
    severe: tuple[str, ...] = ()
    loosened: tuple[str, ...] = ()


class DeskRule(Struct, frozen=True, kw_only=True):
    """One change of the rules that the desk made. ``made_by``: None where somebody used the
    operator's token, or a rule was overturned too often (``kind`` is ``ask``)."""

    seq: int
    at: float
    kind: DeskRuleKind
    rule: str
    layer: JudgedBy
    phrase: str = ""
    made_by: Person | None = None
    undone_at: float | None = None
    undone_by: Person | None = None


class DeskRules(Struct, frozen=True):
    """The newest first, 200 at most."""

    rules: Sequence[DeskRule]


class LiveDeskRules(Struct, frozen=True):
    """What holds, and the number of the last change."""

    version: int
    phrases: tuple[str, ...] = ()
    asks: frozenset[tuple[str, JudgedBy]] = frozenset()


class RefusalAppealTotal(Struct, frozen=True):
    """Appeals of refusals by what came of them; ``mean_s``: seconds until they were answered."""

    layer: JudgedBy
    language: str
    state: RefusalAppealState
    count: int
    mean_s: float | None


class RefusalAnswered(Struct, frozen=True):
    """An appeal that was answered, and what was recorded of it."""

    appeal: RefusalAppeal
    recorded: tuple[Recorded, ...]
