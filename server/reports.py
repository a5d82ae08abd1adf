"""What people report, who decides of it, and what was decided."""

import re
from collections.abc import Sequence
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from phosphene.errors import Unusable
from phosphene.events import Recorded
from phosphene.model import Person

Role = Literal["moderator", "operator"]
"""A moderator decides of reports; an operator also gives roles and sees what the instance does."""
GivenRole = Literal["flagger", "moderator", "operator"]
"""A flagger decides of nothing: what they report is looked at first (Digital Services Act,
art. 22)."""
SubjectKind = Literal["clip", "comment", "person"]
Reason = Literal[
    "spam",
    "harassment",
    "hate",
    "sexual",
    "intimate",
    "violence",
    "self_harm",
    "child_safety",
    "impersonation",
    "rights",
    "other",
]
"""Intimate: it shows somebody naked or in a sexual act who does not want that; rights: of a holder
of a copyright or a trade mark."""
Action = Literal["dismiss", "hide", "remove", "hold", "warn", "suspend", "publish"]
"""Hidden is what only its author sees until that is undone; removed is what goes for good after
seven days as well. Held is what was made of a clip that was hidden or removed, until somebody has
looked at it. Who is warned is told so; who is suspended may read, and take back what is theirs.
Published is a comment that nearly broke the rules and waited."""
Ground = Literal["terms", "law"]
"""What a decision rests on: what was agreed to, or what the law forbids."""
ReportState = Literal["open", "decided", "gone"]
AppealOutcome = Literal["upheld", "overturned"]
"""Upheld: it stays as it was decided; overturned: what that took is there again."""
AppealState = Literal["open", "upheld", "overturned", "gone"]
ACTIONS: Final[dict[SubjectKind, tuple[Action, ...]]] = {
    "clip": ("dismiss", "hide", "remove"),
    "comment": ("dismiss", "hide", "remove"),
    "person": ("dismiss", "warn", "suspend"),
}
"""What can be decided of each."""
APPEAL_S: Final = 183 * 86400.0
"""So long another look can be asked for: six months (Digital Services Act, art. 20)."""
ANSWER_S: Final = 14 * 86400.0
"""Within so long it is to be answered."""
EMAIL: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+")
NAMELESS: Final = frozenset({"child_safety", "intimate"})
"""What can be said to break the law without a name."""
WORDS_TYPED: Final = 1000
WORDS_LIMIT: Final = 500
Words = Annotated[str, Meta(max_length=WORDS_TYPED)]
SubjectId = Annotated[str, Meta(min_length=1, max_length=64)]


class NewReport(Struct, frozen=True):
    """``subject``: the id of a clip or of a comment, the handle of a person. ``unlawful``: it is a
    notice that the law is broken (Digital Services Act, art. 16), which says why in ``words``, and
    who says so by ``name`` and ``email``; ``good_faith``: they believe that it is right and whole.
    """

    kind: SubjectKind
    subject: SubjectId
    reason: Reason
    words: Words = ""
    unlawful: bool = False
    name: Annotated[str, Meta(max_length=100)] = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    good_faith: bool = False


def check_report(new: NewReport) -> None:
    """Whether a report says what it must. Raises Unusable."""
    if new.email and not EMAIL.fullmatch(new.email):
        raise Unusable("email: an address like name@example.org")
    if not new.unlawful:
        return
    if not new.words:
        raise Unusable("words: say why it breaks the law")
    if not new.good_faith:
        raise Unusable("good_faith: say that you believe this to be right and complete")
    # Of the abuse of children anybody may tell without a name (art. 16, 2 c); whom an intimate
    # picture shows is asked for none either.
    if new.reason not in NAMELESS and not (new.name and new.email):
        raise Unusable("name and email: say who you are, so that you can be answered")


