"""What people report, who decides of it, and what was decided."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from phosphene.events import Recorded
from phosphene.model import Person

Role = Literal["moderator", "operator"]
"""A moderator decides of reports; an operator also gives roles and sees what the instance does."""
SubjectKind = Literal["clip", "comment", "person"]
Reason = Literal[
    "spam",
    "harassment",
    "hate",
    "sexual",
    "violence",
    "self_harm",
    "child_safety",
    "impersonation",
    "other",
]
Action = Literal["dismiss", "hide", "remove", "suspend", "publish"]
"""Hidden is what only its author sees until that is undone; removed is what goes for good after
seven days as well. Who is suspended may read, and take back what is theirs. Published is a comment
that nearly broke the rules and waited."""
ReportState = Literal["open", "decided", "gone"]
AppealOutcome = Literal["upheld", "overturned"]
"""Upheld: it stays as it was decided; overturned: what that took is there again."""
AppealState = Literal["open", "upheld", "overturned", "gone"]
ACTIONS: Final[dict[SubjectKind, tuple[Action, ...]]] = {
    "clip": ("dismiss", "hide", "remove"),
    "comment": ("dismiss", "hide", "remove"),
    "person": ("dismiss", "suspend"),
}
"""What can be decided of each."""
WORDS_TYPED: Final = 1000
WORDS_LIMIT: Final = 500
Words = Annotated[str, Meta(max_length=WORDS_TYPED)]
SubjectId = Annotated[str, Meta(min_length=1, max_length=64)]


class NewReport(Struct, frozen=True):
    """``subject``: the id of a clip or of a comment, the handle of a person."""

    kind: SubjectKind
    subject: SubjectId
    reason: Reason
    words: Words = ""


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


class Receipts(Struct, frozen=True):
    """One's own, the newest first, 200 at most."""

    reports: Sequence[Receipt]


class Report(Struct, frozen=True, kw_only=True):
    """What one person says of something."""

    id: str
    reporter: Person
    reason: Reason
    words: str
    at: float


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


class Cases(Struct, frozen=True):
    """Of the 200 oldest open reports; whose first report is oldest comes first. ``open``: how many
    reports are open in all, 10,000 at most."""

    cases: Sequence[Case]
    open: int


class NewDecision(Struct, frozen=True):
    """``subject``: the id, also of a person. ``reason``: as the author is told it; without one the
    most frequent of the reports. ``note``: words to the author."""

    kind: SubjectKind
    subject: SubjectId
    action: Action
    reason: Reason | None = None
    note: Words = ""


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
    """As those see it who decide: with what was decided, and what that is about says (``text``).
    ``answered_by``: None where somebody used the operator's token, or nobody has yet."""

    decision: Decision
    text: str
    answered_by: Person | None = None


class Appeals(Struct, frozen=True):
    """200 at most."""

    appeals: Sequence[Appeal]


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
    role: Role


class RoleHolder(Struct, frozen=True, kw_only=True):
    """``given_by``: None where somebody used the operator's token."""

    person: Person
    role: Role
    given_by: Person | None
    given_at: float


class RoleHolders(Struct, frozen=True):
    """Operators first."""

    holders: Sequence[RoleHolder]
