"""Routes between people: profiles, whom one follows, mutes and blocks, and the inbox."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated, Any, Literal, get_args

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.hidden import without
from phosphene.api.paging import PRIVATE, ListQuery
from phosphene.api.visitors import Visitor, Visitors, person_operation
from phosphene.errors import Forbidden, NotFound, Unusable
from phosphene.events import Publish
from phosphene.model import Page, Person
from phosphene.operation import Operation
from phosphene.people.profile import clean_about
from phosphene.store.account_store import AccountStore
from phosphene.store.people_store import PeopleStore
from phosphene.store.profiles import ProfileWords
from phosphene.store.relations import Relation
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json, read_query


class Profile(Struct, frozen=True, kw_only=True):
    """Somebody as others see them; counts are of public clips. ``you``: what you asked of them,
    ``mutual``: each follows the other; ``kept``: they have an account."""

    person: Person
    about: str
    portrait: str | None
    kept: bool
    clips: int
    remixes: int
    likes: int
    followers: int
    following: int
    shares_likes: bool
    you: Sequence[Relation] = ()
    mutual: bool = False


class NewProfile(Struct, frozen=True):
    """``portrait``: a finished, public clip of one's own, of which the still is shown."""

    about: Annotated[str, Meta(max_length=400)] = ""
    portrait: Annotated[str, Meta(max_length=64)] | None = None
    shares_likes: bool = False


class PeopleList(Struct, frozen=True):
    people: Sequence[Person]


class Hidden(Struct, frozen=True):
    """Ids of those whose clips and words you are not shown."""

    people: Sequence[str]


class ProfileClipsQuery(Struct, frozen=True):
    """``which``: what somebody made, remixed, or likes and shows."""

    which: Literal["clips", "remixes", "liked"] = "clips"
    limit: Annotated[int, Meta(ge=1, le=50)] = 20
    cursor: Annotated[str, Meta(description="of the last answer")] | None = None


