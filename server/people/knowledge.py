"""What is known of a person beside their clips and comments, for themselves."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from phosphene.model import Page, Person, StoredReaction
from phosphene.reports import Role
from phosphene.store.account_store import AccountStore
from phosphene.store.enrolment_store import EnrolmentStore
from phosphene.store.likeness_store import LikenessStore
from phosphene.store.people_store import PeopleStore
from phosphene.store.push_store import PushStore
from phosphene.store.wish_store import WishStore
from phosphene.trust.origins import origin_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Knowledge:
    """``list_reports`` gives what they reported, ``get_role`` what they may decide about,
    ``is_minor`` whether they are protected, ``get_limits`` their limits, ``list_decisions`` what
    was decided of what is theirs, ``list_refusals`` of which refusals they wanted another look,
    ``list_kept`` clips that they saved, like or have seen, page by page."""

    accounts: AccountStore
    people: PeopleStore
    pushes: PushStore
    get_role: Callable[[str], Awaitable[Role | None]]
    list_reports: Callable[[str], Awaitable[Sequence[Any]]]
    is_minor: Callable[[str], Awaitable[bool]]
    get_limits: Callable[[str], Awaitable[Any]]
    list_decisions: Callable[[str], Awaitable[Sequence[Any]]]
    list_refusals: Callable[[str], Awaitable[Sequence[Any]]]
    list_kept: Callable[..., Awaitable[Page]]
    likenesses: LikenessStore
    enrolments: EnrolmentStore
    list_reactions: Callable[[str], Awaitable[Sequence[StoredReaction]]]
    wishes: WishStore
    read_portrait: Callable[[str], Awaitable[bytes | None]]

    async def tell(self, person: Person) -> dict[str, Any]:
        """By the name of a file each: secrets and keys are not in it, but what they are called."""
        passkeys = await self.accounts.list_passkeys(person.id)
        keys = [{"name": one.name, "created_at": one.created_at} for one in passkeys]
        related = {
            kind: await self.people.list_related(person.id, kind)
            for kind in ("follow", "mute", "block")
        }
        return {
            "profile": {
                "person": person,
                "words": await self.people.get_words(person.id),
                "role": await self.get_role(person.id),
                "minor": await self.is_minor(person.id),
                "inbox_off": await self.people.list_kinds_off(person.id),
                "quiet_hours": await self.pushes.get_quiet_hours(person.id),
            },
            "likeness": {
                "lent": await self.likenesses.get_likeness(person.id),
                "people": await self.likenesses.list_people(person.id),
                "asks": await self.likenesses.list_asks(person.id),
                "ledger": await self.likenesses.read_ledger(person.id),
            },
            "presence": await self._presence(person.id),
            "limits": await self.get_limits(person.id),
            "account": {
                "passkeys": keys,
                "identities": [
                    {"issuer": one.issuer, "subject": one.subject, "created_at": one.created_at}
                    for one in await self.accounts.list_identities(person.id)
                ],
                "logins": await self.accounts.list_logins(person.id),
                "told_by_push": await self._told(person.id),
            },
            "relations": related | {"followers": await self.people.list_followers(person.id)},
            "inbox": [one async for one in self._notices(person.id)],
            "reports": await self.list_reports(person.id),
            "decisions": await self.list_decisions(person.id),
            "refusals": await self.list_refusals(person.id),
            "history": [one async for one in self._kept(person.id, "history")],
            "liked": [one async for one in self._kept(person.id, "liked")],
            "reactions": await self.list_reactions(person.id),
            "feed": {
                "wishes": await self.wishes.list_wishes(person.id),
                "choices": await self.wishes.get_choices(person.id),
            },
            "saved": [one async for one in self._kept(person.id, "saved")],
        }

    async def _presence(self, person_id: str) -> dict[str, Any]:
        """What a face is kept for; what it is recognised by is a secret, as a key is."""
        standing = await self.enrolments.get_standing(person_id)
        face, portrait = standing.template, await self.read_portrait(person_id)
        return {
            "face": None
            if face is None
            else {"purposes": face.purposes, "at": face.at, "until": face.until},
            # A copy of what is theirs; a template would recognise them wherever it lies.
            "portrait": None if portrait is None else {"jpeg": portrait},
            "waiting": standing.waiting,
            "identity": await self.enrolments.get_verified(person_id),
        }

    async def _told(self, person_id: str) -> list[Any]:
        """Whoever has the rest of an endpoint can send there."""
        found = await self.pushes.list_subscriptions(person_id)
        return [{"service": origin_of(one.endpoint), "created_at": one.created_at} for one in found]

    async def _notices(self, person_id: str) -> AsyncIterator[Any]:
        cursor: str | None = None
        while True:
            page = await self.people.read_inbox(person_id, limit=PAGE, cursor=cursor)
            for notice in page.notices:
                yield notice
            if (cursor := page.cursor) is None:
                return

    async def _kept(self, person_id: str, which: str) -> AsyncIterator[Any]:
        """Clips of others by what tells them apart: their words are not one's own."""
        cursor: str | None = None
        while True:
            page = await self.list_kept(person_id, which, limit=PAGE, cursor=cursor)
            for clip in page.clips:
                yield {"clip": clip.id, "by": clip.author.handle}
            if (cursor := page.cursor) is None:
                return
