"""The nouns: frozen plain data that crosses a room, a process or a network. Imports nothing ours.

Ids are URL-safe strings that sort by time of creation. Times are seconds since the Unix epoch.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

Seconds = Annotated[int, Meta(ge=1, le=10)]
Seed = Annotated[int, Meta(ge=0, le=2**32 - 1)]
Strength = Annotated[float, Meta(gt=0, le=1)]
PromptText = Annotated[str, Meta(min_length=1, max_length=500)]
COMMENT_TYPED: Final = 1000
"""Code points of a comment as it is sent; in NFC it may have 500."""
CommentText = Annotated[str, Meta(min_length=1, max_length=COMMENT_TYPED)]
CommentId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$(?!\n)")]
"""Made by the client, so that sending twice comments once."""
# Ends so because it is in the API's document too: there $ is the end, here a line feed may follow.
Handle = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_]{1,23}$(?!\n)")]

Status = Literal["queued", "live", "done", "failed", "cancelled"]
Visibility = Literal["public", "unlisted", "private"]
"""In every list; seen by who has its address; seen by its author and by who has a token for it."""


class Fork(Struct, frozen=True):
    """From ``second`` of the clip ``parent`` on, differently: what is before stays as it is."""

    parent: str
    second: Seconds


class Prompt(Struct, frozen=True, kw_only=True):
    """What a person asks for: a clip, a remix (``parent``) or a ``fork``, but not both.

    ``strength`` counts only in a remix: 1 forgets the parent.
    """

    text: PromptText
    seconds: Seconds = 5
    seed: Seed | None = None
    parent: str | None = None
    strength: Strength = 0.6
    fork: Fork | None = None
    visibility: Visibility = "public"


class Slot(Struct, frozen=True):
    """One thing that the model understood of a prompt, and the words that said it.

    ``value`` is None where the prompt says nothing that the model can draw; ``confidence`` is
    in 0..1. The words of the slot ``truncated`` are the end of a prompt that the model did not read
    because it was too long; those of the slot ``undrawn`` are things and places that it knows but
    cannot draw.
    """

    name: str
    value: str | None
    confidence: float
    words: tuple[str, ...] = ()


class Person(Struct, frozen=True):
    """A visitor with a signed identity; ``handle`` is chosen, else a generated one."""

    id: str
    handle: str


class Steer(Struct, frozen=True):
    """A change of what a clip is to show: ``text`` counts from the frame ``frame`` on, and from
    the ``step``-th denoising step of that frame on (0: all of them). ``truncated``: its end, where
    it is too long for the model, which does not read that."""

    text: PromptText
    frame: Annotated[int, Meta(ge=0)] = 0
    step: Annotated[int, Meta(ge=0)] = 0
    truncated: str = ""


class Conditions(Struct, frozen=True, kw_only=True):
    """On what a clip is drawn. The same ones, and nobody beside it, give the same to the bit.

    ``device``: as torch names it, ``hardware``: what it is; ``threads`` of the CPU; ``settings``:
    those that can change a picture; ``versions`` of the libraries that compute.
    """

    device: str = ""
    hardware: str = ""
    dtype: str = ""
    threads: int = 0
    settings: dict[str, str] = {}
    versions: dict[str, str] = {}


class Tune(Struct, frozen=True, kw_only=True):
    """What a synthesised sound is made of, beside the score and the slots of its clip: ``version``
    of the synthesizer, ``seed`` of everything that it chooses, and the ``seconds`` of which its
    beats are fractions. A fork and a remix have their parent's, so that kept seconds sound as they
    did and a family sounds related."""

    version: int
    seed: int
    seconds: int


class Recipe(Struct, frozen=True, kw_only=True):
    """Everything that made a clip: rendering it again gives the same clip within a tolerance.

    ``steering`` holds the lines that its audience chose; one counts from the second
    ``frame`` / ``fps`` of the clip on. ``kept``: so many seconds of the parent begin a fork.
    ``sound``: whether the clip has any; ``tune``: what it was synthesised from, unless the model
    itself made it.

    ``origin`` is the SHA-256 of the latents that a remix or a fork began with, ``latents`` that of
    the latents the clip came to. ``alone``: one worker drew it whole, and no forward pass was
    shared, so that ``latents`` is the same whenever it is drawn so under the same ``conditions``.
    """

    model: str
    fingerprint: str
    text: str
    seed: int
    seconds: int
    width: int
    height: int
    fps: int
    steps: int
    parent: str | None = None
    strength: float = 1.0
    steering: tuple[Steer, ...] = ()
    kept: int = 0
    sound: bool = False
    tune: Tune | None = None
    origin: str | None = None
    latents: str | None = None
    alone: bool = False
    conditions: Conditions | None = None


class Counts(Struct, frozen=True):
    """Exact totals of one clip."""

    likes: int = 0
    comments: int = 0
    remixes: int = 0
    views: int = 0


class Clip(Struct, frozen=True, kw_only=True):
    """One clip at one moment of its life.

    ``understood`` is filled when the worker starts; the URLs when the clip is done; ``reason``
    when it failed. ``half`` (the video at half its size), ``poster``, ``preview``, ``birth`` (how
    it came to be) and ``latents`` (what a remix starts from) name blobs; ``root`` is the oldest
    ancestor (itself if it is no remix). A ``parent`` that is not public is told, with the root, as
    ``hidden-`` and a keyed hash: the id of an unlisted clip is all that is needed to see it.
    ``expires_at``: when it will be removed for want of room, unless somebody likes, comments or
    remixes it before; None while it stays.
    """

    id: str
    author: Person
    text: str
    seconds: int
    status: Status
    created_at: float
    visibility: Visibility = "public"
    width: int = 576
    height: int = 1024
    fps: int = 24
    parent: str | None = None
    root: str | None = None
    recipe: Recipe | None = None
    understood: tuple[Slot, ...] = ()
    counts: Counts = Counts()
    finished_at: float | None = None
    video_url: str | None = None
    half_url: str | None = None
    poster_url: str | None = None
    preview_url: str | None = None
    birth_url: str | None = None
    sha256: str | None = None
    half: str | None = None
    poster: str | None = None
    preview: str | None = None
    birth: str | None = None
    latents: str | None = None
    reason: str | None = None
    expires_at: float | None = None


class Comment(Struct, frozen=True, kw_only=True):
    """What somebody wrote of a clip, or answered: ``parent`` is the comment that begins the talk,
    which has ``replies`` answers. ``held``: it waits for an operator, and only its author sees it.
    """

    id: str
    clip: str
    author: Person
    text: str
    created_at: float
    parent: str | None = None
    edited_at: float | None = None
    likes: int = 0
    replies: int = 0
    held: bool = False


class Page(Struct, frozen=True):
    """Clips and the cursor after them (None at the end)."""

    clips: tuple[Clip, ...]
    cursor: str | None


class CommentPage(Struct, frozen=True):
    """Comments and the cursor after them (None at the end). ``pinned``: what the clip's author
    pinned, on the first page; ``liked``: ids of those that the asker likes."""

    comments: tuple[Comment, ...]
    cursor: str | None
    pinned: Comment | None = None
    liked: tuple[str, ...] = ()


class Unit(Struct, frozen=True, array_like=True):
    """One encoded picture of a clip on air: what every viewer is sent.

    ``pts`` counts ticks of 1/fps since the clip went on air, ``frame`` is the picture's place in
    the clip, ``sigma`` its noise level (0 is final), ``data`` an H.264 access unit in Annex B
    form, or a VP8 frame in that rendition. Units of the ``final`` run, in order, are the finished
    clip.

    ``sound`` holds Opus packets of 20 ms of a clip that has sound: in its final run the packets k
    with ``frame`` <= k * fps / 50 < ``frame`` + 1; before it, of what is heard while it forms, the
    last packets that end by the tick ``pts`` + 1 (``mux.sound_times``).
    """

    pts: int
    key: bool
    frame: int
    sigma: float
    final: bool
    data: bytes
    sound: tuple[bytes, ...] = ()


RenditionName = Literal["full", "half", "vp8"]
"""How the pictures of a clip on air are encoded: H.264, always; H.264 of half the width and height,
and VP8, while somebody asks for it."""


HALF_SHARE: Final = 0.3
"""Of the full picture's bits, for a quarter of its pixels."""


