"""Bodies and answers of the HTTP API, which our client reads and writes by the same types."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from phosphene.events import ClipBallot, ClipWaiting
from phosphene.model import (
    Clip,
    CommentId,
    CommentText,
    Counts,
    FeedOrder,
    Handle,
    Page,
    Person,
    PromptText,
)
from phosphene.reports import Role

# A page costs 3 ms of these, and 151 of 10,000, for whoever scrolls.
RANKED: Final = 500
"""The newest clips, which For You is ranked of."""
FEED_PAGE: Final = 10
FEED_PAGE_LIMIT: Final = 50

FeedLimit = Annotated[int, Meta(ge=1, le=FEED_PAGE_LIMIT)]
Ids = tuple[str, ...]


class ClipView(Struct, frozen=True):
    """A clip as one person sees it; ``live`` says that a stream can be watched now, ``waiting``
    where in the line it is when no worker has room yet, ``ballot`` what its audience proposes while
    it can be steered; ``saved``: they keep it."""

    clip: Clip
    liked: bool
    live: bool
    waiting: ClipWaiting | None = None
    ballot: ClipBallot | None = None
    saved: bool = False


class LikeView(Struct, frozen=True):
    counts: Counts
    liked: bool


class Lineage(Struct, frozen=True):
    """The tree of remixes, oldest first; of a very large one the 500 oldest, and those that lead
    from them to the clip."""

    clips: Sequence[Clip]


class NewComment(Struct, frozen=True):
    """``id`` is made by the client, so that sending twice comments once. ``parent``: the comment
    that this one answers; an answer to an answer belongs to the same talk."""

    text: CommentText
    id: CommentId | None = None
    parent: CommentId | None = None


class NewWords(Struct, frozen=True):
    """What a comment says instead."""

    text: CommentText


class CommentLikes(Struct, frozen=True):
    likes: int
    liked: bool


class NewProposal(Struct, frozen=True):
    """What the clip should show from now on, in the words of a prompt."""

    text: PromptText


class FeedRequest(Struct, frozen=True, kw_only=True):
    """What this visit saw, liked and skipped, as ids, latest last. Of ``seen`` the 500 newest
    clips are enough; of the others the last 40 count. ``cursor``: of the last answer, which has
    none at the end. ``order``: none is the one that somebody chose."""

    limit: FeedLimit = FEED_PAGE
    seen: Annotated[Ids, Meta(max_length=2 * RANKED)] = ()
    liked: Annotated[Ids, Meta(max_length=2 * RANKED)] = ()
    skipped: Annotated[Ids, Meta(max_length=2 * RANKED)] = ()
    cursor: str | None = None
    order: FeedOrder | None = None


class FeedPage(Page, frozen=True):
    """A page of the feed, in an ``order``. ``birth``: the clip of which it is to be shown first how
    it came to be, since none is being drawn; ``filtered``: the asker wishes that not everything
    comes, so that what they hear of elsewhere has to be asked for here."""

    birth: str | None = None
    order: FeedOrder = "foryou"
    filtered: bool = False


class Examples(Struct, frozen=True):
    """Sentences that one may ask for, each looked at as the embedded model draws it."""

    texts: tuple[str, ...]


class Cleared(Struct, frozen=True):
    """How many clips were removed."""

    removed: int


class Found(Struct, frozen=True, kw_only=True):
    """Clips that were looked for, and people; the cursor after the clips (None at the end)."""

    clips: Sequence[Clip] = ()
    people: Sequence[Person] = ()
    cursor: str | None = None


class Me(Struct, frozen=True, omit_defaults=True):
    """The visitor. ``kept``: they can sign in again as themselves; ``role``: what they may decide
    about others; ``limited``: they set limits for what they watch; ``minor``:
    they are protected as one. ``token``, a bearer token, is
    for programs only: a page has its cookie, which its scripts cannot read."""

    person: Person
    kept: bool = False
    role: Role | None = None
    limited: bool = False
    minor: bool = False
    token: str | UnsetType = UNSET


class NewHandle(Struct, frozen=True):
    handle: Handle


class ImportReport(Struct, frozen=True, kw_only=True):
    """What came of an archive. ``films``: clips that are here as they were; ``recipes``: those that
    can be drawn again; ``known``: what was brought before; ``refused``: words and recipes against
    the rules of this house; ``left``: what stays away, since what it belongs to is not here."""

    about: bool = False
    films: int = 0
    recipes: int = 0
    comments: int = 0
    relations: int = 0
    known: int = 0
    refused: int = 0
    left: int = 0


WebhookKind = Literal[
    "clip.finished", "clip.failed", "clip.removed", "comment.created", "prompt.refused"
]
"""Of what others are told by webhooks."""
WEBHOOK_TEST: Final = "webhook.test"


class NewWebhook(Struct, frozen=True):
    """``events``: of what is told; none: of everything."""

    url: Annotated[str, Meta(min_length=1, max_length=1024)]
    events: Sequence[WebhookKind] = ()


class Webhook(Struct, frozen=True, kw_only=True):
    """An address that is told of events. ``waiting``: messages that are still to be sent;
    ``dropped``: those that were not taken because too many waited; ``ended_at``: when it said that
    it is gone, in seconds since the epoch as ``created_at``, and nothing more is sent."""

    id: str
    url: str
    events: Sequence[WebhookKind]
    created_at: float
    ended_at: float | None = None
    waiting: int = 0
    dropped: int = 0


class Webhooks(Struct, frozen=True):
    webhooks: Sequence[Webhook]


class MadeWebhook(Struct, frozen=True):
    """``secret`` (``whsec_`` and base64), by which messages are signed, is told this once."""

    webhook: Webhook
    secret: str


class WebhookDelivery(Struct, frozen=True, kw_only=True):
    """A message, ``id`` as its receiver knows it. ``status``: of the last answer; ``why``: what
    went wrong; ``due_at``: when it is tried next."""

    id: str
    event: str
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    begun_at: float | None = None
    due_at: float | None = None
    status: int | None = None
    why: str = ""


class WebhookDeliveries(Struct, frozen=True):
    """The newest first."""

    deliveries: Sequence[WebhookDelivery]


class OfferedModel(Struct, frozen=True, kw_only=True):
    """A model that clips may be asked of now, by its ``name``. ``steps``: denoising steps of a
    clip; ``steers``: from when on its clips follow an audience (a ``step``, a ``chunk``, or never);
    ``forks``: whether it goes on from a part of a clip; ``sound``: whether its clips have any. One
    that ``reads_freely`` has no list of what it can draw."""

    name: str
    width: int
    height: int
    fps: int
    steps: int
    steers: str
    forks: bool
    sound: bool
    reads_freely: bool


class OfferedModels(Struct, frozen=True):
    """That of whoever names none first; none where nothing can be drawn now."""

    models: tuple[OfferedModel, ...]
