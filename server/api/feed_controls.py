"""Routes by which people say what they want of their feed: wishes in their words, clips that are
not for them, and in which order it comes."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Final

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.access import Access
from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, person_operation
from phosphene.errors import NotFound
from phosphene.feed.wishes.vocabulary import WishVocabulary
from phosphene.feed.wishes.wish_reading import WishReader
from phosphene.language import LANGUAGE, name_drawn
from phosphene.model import FeedChoices, FeedOrder, FeedWish, Polarity
from phosphene.operation import Operation
from phosphene.store.reaction_store import ReactionStore
from phosphene.store.wish_store import WishStore
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json

LONGEST: Final = 300
WORD: Final = "word:"


class NewWishes(Struct, frozen=True):
    """A sentence, in French or English: more underwater, nothing scary for a week."""

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class WishView(Struct, frozen=True, kw_only=True):
    """A wish that holds. ``said``: in the words of who wished; ``means``: what clips must have, all
    of it, in the language of the request; ``by_word``: nothing is known of the words but that clips
    may have them, too. ``until``: seconds since the epoch, None until it is taken back."""

    id: str
    polarity: Polarity
    said: str
    means: tuple[str, ...]
    by_word: bool
    until: float | None


class WishList(Struct, frozen=True):
    """The wishes of somebody, the oldest first."""

    wishes: Sequence[WishView]


class WishesMade(Struct, frozen=True):
    """What a sentence was understood to wish, and its words that were not."""

    wishes: Sequence[WishView]
    not_understood: Sequence[str]


class ChoicesChange(Struct, frozen=True):
    """What is to be otherwise."""

    order: FeedOrder | None = None
    personal: bool | None = None


class FeedControls:
    """``reader`` understands wishes, ``access`` finds clips that somebody may see."""

    def __init__(
        self,
        store: WishStore,
        reactions: ReactionStore,
        reader: WishReader,
        vocabulary: WishVocabulary,
        access: Access,
        limits: RateLimits,
        visitors: Visitors,
    ) -> None:
        self._store = store
        self._reactions = reactions
        self._reader = reader
        self._vocabulary = vocabulary
        self._access = access
        self._limits = limits
        self._visitors = visitors

    async def list_wishes(self, request: Request, visitor: Visitor) -> Response:
        found = await self._store.list_wishes(visitor.person.id)
        return answer(WishList([self._view(one) for one in found]), headers=PRIVATE)

    async def make_wishes(self, request: Request, visitor: Visitor) -> Response:
        asked = await read_json(request, NewWishes)
        await self._count(visitor)
        read = self._reader.read_wishes(asked.text, time.time())
        await self._store.add_wishes(visitor.person.id, read.wishes)
        views = [self._view(one) for one in read.wishes]
        return answer(WishesMade(views, read.unread), 201, PRIVATE)

    async def drop_wish(self, request: Request, visitor: Visitor) -> Response:
        await self._count(visitor)
        if not await self._store.drop_wish(visitor.person.id, request.path_params["wish"]):
            raise NotFound("no such wish of yours")
        return Response(status_code=204)

    async def read_choices(self, request: Request, visitor: Visitor) -> Response:
        found: FeedChoices = await self._store.get_choices(visitor.person.id)
        return answer(found, headers=PRIVATE)

    async def change_choices(self, request: Request, visitor: Visitor) -> Response:
        asked = await read_json(request, ChoicesChange)
        await self._count(visitor)
        person_id = visitor.person.id
        found = await self._store.change_choices(person_id, asked.order, asked.personal)
        return answer(found, headers=PRIVATE)

    async def reject_clip(self, request: Request, visitor: Visitor) -> Response:
        await self._count(visitor)
        clip = await self._access.find_clip(request, request.path_params["clip"])
        person_id = visitor.person.id
        await self._reactions.take_back(person_id, clip.id, "not_for_me")
        await self._reactions.add_reaction(person_id, clip.id, "not_for_me")
        return Response(status_code=204)

    async def accept_clip(self, request: Request, visitor: Visitor) -> Response:
        await self._count(visitor)
        clip_id = request.path_params["clip"]
        await self._reactions.take_back(visitor.person.id, clip_id, "not_for_me")
        return Response(status_code=204)

    def operations(self) -> list[Operation]:
        """All of them."""
        of_person = partial(person_operation, self._visitors, suspended=True)
        return [*self._wishes(of_person), *self._settings(of_person), *self._rejecting(of_person)]

    def _wishes(self, of_person: "partial[Operation]") -> list[Operation]:
        path, one = "/v1/feed/wishes", "/v1/feed/wishes/{wish}"
        return [
            of_person(
                *("GET", path, "What one wishes to see more or less of", self.list_wishes),
                answer=WishList,
                errors=(401, 403),
            ),
            of_person(
                *("POST", path, "Wish to see more or less of something, in words"),
                self.make_wishes,
                body=NewWishes,
                answer=WishesMade,
                status=201,
                limit="write",
                errors=(400, 401, 403, 409, 413, 415, 422),
            ),
            of_person(
                *("DELETE", one, "Take a wish back", self.drop_wish),
                status=204,
                limit="write",
                errors=(401, 403, 404),
            ),
        ]

    def _settings(self, of_person: "partial[Operation]") -> list[Operation]:
        path = "/v1/feed/settings"
        return [
            of_person(
                *("GET", path, "In which order one wants the feed, and whether it may be personal"),
                self.read_choices,
                answer=FeedChoices,
                errors=(401, 403),
            ),
            of_person(
                *("PATCH", path, "Choose that anew", self.change_choices),
                body=ChoicesChange,
                answer=FeedChoices,
                limit="write",
                errors=(400, 401, 403, 413, 415),
            ),
        ]

    def _rejecting(self, of_person: "partial[Operation]") -> list[Operation]:
        path = "/v1/clips/{clip}/not-for-me"
        return [
            of_person(
                *("PUT", path, "Say that a clip is not for one: it, and less like it"),
                self.reject_clip,
                status=204,
                limit="write",
                errors=(401, 403, 404, 410),
            ),
            of_person(
                *("DELETE", path, "Take that back", self.accept_clip),
                status=204,
                limit="write",
                errors=(401, 403),
            ),
        ]

    async def _count(self, visitor: Visitor) -> None:
        await self._limits.count_act("write", visitor.person.id, visitor.address)

    def _view(self, wish: FeedWish) -> WishView:
        return WishView(
            id=wish.id,
            polarity=wish.polarity,
            said=wish.said,
            means=tuple(self._name(one) for one in wish.traits),
            by_word=all(one.startswith(WORD) for one in wish.traits),
            until=wish.until,
        )

    def _name(self, trait: str) -> str:
        named = self._vocabulary.name_of(trait, LANGUAGE.get())
        return named or name_drawn(trait.partition(":")[2])