def half_size(width: int, height: int) -> tuple[int, int]:
    """The size of the half rendition, in even numbers as I420 wants them."""
    return max(2, width // 4 * 2), max(2, height // 4 * 2)


PART_S: Final = 0.25


def part_ticks(fps: int) -> int:
    """How long a part of low-latency HLS is, in 1/fps second. A clip on air has a picture at every
    tick that is a multiple of it after a keyframe, so that a part can end there."""
    return max(1, round(PART_S * fps))


# Events. Every change that somebody may see is one of these; topics carry them in order.


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
    """``clip`` was remixed into ``remix``; ``remixes`` is the exact total of direct remixes."""

    clip: str
    remix: Clip
    remixes: int


class ClipRemoved(Struct, frozen=True, tag="clip_removed"):
    """``clip`` is gone, with everything that was written of it. ``remixes``, on its parent's topic
    only: the exact total of direct remixes that are left."""

    clip: str
    remixes: int | None = None


class ViewersChanged(Struct, frozen=True, tag="presence"):
    """How many people have the clip before them now, over all instances. Not stored."""

    clip: str
    viewers: int


NoticeKind = Literal[
    "commented", "failed", "finished", "followed", "liked", "mentioned", "remixed", "replied"
]


class Notice(Struct, frozen=True, kw_only=True):
    """Something that a person is told: what ``actor`` did last, who is one of ``count`` when it is
    told together; ``clip`` and ``comment``: of which, empty where it is of none; ``text``: the
    words, as of a comment. ``at``: seconds since the epoch."""

    id: str
    kind: NoticeKind
    actor: Person
    clip: str = ""
    comment: str = ""
    text: str = ""
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


class Position(Struct, frozen=True):
    """A place in a topic. A new epoch means that sequence numbers began again."""

    epoch: str
    seq: int


class Recorded(Struct, frozen=True):
    """A stored event with its topic and its place in it. ``event`` is None where a newer release
    wrote one of a type that this one does not know: the place is passed over."""

    topic: str
    seq: int
    event: StoredEvent | None


def skeleton(handle: str) -> str:
    """The same for handles that look alike (Unicode Technical Standard 39, 4, of the characters
    that a handle may have): 1 and l, 0 and o, rn and m; underscores that run together or end it."""
    alike = handle.replace("m", "rn").replace("1", "l").replace("0", "o")
    return alike.replace("__", "_").replace("__", "_").rstrip("_")


FEED_TOPIC = "feed"


def person_topic(person_id: str) -> str:
    """Topic of one person, which only they can follow: their inbox."""
    return f"person:{person_id}"


def clip_topic(clip: str) -> str:
    """Topic of one clip: everything that happens to it."""
    return f"clip:{clip}"
