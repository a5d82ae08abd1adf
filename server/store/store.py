"""The store seam: facts, counters and the log of events, written together or not at all.

Every method that changes something commits the fact, its counter and its event (with its place in
the topic) in one transaction before it returns, and returns what was recorded for publishing.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from math import inf
from typing import Protocol

from msgspec import Struct

from phosphene.consent.request import UseRequest
from phosphene.events import Recorded, StoredEvent
from phosphene.model import Clip, Comment, CommentPage, Counts, Page, Person, Position
from phosphene.store.orphans import Orphan, StoredCheckpoint, Takeover
from phosphene.store.topic_state import TopicState


class Removal(Struct, frozen=True):
    """What is left to do of a clip that was removed: blobs that nobody needs any more (a remix that
    is being drawn needs its parent's), and what was recorded."""

    blobs: tuple[str, ...]
    recorded: tuple[Recorded, ...]


class Reservation(Struct, frozen=True):
    """The answer to a request, to be kept under its key together with what it made."""

    key: str
    answer: bytes


class Repeated(Exception):
    """A request came again: what it was to make is there, and was answered with ``answer``."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("answered already")
        self.answer = answer


class Ages(Struct, frozen=True, kw_only=True):
    """How long things are kept: the newest ``events`` of a topic, and seconds."""

    events: int = 1000
    events_s: float = inf
    views_s: float = inf
    failed_s: float = inf
    births_s: float = inf
    latents_s: float = inf


class Expiring(Struct, frozen=True):
    """A clip that was said to go at ``expires_at``, and the bytes of its files."""

    clip: str
    bytes: int
    expires_at: float


class Tidied(Struct, frozen=True):
    """What came of a part of tidying: blobs that nobody needs any more, what was recorded, and
    whether there may be more to do."""

    more: bool = False
    blobs: tuple[str, ...] = ()
    recorded: tuple[Recorded, ...] = ()


class Store(Protocol):
    """Used from one event loop only; an unknown id raises NotFound. Opened with the name of who
    holds leases here, another one at each start."""

    @property
    def is_alive(self) -> bool:
        """Whether what writes still runs; not whether it can write now."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether instances on other machines may write here, too."""
        ...

    def receive_commits(self) -> AsyncGenerator[None, None]:
        """One for each commit of another instance, where ``is_shared``: a hint that the log has
        grown. Raises Busy: it cannot be heard now."""
        ...

    async def is_ready(self) -> bool:
        """Whether a write and a read work now, and this release may still do them."""
        ...

    async def add_clip(
        self,
        clip: Clip,
        reservation: Reservation | None = None,
        parent: str | None = None,
        use: UseRequest | None = None,
        passes: Sequence[str] = (),
    ) -> Sequence[Recorded]:
        """Store a new clip; records ClipQueued on its topic and the feed, and Remixed on its
        parent's topic (and the parent's exact remix count) when it has a parent: ``parent``, where
        the clip itself does not tell its true one. A clip that is not public is told on its own
        topic only. Its lease, number 1, is held here.

        The reservation is kept in the same transaction. Raises Repeated when there is an earlier
        one under its key; nothing is stored then. So are the likenesses of a ``use``: their owners
        are told; Refused when one of them says no at this moment. And so is each of the ``passes``,
        appeals of refusals by which it is drawn, spent: AlreadyTaken when one was."""
        ...

    async def change_clip(
        self, clip: Clip, event: StoredEvent, number: int = 1
    ) -> Sequence[Recorded]:
        """Replace the clip's own fields (never its counts, nor who may see it) and record ``event``
        on its topic and, for a public clip, the feed. ``number`` is that of the clip's lease, 1 of
        who added it; the lease ends with the clip. Raises LeaseLost."""
        ...

    async def parent_of(self, clip_id: str) -> str | None:
        """The clip that one goes on from, also where that is hidden from everybody."""
        ...

    async def origin_of(self, clip_id: str) -> str | None:
        """The blob of latents that a remix or a fork on its way begins with."""
        ...

    # By an index of who needs which blob: to look for them in all clips held the write lock for 24
    # to 33 us a clip, 1.8 s among 60,000; now it is 0.4 ms among 300,000 (bench.deleting).
    async def remove_clip(self, clip_id: str) -> Removal:
        """Forget a clip that is not being drawn, with its likes, views and comments; also in the
        events that told of it, which say ClipRemoved from now on. Records that on its topic, its
        parent's and, of a public clip, the feed. Its remixes stay, and wait for a redaction.
        Raises BadInput while it is queued or live."""
        ...

    async def next_redaction(self) -> str | None:
        """The oldest ended clip whose files hold the manifest of an ancestor that is gone."""
        ...

    async def drop_redaction(self, clip_id: str) -> None:
        """The clip has no files to be signed anew."""
        ...

    async def finish_redaction(self, before: Clip, after: Clip) -> Sequence[str]:
        """Give the clip the signed files of ``after``, unless others than those of ``before`` are
        there by now, and the names under which it tells of its family, here and in the log; its
        children wait for a redaction then. The blobs that nobody needs any
        more."""
        ...

    async def tidy_some(self, ages: Ages) -> Tidied:
        """Let go of a part of what is older than ``ages`` allow, and index a part of what an
        earlier release wrote: until that is done a removal names no blobs."""
        ...

    async def count_clips_of(self, person_id: str) -> int:
        """How many clips of a person are kept or on their way."""
        ...

    async def going_next(self, *, limit: int) -> Sequence[Clip]:
        """Finished clips without ``expires_at``, in the order in which they go when there is no
        room: what nobody liked, commented or remixed, of guests without a handle of their own;
        then that of others; then the rest; the oldest of each first."""
        ...

    async def list_expiring(self) -> Sequence[Expiring]:
        """Clips that have an ``expires_at``, the next one first."""
        ...

    async def set_expiry(self, clips: Sequence[Expiring]) -> None:
        """Say of clips when they go."""
        ...

    async def keep_clips(self, clip_ids: Sequence[str]) -> None:
        """Let clips stay after all."""
        ...

    async def remove_expired(self, clip_ids: Sequence[str]) -> Removal:
        """Remove those of the clips whose ``expires_at`` has come, as ``remove_clip``."""
        ...

    async def find_unreferenced(self, blobs: Sequence[str]) -> Sequence[str]:
        """Those of the blobs that no clip needs; none while not everything is indexed."""
        ...

    # The write-ahead log keeps a page as it was until it happens to be written over: the words of a
    # removed clip could be read there.
    async def empty_log(self) -> bool:
        """Let nothing that was overwritten stay in the write-ahead log; False when somebody reads
        there, so that it has to be tried again."""
        ...

    async def get_clip(self, clip_id: str) -> Clip:
        """The clip with its counts now."""
        ...

    async def list_clips(
        self, *, limit: int, cursor: str | None = None, person_id: str = ""
    ) -> Page:
        """Public clips and all of this person's own, newest first; every status but failed and
        cancelled. A cursor that this store did not make raises BadInput. Stable under inserts."""
        ...

    # Likes of guests who never watched do not weigh: 540 identities a second were to be had.
    async def list_candidates(self, *, limit: int) -> Sequence[Clip]:
        """Public clips that a feed may offer: live and queued ones, and the freshest done. Their
        likes, remixes and views are those that weigh, of who has standing."""
        ...

    async def claim_lease(self, name: str) -> int | None:
        """Hold what one instance at a time may do; its number, None while it is held already."""
        ...

    async def renew_leases(self) -> dict[str, int]:
        """Hold for longer all that is held here, by name with the number: what is missing, or has
        another number, was lost."""
        ...

    async def release_lease(self, name: str, number: int) -> None:
        """Let somebody else hold it at once."""
        ...

    async def list_orphans(self) -> Sequence[Orphan]:
        """Clips on their way whose lease has run out, the oldest first."""
        ...

    async def list_unfinished(self) -> Sequence[str]:
        """Ids of all clips on their way, the oldest first."""
        ...

    async def take_over(self, clip_id: str, *, alone: bool = False) -> Takeover | None:
        """Hold the lease of a clip on its way from now on; None while it is held, unless this
        instance is ``alone``, or when the clip has ended."""
        ...

    async def set_checkpoint(self, clip_id: str, number: int, checkpoint: StoredCheckpoint) -> None:
        """Keep how far a clip is on its way, for who takes it over. Raises LeaseLost."""
        ...

    async def list_lineage(self, clip_id: str, person_id: str = "") -> Sequence[Clip]:
        """The tree of remixes that the clip belongs to, oldest first; of those that are not public
        only the clip itself and this person's own. Of a very large tree the 500 oldest, and those
        that lead from them to the clip."""
        ...

    async def get_counts(
        self, clip_ids: Sequence[str], *, public: bool = False
    ) -> dict[str, Counts]:
        """Of those of the clips that are there; ``public``: and are public."""
        ...

    async def set_like(
        self, clip_id: str, person: Person, on: bool
    ) -> tuple[Counts, Sequence[Recorded]]:
        """NotFound for a private clip of somebody else, as in all that people write. Idempotent:
        liking twice counts once and records nothing the second time."""
        ...

    async def liked_by(self, person_id: str, clip_ids: Sequence[str]) -> frozenset[str]:
        """Which of these clips the person likes."""
        ...

    async def tell_steered(self, clip: Clip, by: Person, text: str) -> Sequence[Recorded]:
        """Tell the author of a clip that it follows a line of somebody from now on."""
        ...

    async def add_comment(self, comment: Comment, held: str = "") -> Sequence[Recorded]:
        """Idempotent by the comment's id: the same id again records nothing. ``held``: why it waits
        for an operator, and only its author sees it until then. Who it answers, the clip's author
        and whoever it calls are told. Raises AlreadyTaken, Forbidden, NotFound."""
        ...

    async def get_comment(self, comment_id: str) -> Comment:
        """Also one that waits for an operator."""
        ...

    async def list_comments(
        self,
        clip_id: str,
        *,
        limit: int,
        cursor: str | None = None,
        person_id: str = "",
        parent: str | None = None,
    ) -> CommentPage:
        """As a person sees them: newest first, or the answers to ``parent``, oldest first."""
        ...

    # Not more than the age of an identity: many connections of one guest would else be half a
    # minute of pictures within a second.
    async def add_watched(
        self, watched: Mapping[str, float], ages: Mapping[str, float]
    ) -> frozenset[str]:
        """Add seconds of pictures that each person was sent, up to the age of each identity in
        seconds. Those of them who have standing now: what they did, and do, weighs in rankings."""
        ...

    async def has_standing(self, person_id: str) -> bool:
        """Whether what the person does weighs."""
        ...

    async def add_view(self, clip_id: str, person_id: str) -> None:
        """Count a view once per person and clip."""
        ...

    async def get_person(self, person_id: str) -> Person | None: ...

    async def set_handle(self, person: Person) -> Person:
        """Store the person with the chosen handle; raises AlreadyTaken when somebody else has
        it, or one that looks like it."""
        ...

    async def keep_answer(self, key: str, answer: bytes) -> bytes | None:
        """Idempotency: keep ``answer`` under ``key`` for 24 h unless one is there; return the
        earlier answer, or None when this one is the first."""
        ...

    async def recall_answer(self, key: str) -> bytes | None:
        """The answer kept under ``key``, or None."""
        ...

    async def topic_end(self, topic: str) -> Position:
        """Where the topic ends now (seq 0: nothing yet)."""
        ...

    # Of one moment: place first and data later, or the other way, would show an event twice or
    # never.
    async def topic_state(self, topic: str, person_id: str, *, comments: int) -> TopicState:
        """The topic's subject as the person sees it, with the newest ``comments`` comments.
        Raises NotFound when the topic is neither the feed nor that of a clip."""
        ...

    async def last_event_id(self) -> int:
        """Global id of the last event (0: none yet)."""
        ...

    async def list_events(self, topic: str, *, after: int, limit: int) -> Sequence[Recorded]:
        """Stored events of the topic with seq > ``after``, in order."""
        ...

    # In the order of commits, by one writer at a time: where rows alone were locked (PostgreSQL, a
    # trial) a follower by id never saw 1,641 of 46,280 events.
    async def events_everywhere(self, *, after: int, limit: int) -> Sequence[tuple[int, Recorded]]:
        """Stored events of all topics in commit order, each with its global id > ``after``."""
        ...
