"""The store in one SQLite file, which several instances on a machine may share."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial
from itertools import chain
from math import inf
from pathlib import Path
from typing import TypeVar

from phosphene.consent.request import UseRequest
from phosphene.errors import BadInput, Busy
from phosphene.events import Recorded, StoredEvent
from phosphene.model import Clip, Comment, CommentPage, Counts, Page, Person, Position
from phosphene.store import (
    act_weight,
    comments,
    event_log,
    inbox,
    leases,
    leaving,
    people,
    reads,
    redaction,
    references,
    removal,
    retention,
    search,
    writes,
)
from phosphene.store.account_store import AccountStore
from phosphene.store.api_key_store import ApiKeyStore
from phosphene.store.blob_move_store import BlobMoveStore
from phosphene.store.comment_store import CommentStore
from phosphene.store.connection import PieceOfWork, SqlConnection
from phosphene.store.download_store import DownloadStore
from phosphene.store.enrolment_store import EnrolmentStore
from phosphene.store.fingerprint_store import FingerprintStore
from phosphene.store.house_store import HouseStore
from phosphene.store.import_store import ImportStore
from phosphene.store.learner_snapshots import LearnerSnapshotStore
from phosphene.store.library_store import LibraryStore
from phosphene.store.likeness_matches import LikenessMatches
from phosphene.store.likeness_portrait_store import LikenessPortraitStore
from phosphene.store.likeness_store import LikenessStore
from phosphene.store.likeness_withdrawal import (
    LikenessWithdrawals,
    finish_withdrawals,
    withdraw_leaver,
)
from phosphene.store.minor_store import MinorStore
from phosphene.store.moderation_store import ModerationStore, hold_families
from phosphene.store.orphans import Orphan, StoredCheckpoint, Takeover
from phosphene.store.people_store import PeopleStore
from phosphene.store.push_store import PushStore
from phosphene.store.reaction_store import ReactionStore
from phosphene.store.readers import Readers
from phosphene.store.refusal_count_store import RefusalCountStore
from phosphene.store.refusal_store import RefusalStore
from phosphene.store.rights_store import RightsStore
from phosphene.store.schema import as_busy, check_release, newest_schema, open_for_writing
from phosphene.store.search_store import SearchStore
from phosphene.store.sqlite_committer import SqliteCommitter
from phosphene.store.sqlite_reader import SqliteReader
from phosphene.store.store import Ages, Expiring, Removal, Reservation, Tidied
from phosphene.store.topic_state import TopicState
from phosphene.store.watch_limit_store import WatchLimitStore
from phosphene.store.webhook_store import WebhookStore
from phosphene.store.wish_store import WishStore
from phosphene.store.writer import Writer

T = TypeVar("T")
Listen = Callable[[], AsyncGenerator[None, None]]
"""Gives one for each commit of other instances, while it can be heard; raises Busy when not."""

# Longer than the pauses of a machine that is busy or swaps, and than Redis or the disk may be away;
# shorter than viewers wait before a clip that stands still.
LEASE_S = 8.0
"""So long after its last word an instance is taken for dead."""


class SqliteStore:
    """Implements ``Store``; made by ``open_store``. Raises Busy when the file is locked or full."""

    def __init__(
        self,
        writer: Writer,
        readers: Readers,
        epoch: str,
        holder: str,
        clock: Callable[[], float],
        lease_s: float,
        listen: Listen | None = None,
    ) -> None:
        self._writer = writer
        self._readers = readers
        self._epoch = epoch
        self._holder = holder
        self._clock = clock
        self._lease_s = lease_s
        self._listen = listen
        self.accounts = AccountStore(self._write, self._read, search.index_person, clock)
        self.api_keys = ApiKeyStore(self._write, self._read, search.index_person, clock)
        self.people = PeopleStore(self._write, self._read, search.index_person, epoch, clock)
        self.pushes = PushStore(self._write, self._read, clock)
        self.comments = CommentStore(self._write, self._read, writer.empty_log, clock)
        self.search = SearchStore(self._read, epoch, clock)
        self.leaving = leaving.LeavingStore(
            self._write, self._read, writer.empty_log, clock, withdraw_leaver
        )
        self.reactions = ReactionStore(self._write, self._read, clock)
        self.learner_snapshots = LearnerSnapshotStore(self._write, self._read, holder)
        self.wishes = WishStore(self._write, self._read, clock)
        self.watch_limits = WatchLimitStore(self._write, self._read, clock)
        self.webhooks = WebhookStore(self._write, self._read, clock)
        self.likenesses = LikenessStore(self._write, self._read, clock)
        self.withdrawals = LikenessWithdrawals(self._write, clock)
        self.house = HouseStore(self._write, self._read)
        self.blob_moves = BlobMoveStore(self._write, self._read)
        self.fingerprints = FingerprintStore(self._write, self._read)
        self.downloads = DownloadStore(self._write)
        self.matches = LikenessMatches(self._write, self._read, clock)
        self.minors = MinorStore(self._write, self._read, clock)
        self.enrolments = EnrolmentStore(self._write, self._read, writer.empty_log, clock)
        self.likeness_portraits = LikenessPortraitStore(
            self._write, self._read, writer.empty_log, clock
        )
        self.imports = ImportStore(self._write, self._read, search.index_clip, clock)
        self.library = LibraryStore(self._write, self._read, writer.empty_log, epoch, clock)
        self.rights = RightsStore(self._write, self._read, clock)
        self.refusal_counts = RefusalCountStore(self._write, self._read, clock)
        self.refusals = RefusalStore(self._write, self._read, clock)
        self.moderation = ModerationStore(self._write, self._read, epoch, writer.empty_log, clock)

    @property
    def is_alive(self) -> bool:
        return self._writer.is_alive

    @property
    def is_shared(self) -> bool:
        return self._listen is not None

    async def receive_commits(self) -> AsyncGenerator[None, None]:
        if self._listen is None:
            await asyncio.Event().wait()
            return
        async with aclosing(self._listen()) as told:
            async for _ in told:
                yield

    async def is_ready(self) -> bool:
        try:
            # By a write: with a full disk, or under somebody else's lock, everything can still be
            # read.
            await self._write(writes.touch)
            await self._read(check_release, newest_schema())
            await self._read(event_log.newest)
        except (Busy, BadInput):
            return False
        return True

    async def add_clip(
        self,
        clip: Clip,
        reservation: Reservation | None = None,
        parent: str | None = None,
        use: UseRequest | None = None,
        passes: Sequence[str] = (),
    ) -> Sequence[Recorded]:
        of = parent or clip.parent, use, passes
        work = _bound(writes.add_clip, clip, self._holder, self._until, *of)
        return await self._write(writes.once, reservation, self._clock(), work)

    async def change_clip(
        self, clip: Clip, event: StoredEvent, number: int = leases.FIRST
    ) -> Sequence[Recorded]:
        return await self._write(
            writes.change_clip, clip, event, self._holder, number, self._clock()
        )

    async def parent_of(self, clip_id: str) -> str | None:
        return await self._read(reads.parent_of, clip_id)

    async def origin_of(self, clip_id: str) -> str | None:
        return await self._read(references.borrowed_latents, clip_id)

    async def remove_clip(self, clip_id: str) -> Removal:
        removed = await self._write(removal.remove_clip, clip_id)
        # Overwritten pages stay readable in the write-ahead log until it is cut.
        await self.empty_log()
        return removed

    async def tidy_some(self, ages: Ages) -> Tidied:
        # One after the other, so that others write in between.
        forget_leavers = partial(leaving.forget_leavers, withdraw=withdraw_leaver)
        steps = (*retention.STEPS, finish_withdrawals, hold_families, forget_leavers)
        parts = [await self._write(step, ages, self._clock()) for step in steps]
        return Tidied(
            any(part.more for part in parts),
            tuple(chain.from_iterable(part.blobs for part in parts)),
            tuple(chain.from_iterable(part.recorded for part in parts)),
        )

    async def count_clips_of(self, person_id: str) -> int:
        return await self._read(retention.clips_of, person_id)

    async def going_next(self, *, limit: int) -> Sequence[Clip]:
        return await self._read(retention.going_next, limit)

    async def list_expiring(self) -> Sequence[Expiring]:
        return await self._read(retention.expiring)

    async def set_expiry(self, clips: Sequence[Expiring]) -> None:
        await self._write(retention.set_expiry, clips)

    async def keep_clips(self, clip_ids: Sequence[str]) -> None:
        await self._write(retention.spare, clip_ids)

    async def remove_expired(self, clip_ids: Sequence[str]) -> Removal:
        return await self._write(retention.remove_expired, clip_ids, self._clock())

    async def find_unreferenced(self, blobs: Sequence[str]) -> Sequence[str]:
        return await self._read(references.without_owner, tuple(blobs))

    async def empty_log(self) -> bool:
        return await self._writer.empty_log()

    async def next_redaction(self) -> str | None:
        return await self._read(redaction.next_redaction)

    async def drop_redaction(self, clip_id: str) -> None:
        await self._write(redaction.drop_redaction, clip_id)

    async def finish_redaction(self, before: Clip, after: Clip) -> Sequence[str]:
        return await self._write(redaction.finish_redaction, before, after)

    async def get_clip(self, clip_id: str) -> Clip:
        return await self._read(reads.clip, clip_id)

    async def list_clips(
        self, *, limit: int, cursor: str | None = None, person_id: str = ""
    ) -> Page:
        return await self._read(reads.clips, self._epoch, person_id, limit, cursor)

    async def list_candidates(self, *, limit: int) -> Sequence[Clip]:
        return await self._read(reads.candidates, limit)

    async def claim_lease(self, name: str) -> int | None:
        now = self._clock()
        return await self._write(leases.claim, name, self._holder, now, self._until)

    async def renew_leases(self) -> dict[str, int]:
        return await self._write(leases.renew, self._holder, self._until)

    async def release_lease(self, name: str, number: int) -> None:
        await self._write(leases.release, name, self._holder, number, self._clock())

    async def list_orphans(self) -> Sequence[Orphan]:
        return await self._read(leases.orphans, self._clock())

    async def list_unfinished(self) -> Sequence[str]:
        return await self._read(reads.unfinished)

    async def take_over(self, clip_id: str, *, alone: bool = False) -> Takeover | None:
        # Who is alone need not wait until the leases that it held before its restart run out.
        expired = inf if alone else self._clock()
        return await self._write(leases.take_over, clip_id, self._holder, expired, self._until)

    async def set_checkpoint(self, clip_id: str, number: int, checkpoint: StoredCheckpoint) -> None:
        await self._write(leases.set_checkpoint, clip_id, self._holder, number, checkpoint)

    async def list_lineage(self, clip_id: str, person_id: str = "") -> Sequence[Clip]:
        return await self._read(reads.lineage, clip_id, person_id)

    async def get_counts(
        self, clip_ids: Sequence[str], *, public: bool = False
    ) -> dict[str, Counts]:
        return await self._read(reads.counts, clip_ids, public)

    async def set_like(
        self, clip_id: str, person: Person, on: bool
    ) -> tuple[Counts, Sequence[Recorded]]:
        return await self._write(writes.like, clip_id, person, on, self._clock())

    async def liked_by(self, person_id: str, clip_ids: Sequence[str]) -> frozenset[str]:
        return await self._read(reads.liked, person_id, clip_ids)

    async def tell_steered(self, clip: Clip, by: Person, text: str) -> Sequence[Recorded]:
        return await self._write(inbox.notify_steered, clip, by, text, self._clock())

    async def add_comment(self, comment: Comment, held: str = "") -> Sequence[Recorded]:
        return await self._write(comments.post_comment, comment, held)

    async def get_comment(self, comment_id: str) -> Comment:
        return await self._read(reads.comment, comment_id)

    async def list_comments(
        self,
        clip_id: str,
        *,
        limit: int,
        cursor: str | None = None,
        person_id: str = "",
        parent: str | None = None,
    ) -> CommentPage:
        query = (person_id, limit, cursor)
        if parent is None:
            return await self._read(reads.comments, self._epoch, clip_id, *query)
        return await self._read(reads.replies, self._epoch, clip_id, parent, *query)

    async def add_watched(
        self, watched: Mapping[str, float], ages: Mapping[str, float]
    ) -> frozenset[str]:
        return await self._write(act_weight.add_watched, watched, ages, self._clock())

    async def has_standing(self, person_id: str) -> bool:
        return await self._read(act_weight.has_standing, person_id)

    async def add_view(self, clip_id: str, person_id: str) -> None:
        await self._write(writes.add_view, clip_id, person_id, self._clock())

    async def get_person(self, person_id: str) -> Person | None:
        return await self._read(people.find_person, person_id)

    async def set_handle(self, person: Person) -> Person:
        return await self._write(_set_handle, person)

    async def keep_answer(self, key: str, answer: bytes) -> bytes | None:
        return await self._write(writes.remember, key, answer, self._clock())

    async def recall_answer(self, key: str) -> bytes | None:
        return await self._read(reads.recall, key, self._clock())

    async def topic_end(self, topic: str) -> Position:
        return await self._read(reads.top, self._epoch, topic)

    async def topic_state(self, topic: str, person_id: str, *, comments: int) -> TopicState:
        return await self._read(reads.topic_state, self._epoch, topic, person_id, comments)

    async def last_event_id(self) -> int:
        return await self._read(event_log.newest)

    async def list_events(self, topic: str, *, after: int, limit: int) -> Sequence[Recorded]:
        return await self._read(event_log.events, topic, after, limit)

    async def events_everywhere(self, *, after: int, limit: int) -> Sequence[tuple[int, Recorded]]:
        return await self._read(event_log.events_everywhere, after, limit)

    @property
    def _until(self) -> float:
        """When a lease that is taken or renewed at this moment runs out."""
        return self._clock() + self._lease_s

    def _write(self, work: Callable[..., T], *arguments: object) -> Awaitable[T]:
        return self._writer.run_in_transaction(_bound(work, *arguments))

    def _read(self, query: Callable[..., T], *arguments: object) -> Awaitable[T]:
        return self._readers.run_query(_bound(query, *arguments))


@asynccontextmanager
async def open_store(
    path: Path, holder: str, clock: Callable[[], float], lease_s: float = LEASE_S
) -> AsyncIterator[SqliteStore]:
    """The store in the file ``path``, made when it is not there.

    ``holder`` is who holds leases here, ``clock`` gives seconds since the Unix epoch, ``lease_s``
    is how long a lease is held that is not renewed.

    Raises:
        Busy: the file cannot be opened or written. BadInput: it is for newer releases only, or on a
            network file system.
    """
    try:
        connection, epoch = await asyncio.to_thread(open_for_writing, path)
        readers = Readers(partial(SqliteReader, path))
    except sqlite3.DatabaseError as error:
        raise as_busy(error) from error
    writer = Writer(SqliteCommitter(connection))
    try:
        yield SqliteStore(writer, readers, epoch, holder, clock, lease_s)
    finally:
        await writer.close()
        await readers.close()


def _bound(function: Callable[..., T], *arguments: object) -> Callable[[SqlConnection], T]:
    """A piece of work: ``function`` with everything but the connection."""
    return PieceOfWork(function, arguments)


def _set_handle(cx: SqlConnection, person: Person) -> Person:
    named = people.set_handle(cx, person)
    search.index_person(cx, person.id)
    return named
