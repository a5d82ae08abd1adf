"""What the store knows of minors."""

from collections.abc import Callable

from phosphene.store import minors, relations
from phosphene.store.connection import SqlConnection
from phosphene.store.minors import SaidBy
from phosphene.store.transactions import TransactionRunner


class MinorStore:
    """A part of the store; raises Busy when the database cannot be used. ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self, write: TransactionRunner, read: TransactionRunner, clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._read = read
        self._clock = clock

    async def is_minor(self, person_id: str) -> bool:
        """Whether somebody is protected: marked, or as everybody here."""
        return await self._read(relations.is_minor, person_id)

    async def protect_all(self, on: bool) -> None:
        """Protect everybody here, or those only who are marked."""
        await self._write(minors.protect_all, on)

    async def mark_minor(self, person_id: str, said_by: SaidBy) -> None:
        """Somebody is a minor from now on; only ``unmark_minor`` ends that. Idempotent."""
        await self._write(minors.mark_minor, person_id, said_by, self._clock())

    async def unmark_minor(self, person_id: str) -> None:
        """Somebody is no minor, or no more."""
        await self._write(minors.unmark_minor, person_id)

    async def check_contact(self, person_id: str, actor_id: str) -> None:
        """Whether somebody may say something to a person. Raises Forbidden."""
        await self._read(_check_contact, person_id, actor_id)

    async def may_use_likeness(self, person_id: str, owner_id: str) -> bool:
        """Whether somebody may have the likeness of its owner drawn, as far as their age goes."""
        return await self._read(minors.may_use_likeness, person_id, owner_id)


def _check_contact(cx: SqlConnection, person_id: str, actor_id: str) -> None:
    between = relations.get_relationship(cx, person_id, actor_id)
    relations.need_contact(cx, person_id, actor_id, between)
