"""The nouns: frozen plain data that crosses a room, a process or a network. Imports nothing ours.

Ids are URL-safe strings that sort by time of creation. Times are seconds since the Unix epoch.
"""

import hashlib
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

Seconds = Annotated[int, Meta(ge=1, le=10)]
Seed = Annotated[int, Meta(ge=0, le=2**32 - 1)]
Strength = Annotated[float, Meta(gt=0, le=1)]
PromptText = Annotated[str, Meta(min_length=1, max_length=500)]
ModelName = Annotated[str, Meta(min_length=1, max_length=200)]
COMMENT_TYPED: Final = 1000
"""Code points of a comment as it is sent; in NFC it may have 500."""
CommentText = Annotated[str, Meta(min_length=1, max_length=COMMENT_TYPED)]
CommentId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$(?!\n)")]
"""Made by the client, so that sending twice comments once."""
# Ends so because it is in the API's document too: there $ is the end, here a line feed may follow.
Handle = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_]{1,23}$(?!\n)")]

Status = Literal["queued", "live", "done", "failed", "cancelled"]
WATCHABLE: Final = frozenset[Status]({"live", "done"})
"""What there is something to see of."""
Visibility = Literal["public", "unlisted", "private"]
"""In every list; seen by who has its address; seen by its author and by who has a token for it."""


WithheldReason = Literal["consent", "report", "right", "operator", "match", "notice", "family"]
"""Why a clip is kept from everybody: somebody in it takes their yes back, a report, a right of
others, an operator; until somebody has looked: a face that may be somebody's, a notice of an
intimate picture, the clip that it was made of was taken away. Of what is withheld for consent not
even its author sees more than that."""

Remixing = Literal["everyone", "mutuals", "nobody"]
"""Who may remix and fork a clip, beside its author: mutuals are who they follow and who follow
them."""
License = Literal["all-rights-reserved", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0"]
"""Under which terms others may use a clip, as SPDX calls it."""
LICENSE_PAGES: Final[dict[License, str]] = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
}
"""Where a license is read."""


class Fork(Struct, frozen=True):
    """From ``second`` of the clip ``parent`` on, differently: what is before stays as it is."""

    parent: str
    second: Seconds


class Prompt(Struct, frozen=True, kw_only=True):
    """What a person asks for: a clip, a remix (``parent``) or a ``fork``, but not both.

    ``strength`` counts only in a remix: 1 forgets the parent. ``model`` is one of those that are
    offered; without it the operator's first draws, or the one that drew the parent. ``mine``:
    another is meant than what a refusal asked about (``ask``); it is drawn, and a moderator has a
    look.
    """

    text: PromptText
    seconds: Seconds = 5
    seed: Seed | None = None
    parent: str | None = None
    strength: Strength = 0.6
    fork: Fork | None = None
    visibility: Visibility = "public"
    remixing: Remixing = "everyone"
    license: License = "all-rights-reserved"
    model: ModelName | None = None
    mine: bool = False


ReactionKind = Literal[
    "watch",
    "skip",
    "finished",
    "looped",
    "like",
    "comment",
    "remix",
    "fork",
    "steer",
    "share",
    "follow",
    "save",
    "not_for_me",
    "report",
    "cleared",
]
"""What a person did with a clip. They had it before them: ``watch``, or ``skip`` (left at once),
``finished`` (seen to its end), ``looped`` (seen twice and more). They did something with it (of
``follow``: followed its author). ``cleared``, of no clip: they took something back, or cleared what
they had seen, so that what was made of it is to be made anew."""


Polarity = Literal["more", "less", "none"]


class FeedWish(Struct, frozen=True):
    """What somebody wishes to see more or less, or nothing, of in their feed. ``said``: in their
    words; ``traits``: what a clip must have, all of them, such as ``feeling:scary``. ``until``: in
    seconds since the epoch, None until it is taken back."""

    id: str
    polarity: Polarity
    said: str
    traits: tuple[str, ...]
    made_at: float
    until: float | None = None


FeedOrder = Literal["foryou", "following", "latest", "live"]
"""For You; clips of whom one follows; all, newest first; those that are being drawn."""


class FeedChoices(Struct, frozen=True):
    """How somebody wants their feed. Not ``personal``: For You is the same for everybody, and
    nothing of what they watch is kept for it."""

    order: FeedOrder = "foryou"
    personal: bool = True


class StoredReaction(Struct, frozen=True, array_like=True):
    """What a person made of a clip, with an ``id`` that grows. ``watched_ms``: how long they had it
    before them; ``served``: a feed had chosen it; ``known``: they keep an account."""

    id: int
    person: str
    clip: str
    kind: ReactionKind
    watched_ms: int | None
    served: bool
    at: float
    known: bool


class ClipShown(Struct, frozen=True):
    """What became of a clip: how many people ``watched`` it, before how many it was put
    (``shown``), and how many others were ``here`` at that time."""

    watched: int
    shown: int
    here: int


class Slot(Struct, frozen=True):
    """One thing that the model understood of a prompt, and the words that said it.

    ``value`` is None where the prompt says nothing that the model can draw; ``confidence`` is
    in 0..1. The words of the slot ``truncated`` are the end of a prompt that the model did not read
    because it was too long; those of the slot ``undrawn`` are things and places that it knows but
    cannot draw. ``inherited``: no word of this prompt says it, but those of the parent did, and it
    stays.
    """

    name: str
    value: str | None
    confidence: float
    words: tuple[str, ...] = ()
    inherited: bool = False


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