class Receipt(Struct, frozen=True, kw_only=True):
    """A report as its reporter sees it. ``state``: ``gone`` when what was reported is there no more
    and nothing was decided; ``action``: what was decided. Times in seconds since the epoch."""

    id: str
    kind: SubjectKind
    subject: str
    reason: Reason
    words: str
    at: float
    state: ReportState
    action: Action | None = None
    decided_at: float | None = None
    unlawful: bool = False
    decision: str | None = None
    """Where it was decided to leave it: whose id another look can be asked for."""


class Receipts(Struct, frozen=True):
    """One's own, the newest first, 200 at most."""

    reports: Sequence[Receipt]


class Report(Struct, frozen=True, kw_only=True):
    """What one person says of something. ``flagger``: what they report is looked at first;
    ``unfounded``: of so many of their reports of the last year it was decided to leave it."""

    id: str
    reporter: Person
    reason: Reason
    words: str
    at: float
    unlawful: bool = False
    name: str = ""
    email: str = ""
    good_faith: bool = False
    flagger: bool = False
    unfounded: int = 0


class Case(Struct, frozen=True, kw_only=True):
    """Something with its open reports, the oldest first. ``subject``: its id, ``clip``: the clip
    that it is or is below, ``author``: whose it is; ``text``: what it says, of a person what they
    say of themselves."""

    kind: SubjectKind
    subject: str
    clip: str = ""
    author: Person
    text: str
    reports: Sequence[Report]
    hidden: bool = False
    """Nobody sees it until somebody has looked: it may be an intimate picture."""
    earlier: int = 0
    """Decisions of the last year that hold against its author."""


class Cases(Struct, frozen=True):
    """Of the 200 open reports that come first: intimate pictures and children in danger, then what
    flaggers report, then the oldest. ``open``: how many reports are open in all, 10,000 at most."""

    cases: Sequence[Case]
    open: int


class NewDecision(Struct, frozen=True):
    """``subject``: the id, also of a person. ``reason``: as the author is told it; without one the
    most frequent of the reports. ``note``: words to the author. ``reference``: the law, or the
    clause of the terms; a decision on the ground of the law names it. ``days``: a suspension ends
    after so many by itself."""

    kind: SubjectKind
    subject: SubjectId
    action: Action
    reason: Reason | None = None
    note: Words = ""
    ground: Ground = "terms"
    reference: Annotated[str, Meta(max_length=200)] = ""
    days: Annotated[int, Meta(ge=1, le=366)] | None = None

    def until(self, now: float) -> float | None:
        """When a suspension ends by itself; None: it does not."""
        return None if self.days is None else now + self.days * 86400.0


def check_decision(new: NewDecision) -> None:
    """Whether a decision says what it must. Raises Unusable."""
    if new.ground == "law" and not new.reference:
        raise Unusable("reference: name the law that it breaks")
    if new.days is not None and new.action != "suspend":
        raise Unusable("days: only a suspension ends by itself")


class Decision(Struct, frozen=True, kw_only=True):
    """What was decided. ``by``: None where somebody used the operator's token, and ``undone_by``
    likewise; ``final``: it cannot be undone. Times in seconds since the epoch."""

    id: str
    kind: SubjectKind
    subject: str
    clip: str = ""
    author: Person
    action: Action
    reason: Reason
    note: str = ""
    by: Person | None
    at: float
    final: bool
    undone_at: float | None = None
    undone_by: Person | None = None
    ground: Ground = "terms"
    reference: str = ""
    notified: bool = False
    """Whether somebody had reported it."""
    until: float | None = None
    cause: str = ""
    """Of what is held: the decision of the clip that it was made of."""


class Decisions(Struct, frozen=True):
    """The newest first, and the cursor after them (None at the end)."""

    decisions: Sequence[Decision]
    cursor: str | None


class NewAppeal(Struct, frozen=True):
    """Why something should be looked at once more."""

    words: Words


class AppealAnswer(Struct, frozen=True):
    """``note``: words to whose it is."""

    outcome: AppealOutcome
    note: Words = ""