class SocialRoutes:
    """``publish`` tells what was recorded to whoever is there; ``check_name`` raises Refused for
    what nobody may say of themselves."""

    def __init__(
        self,
        people: PeopleStore,
        accounts: AccountStore,
        publish: Publish,
        limits: RateLimits,
        visitors: Visitors,
        check_name: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._check_name = check_name
        self._people = people
        self._accounts = accounts
        self._publish = publish
        self._limits = limits
        self._visitors = visitors

    async def read_profile(self, request: Request) -> Response:
        asker = await self._visitors.known_person(request)
        return answer(await self._profile(await self._named(request, asker), asker))

    async def change_profile(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewProfile)
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        await self._need_account(visitor.person)
        about = clean_about(new.about)
        await self._check_name(about, visitor.person.id)
        words = ProfileWords(about, new.portrait, new.shares_likes)
        await self._people.set_words(visitor.person.id, words)
        return answer(await self._profile(visitor.person, visitor.person))

    async def list_profile_clips(self, request: Request) -> Response:
        query = read_query(request, ProfileClipsQuery)
        asker = await self._visitors.known_person(request)
        person = await self._named(request, asker)
        if query.which != "liked":
            page = await self._people.list_clips_by(
                person.id,
                limit=query.limit,
                cursor=query.cursor,
                remixes=query.which == "remixes",
            )
            return answer(page)
        # Asked before the list is read, and refused as 404: an empty list would say that they like
        # nothing.
        shown = (await self._people.get_words(person.id)).shares_likes
        if not shown and (asker is None or asker.id != person.id):
            raise NotFound(f"@{person.handle} keeps to themselves what they like")
        # What somebody likes is of third persons, whom the asker may not want to see; what they
        # made is not.
        page = await self._people.list_liked(person.id, limit=query.limit, cursor=query.cursor)
        hidden = await self._people.hidden_from(asker.id) if asker else frozenset[str]()
        return answer(without(page, hidden))

    async def list_followers(self, request: Request) -> Response:
        asker = await self._visitors.known_person(request)
        person = await self._named(request, asker)
        return await self._list(await self._people.list_followers(person.id), asker)

    async def list_followed_people(self, request: Request) -> Response:
        asker = await self._visitors.known_person(request)
        person = await self._named(request, asker)
        return await self._list(await self._people.list_related(person.id, "follow"), asker)

    async def relate(self, request: Request, visitor: Visitor) -> Response:
        return await self._set_relation(request, visitor, on=True)

    async def unrelate(self, request: Request, visitor: Visitor) -> Response:
        return await self._set_relation(request, visitor, on=False)

    async def list_blocked(self, request: Request, visitor: Visitor) -> Response:
        found = await self._people.list_related(visitor.person.id, "block")
        return answer(PeopleList(found), headers=PRIVATE)

    async def list_muted(self, request: Request, visitor: Visitor) -> Response:
        found = await self._people.list_related(visitor.person.id, "mute")
        return answer(PeopleList(found), headers=PRIVATE)

    async def list_hidden(self, request: Request, visitor: Visitor) -> Response:
        found = await self._people.hidden_from(visitor.person.id)
        return answer(Hidden(sorted(found)), headers=PRIVATE)

    async def read_following(self, request: Request, visitor: Visitor) -> Response:
        query, person = read_query(request, ListQuery), visitor.person
        page = await self._people.list_followed(person.id, limit=query.limit, cursor=query.cursor)
        # Here too: only a block ends a follow, so that one may follow somebody and mute them for a
        # while.
        return answer(without(page, await self._people.hidden_from(person.id)), headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """All of them."""
        of_person = partial(person_operation, self._visitors, errors=(401, 403))
        one = "/v1/people/{handle}"
        listed = (400, 401, 404, 422)
        return [
            self._reading(one, "Somebody's profile", self.read_profile, answer=Profile),
            self._reading(
                one + "/clips",
                "What somebody made, remixed, or likes and shows",
                self.list_profile_clips,
                query=ProfileClipsQuery,
                answer=Page,
                errors=listed,
            ),
            self._reading(
                *(one + "/followers", "The newest 200 who follow somebody", self.list_followers),
                answer=PeopleList,
            ),
            self._reading(
                one + "/following",
                "The newest 200 whom somebody follows",
                self.list_followed_people,
                answer=PeopleList,
            ),
            of_person(
                *("PUT", one + "/{relation}", "Follow, mute or block somebody", self.relate),
                status=204,
                limit="write",
                errors=(401, 403, 404, 422),
            ),
            of_person(
                *("DELETE", one + "/{relation}", "No longer", self.unrelate),
                status=204,
                limit="write",
                errors=(401, 403, 404, 422),
            ),
            of_person(
                *("PUT", "/v1/me/profile", "What one says of oneself", self.change_profile),
                body=NewProfile,
                answer=Profile,
                limit="write",
                errors=(400, 401, 403, 404, 413, 415, 422),
            ),
            *self._own_lists(of_person),
            of_person(
                "GET",
                "/v1/feed/following",
                "Public clips of those whom one follows, newest first",
                self.read_following,
                query=ListQuery,
                answer=Page,
                errors=(400, 401, 403, 422),
            ),
        ]

    def _own_lists(self, of_person: Callable[..., Operation]) -> list[Operation]:
        people = partial(of_person, "GET", answer=PeopleList)
        return [
            people("/v1/me/blocked", "Whom one blocks", self.list_blocked),
            people("/v1/me/muted", "Whom one mutes", self.list_muted),
            of_person(
                *("GET", "/v1/me/hidden", "Whom one is not shown", self.list_hidden), answer=Hidden
            ),
        ]

    async def _list(self, people: Sequence[Person], asker: Person | None) -> Response:
        """Without whom the asker is not shown."""
        hidden = await self._people.hidden_from(asker.id) if asker else frozenset[str]()
        return answer(PeopleList([one for one in people if one.id not in hidden]))

    def _reading(
        self,
        path: str,
        summary: str,
        endpoint: Callable[[Request], Awaitable[Response]],
        **more: Any,
    ) -> Operation:
        more = {"errors": (401, 404)} | more
        return Operation(
            method="GET", path=path, summary=summary, caller="reader", endpoint=endpoint, **more
        )

    async def _profile(self, person: Person, asker: Person | None) -> Profile:
        words = await self._people.get_words(person.id)
        tally = await self._people.get_tally(person.id)
        followers, following = await self._people.count_relations(person.id)
        you: list[Relation] = []
        mutual = False
        if asker is not None and asker.id != person.id:
            relationship = await self._people.get_relationship(asker.id, person.id)
            you = [kind for kind in get_args(Relation) if kind in relationship.by]
            mutual = relationship.mutual
        return Profile(
            person=person,
            about=words.about,
            portrait=words.portrait,
            kept=await self._accounts.has_account(person.id),
            clips=tally.clips,
            remixes=tally.remixes,
            likes=tally.likes,
            followers=followers,
            following=following,
            shares_likes=words.shares_likes,
            you=you,
            mutual=mutual,
        )

    async def _named(self, request: Request, asker: Person | None) -> Person:
        """The person of the address. Raises NotFound, also where they block who asks."""
        person = await self._find(request, asker)
        if asker is not None:
            relationship = await self._people.get_relationship(person.id, asker.id)
            # In the words of a name that nobody has: who is blocked is not to notice it.
            if "block" in relationship.by:
                raise NotFound(f"nobody here is called @{person.handle}")
        return person

    async def _find(self, request: Request, asker: Person | None) -> Person:
        handle = request.path_params["handle"].removeprefix("@")
        # A guest's generated name is in no table before it is chosen or kept: one's own page is
        # there.
        if asker is not None and handle == asker.handle:
            return asker
        # Also by a name that they gave up, since links and comments go on naming it, and by ~ID: a
        # guest's generated name is in no table, and guests are blocked and reported too.
        return await self._people.find_by_name(handle)

    async def _set_relation(self, request: Request, visitor: Visitor, *, on: bool) -> Response:
        kind = request.path_params["relation"]
        if kind not in get_args(Relation):
            raise NotFound(f"one can {', '.join(get_args(Relation))} somebody, not {kind}")
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        other = await self._find(request, visitor.person)
        if other.id == visitor.person.id:
            raise Unusable(f"you cannot {kind} yourself")
        # A guest is gone with their cookie, and a follow of theirs would be a row that nobody ends.
        # To mute and to block is for everybody: who is molested need not sign up first.
        if kind == "follow" and on:
            await self._need_account(visitor.person)
        await self._publish(await self._people.set_relation(visitor.person, kind, other, on))
        return Response(status_code=204)

    async def _need_account(self, person: Person) -> None:
        """Raises Forbidden: what lasts needs somebody who lasts."""
        if not await self._accounts.has_account(person.id):
            raise Forbidden("keep your name first: this is for somebody whom others find again")