class Look(Struct, frozen=True, kw_only=True):
    """A person whom a clip may show as they chose (``card``: the fields of a ``Card``), and under
    which yes: ``owner`` is their handle at the time, ``grant`` the SHA-256 of the entry in their
    ledger. ``level``: what was checked of them (``presence`` is no proof of who they are), by whom
    and when. ``portrait``: the SHA-256 of the entry in which they agreed to be drawn from their
    portrait; empty: the card alone is drawn from."""

    owner: str
    card: dict[str, str]
    grant: str
    level: str
    checked_by: str
    checked_at: float
    portrait: str = ""


class PictureMark(Struct, frozen=True, kw_only=True):
    """The invisible mark of a clip's pictures: 64 bits (``word``), laid on as noise of a ``key``.
    ``strength``: the root mean square of what it adds to the luma, of 255."""

    key: bytes
    word: int
    strength: float

    def __repr__(self) -> str:
        # Orders are logged as they are.
        return "PictureMark()"


MOST_PORTRAIT: Final = 256 << 10
"""Bytes of a portrait: one of 432 x 768 has some 60,000."""


class Portrait(Struct, frozen=True):
    """A picture (JPEG) that a person is drawn from; ``owner``: their handle, as in their ``Look``.
    It is on no disk in the clear, and no log says more of it than its size."""

    owner: str
    data: Annotated[bytes, Meta(max_length=MOST_PORTRAIT)]

    def __repr__(self) -> str:
        # Orders are logged as they are.
        return f"Portrait({self.owner!r}, {len(self.data)} bytes)"


class Licence(Struct, frozen=True):
    """Under which terms something of a holder of rights is shown: the entry of the registry, what
    it is of, and whose."""

    entry: str
    name: str
    holder: str
    terms: str


class Recipe(Struct, frozen=True, kw_only=True):
    """Everything that made a clip: rendering it again gives the same clip within a tolerance.

    ``steering`` holds the lines that its audience chose; one counts from the second
    ``frame`` / ``fps`` of the clip on. ``kept``: so many seconds of the parent begin a fork.
    ``dropped``: the slots that the parent's words told, and of which a remix left the words out.
    ``sound``: whether the clip has any; ``tune``: what it was synthesised from, unless the model
    itself made it.

    ``origin`` is the SHA-256 of the latents that a remix or a fork began with, ``latents`` that of
    the latents the clip came to. ``alone``: one worker drew it whole, and no forward pass was
    shared, so that ``latents`` is the same whenever it is drawn so under the same ``conditions``.
    ``looks``: the people who are drawn as they chose, each with the grant that allows it;
    ``licences``: what of the registry of rights it shows, and by whose leave.
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
    dropped: tuple[str, ...] = ()
    sound: bool = False
    tune: Tune | None = None
    origin: str | None = None
    latents: str | None = None
    alone: bool = False
    conditions: Conditions | None = None
    looks: tuple[Look, ...] = ()
    licences: tuple[Licence, ...] = ()


def recipe_digest(recipe: Recipe) -> str:
    """What two clips have in common that show the same: SHA-256 of their words and their seed,
    hexadecimal. Pure."""
    # Whatever the length and the model: the one would show the beginning of the other, and an
    # update of the model draws what is much alike.
    words = " ".join(recipe.text.casefold().split())
    return hashlib.sha256(f"{recipe.seed} {recipe.parent or ''} {words}".encode()).hexdigest()


class Counts(Struct, frozen=True):
    """Exact totals of one clip."""

    likes: int = 0
    comments: int = 0
    remixes: int = 0
    views: int = 0


class Clip(Struct, frozen=True, kw_only=True):
    """One clip at one moment of its life.

    ``understood`` is filled when the worker starts (before that it holds what a remix inherits);
    the URLs when the clip is done; ``reason`` when it failed. ``half`` (the video at half its
    size), ``poster``, ``preview``, ``birth`` (how it came to be) and ``latents`` (what a remix
    starts from) name blobs, as ``download`` does, the video with a mark that everybody sees, once
    somebody has downloaded it; ``root`` is the oldest ancestor (itself if it is no remix). A
    ``parent`` that is not public is told, with the root, as ``hidden-`` and a keyed hash: the id of
    an unlisted clip is all that is needed to see it.
    ``expires_at``: when it will be removed for want of room, unless somebody likes, comments or
    remixes it before; None while it stays. ``withheld``: it is kept from everybody, for the reason
    ``withheld_for``.
    """

    id: str
    author: Person
    text: str
    seconds: int
    status: Status
    created_at: float
    visibility: Visibility = "public"
    remixing: Remixing = "everyone"
    license: License = "all-rights-reserved"
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
    download: str | None = None
    reason: str | None = None
    expires_at: float | None = None
    withheld: bool = False
    withheld_for: WithheldReason | None = None

    @property
    def is_fork(self) -> bool:
        """Whether it begins with the parent's own first seconds."""
        return self.recipe is not None and self.recipe.kept > 0


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


class Position(Struct, frozen=True):
    """A place in a topic. A new epoch means that sequence numbers began again."""

    epoch: str
    seq: int


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


def shows_somebody(clip: Clip) -> bool:
    """Whether people are drawn in a clip as they chose."""
    return clip.recipe is not None and bool(clip.recipe.looks)