class OwnAppeal(Struct, frozen=True, kw_only=True):
    """An appeal as its author sees it; ``note``: what they were told. Times in seconds since the
    epoch."""

    words: str
    at: float
    state: AppealState
    note: str = ""
    answered_at: float | None = None


class Appeal(OwnAppeal, frozen=True, kw_only=True):
    """As those see it who decide: with what was decided, and what that is about says (``text``);
    it is to be answered until ``answer_by``. ``answered_by``: None where somebody used the
    operator's token, or nobody has yet."""

    decision: Decision
    text: str
    answered_by: Person | None = None
    answer_by: float


class Appeals(Struct, frozen=True):
    """200 at most."""

    appeals: Sequence[Appeal]


class StatementOfReasons(Struct, frozen=True, kw_only=True):
    """What whose it is is told of a decision (Digital Services Act, art. 17): what is restricted,
    where, since when and until when (None: until it is undone), what it rests on, whether somebody
    had reported it, and whether a program found or decided it. ``appeal``: where another look is
    asked for, free of charge, until ``appeal_until``; ``further``: what stands open after that.
    Times in seconds since the epoch."""

    restriction: Action
    territory: Literal["everywhere"] = "everywhere"
    since: float
    until: float | None
    facts: str
    ground: Ground
    reference: str
    notified: bool
    found_by_program: bool
    decided_by_program: bool
    appeal: str
    appeal_until: float
    further: tuple[Literal["out_of_court", "court"], ...] = ("out_of_court", "court")


def statement_of(one: Decision) -> StatementOfReasons:
    """The reasons of a decision. Pure."""
    return StatementOfReasons(
        restriction=one.action,
        since=one.at,
        until=one.until,
        facts=one.note,
        ground=one.ground,
        reference=one.reference,
        notified=one.notified,
        # What was made of something that was taken away is held at once, without a look.
        found_by_program=one.action == "hold",
        decided_by_program=one.action == "hold",
        appeal=f"/v1/me/decisions/{one.id}/appeal",
        appeal_until=one.at + APPEAL_S,
    )


class OwnDecision(Struct, frozen=True, kw_only=True):
    """What was decided of something of one's own; not by whom. ``text``: what it says, as long as
    it is there. ``may_appeal``: it can be looked at once more, and nobody has asked for that."""

    id: str
    kind: SubjectKind
    subject: str
    clip: str = ""
    text: str = ""
    action: Action
    reason: Reason
    note: str = ""
    at: float
    final: bool
    undone_at: float | None = None
    may_appeal: bool
    appeal: OwnAppeal | None = None
    statement: StatementOfReasons | None = None


class OwnDecisions(Struct, frozen=True):
    """The newest first, 200 at most."""

    decisions: Sequence[OwnDecision]


class Answered(Struct, frozen=True):
    """An appeal that was answered, and what was recorded of it."""

    appeal: Appeal
    recorded: tuple[Recorded, ...]


class Decider(Struct, frozen=True):
    """Who decides: a person with a role, or whoever knows the operator's token (no person).
    ``confirmed_at``: when the person last proved that it is them."""

    person: Person | None
    role: Role
    confirmed_at: float = 0.0

    @property
    def id(self) -> str:
        """Empty of who has the token."""
        return self.person.id if self.person else ""


class Decided(Struct, frozen=True):
    """A decision, and what was recorded of it."""

    decision: Decision
    recorded: tuple[Recorded, ...]


class NewRole(Struct, frozen=True):
    role: GivenRole


class RoleHolder(Struct, frozen=True, kw_only=True):
    """``given_by``: None where somebody used the operator's token."""

    person: Person
    role: GivenRole
    given_by: Person | None
    given_at: float


class RoleHolders(Struct, frozen=True):
    """Operators first."""

    holders: Sequence[RoleHolder]
