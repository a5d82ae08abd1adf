"""Events: every change that somebody may see is one of these; topics carry them in order.

``tag`` is an event's ``type`` for clients. A stored one belongs into ``StoredEvent``, one for the
moment into ``SpokenEvent``.
"""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from phosphene.model import Clip, Comment, Person, Steer
from phosphene.notifications import NoticeKind


class ClipQueued(Struct, frozen=True, tag="clip_queued"):
    clip: Clip


class ClipStarted(Struct, frozen=True, tag="clip_started"):
    """The worker has begun: from now on the clip can be watched."""

    clip: Clip


class ClipWaiting(Struct, frozen=True, tag="clip_waiting"):
    """No worker has room yet: the clip's ``place`` in the line (1 is next) and the seconds until
    it is expected to begin. Not stored."""

    clip: str
    place: int
    wait_s: float


class ClipProgress(Struct, frozen=True, tag="clip_progress"):
    """Where the render is. ``eta_s``: expected seconds until the last final frame. Not stored."""

    clip: str
    step: int
    steps: int
    chunk: int
    chunks: int
    percent: float
    sigma: float
    eta_s: float


class ClipFinished(Struct, frozen=True, tag="clip_finished"):
    clip: Clip


class ClipFailed(Struct, frozen=True, tag="clip_failed"):
    """``status`` of the clip is failed or cancelled; ``reason`` says why."""

    clip: Clip


class Proposal(Struct, frozen=True):
    """A line that somebody proposes for a clip on air, and how many want it."""

    id: str
    author: Person
    text: str
    votes: int = 0


class ClipBallot(Struct, frozen=True, tag="clip_ballot"):
    """The clip can be steered, and this is what its audience has proposed, most wanted first.

    ``closes_s``: seconds until the choice at the latest, None while nothing is proposed.
    ``chosen`` was chosen and does not count yet. Not stored."""

    clip: str
    proposals: tuple[Proposal, ...] = ()
    closes_s: float | None = None
    chosen: Proposal | None = None


class ClipSteered(Struct, frozen=True, tag="clip_steered"):
    """From here on the clip follows ``steer``, which is in its recipe now."""

    clip: Clip
    steer: Steer


class Liked(Struct, frozen=True, tag="liked"):
    """``likes`` is the exact total after this change; ``by`` liked (or unliked) just now."""

    clip: str
    by: Person
    on: bool
    likes: int


class Commented(Struct, frozen=True, tag="commented"):
    """``comments``: the exact total of the clip, ``replies`` of the talk that it answers in."""

    comment: Comment
    comments: int
    replies: int | None = None


class CommentChanged(Struct, frozen=True, tag="comment_changed"):
    """Its author wrote it anew."""

    comment: Comment


class CommentRemoved(Struct, frozen=True, tag="comment_removed"):
    """A comment is gone, with its answers. ``comments``: the exact total of the clip that is left,
    ``replies`` of the talk ``parent``. In the place of an event that told of it the numbers are
    None: a later event says them."""

    clip: str
    comment: str
    parent: str | None = None
    comments: int | None = None
    replies: int | None = None


class CommentLiked(Struct, frozen=True, tag="comment_liked"):
    """``likes`` is the exact total of a comment after this change."""

    clip: str
    comment: str
    likes: int


class CommentPinned(Struct, frozen=True, tag="comment_pinned"):
    """What the clip's author wants to be read first; None: nothing any more."""

    clip: str
    comment: Comment | None = None


class Remixed(Struct, frozen=True, tag="remixed"):
    """``clip`` was remixed into ``remix``, or forked (``fork``); ``remixes`` is the exact total of
    direct remixes and forks."""

    clip: str
    remix: Clip
    remixes: int
    fork: bool = False


class ClipRemoved(Struct, frozen=True, tag="clip_removed"):
    """``clip`` is gone, with everything that was written of it. ``remixes``, on its parent's topic
    only: the exact total of direct remixes that are left."""

    clip: str
    remixes: int | None = None


class ClipChanged(Struct, frozen=True, tag="clip_changed"):
    """Its author changed who may see it, who may remix it, or under which terms it may be used: so
    it is new to who could not see it before."""

    clip: Clip


class ClipHidden(Struct, frozen=True, tag="clip_hidden"):
    """``clip`` is there, and not for everybody any more."""

    clip: str


class ViewersChanged(Struct, frozen=True, tag="presence"):
    """How many people have the clip before them now, over all instances. Not stored."""

    clip: str
    viewers: int


class Notice(Struct, frozen=True, kw_only=True):
    """Something that a person is told: what ``actor`` did last, who is one of ``count`` when it is
    told together; ``clip`` and ``comment``: of which, empty where it is of none; ``text``: the
    words, as of a comment. ``outcome``: what was decided of what one reported (``decided``), or of
    what is one's own (``moderated``). ``at``: seconds since the epoch."""

    id: str
    kind: NoticeKind
    actor: Person
    clip: str = ""
    comment: str = ""
    text: str = ""
    outcome: str = ""
    count: int = 1
    at: float
    seen: bool = False


class Noticed(Struct, frozen=True, tag="noticed"):
    """On a person's own topic: ``unread`` is the exact number of notices that were not seen."""

    notice: Notice
    unread: int


class InboxSeen(Struct, frozen=True, tag="inbox_seen"):
    """On a person's own topic: they looked, perhaps on another device."""

    unread: int


StoredEvent = (
    ClipQueued
    | ClipStarted
    | ClipSteered
    | ClipFinished
    | ClipFailed
    | ClipRemoved
    | ClipChanged
    | ClipHidden
    | Liked
    | Commented
    | CommentChanged
    | CommentRemoved
    | CommentLiked
    | CommentPinned
    | Remixed
    | Noticed
    | InboxSeen
)
SpokenEvent = ClipWaiting | ClipProgress | ClipBallot | ViewersChanged
"""What is told to those who are there, and not stored."""
Event = StoredEvent | SpokenEvent


class Recorded(Struct, frozen=True):
    """A stored event with its topic and its place in it. ``event`` is None where a newer release
    wrote one of a type that this one does not know: the place is passed over."""

    topic: str
    seq: int
    event: StoredEvent | None


Publish = Callable[[Sequence[Recorded]], Awaitable[None]]
"""Tells what was recorded to whoever is there."""
