"""Who may see a clip: everybody, but a private one only its author and who has a token for it."""

import time
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import HTTPConnection, Request

from phosphene.errors import NotFound, Unauthorized, Withheld
from phosphene.model import Clip, Person, clip_topic, person_topic, shows_somebody
from phosphene.store.store import Store
from phosphene.trust.embed_tokens import EmbedClaims, EmbedTokens, check, is_embed_token
from phosphene.trust.origins import origin_of

CLIP_TOPIC = clip_topic("")
PERSON_TOPIC = person_topic("")
TAKEN_AWAY: Final = "this clip was taken away"


class Access:
    """The one gate before every clip. ``known_person`` gives who asks (see ``Visitors``),
    ``public_url`` is the setting, ``may_moderate`` tells who sees what a report withheld,
    ``is_shown`` whether a clip shows somebody, who then sees it whoever else may."""

    def __init__(
        self,
        store: Store,
        known_person: Callable[[HTTPConnection], Awaitable[Person | None]],
        tokens: EmbedTokens,
        public_url: str,
        may_moderate: Callable[[Person], Awaitable[bool]],
        is_shown: Callable[[str, str], Awaitable[bool]],
    ) -> None:
        self._is_shown = is_shown
        self._store = store
        self._known_person = known_person
        self._tokens = tokens
        self._public_url = public_url.rstrip("/")
        self._may_moderate = may_moderate

    async def find_clip(self, request: Request, clip_id: str) -> Clip:
        """The clip, for who may see it.

        Raises:
            NotFound; Withheld; Unauthorized: the clip is private, or the token is no good;
            Forbidden: the token is for pages of other origins.
        """
        clip = await self._store.get_clip(clip_id)
        if clip.visibility != "private":
            return clip
        person = await self._known_person(request)
        moderates = clip.withheld and person is not None and await self._may_moderate(person)
        if moderates and clip.withheld_for != "consent":
            return clip
        await self._check(request, clip, person, token_of(request))
        return clip

    async def find_for_frame(
        self, request: Request, clip_id: str
    ) -> tuple[Clip, EmbedClaims | None]:
        """The clip for a page that goes into frames, and what its token allows. Into whose frames
        is held by the browser (frame-ancestors), for no header says it for certain.

        Raises as ``find_clip``; Forbidden: a token for certain pages is opened as a page of its
        own.
        """
        clip, token = await self._store.get_clip(clip_id), token_of(request)
        if clip.visibility != "private" or clip.withheld or not token:
            return await self.find_clip(request, clip_id), None
        claims = self._tokens.read_token(token, time.time())
        # A token for certain pages would else open the clip to whoever copies the frame's address
        # into a tab.
        alone = request.headers.get("sec-fetch-dest") == "document"
        check(claims, clip.id, None if alone else next(iter(claims.origins), None))
        return clip, claims

    async def check_may_follow(
        self, connection: HTTPConnection, person: Person, topic: str, token: str | None
    ) -> None:
        """Whether a person may follow a topic. Raises as ``find_clip``."""
        # Nor by a key of theirs, which may not read it over HTTP either.
        theirs = topic == person_topic(person.id) and not hasattr(connection.state, "only_reads")
        if topic.startswith(PERSON_TOPIC) and not theirs:
            raise NotFound("an inbox is followed by its owner only")
        if not topic.startswith(CLIP_TOPIC):
            return
        clip = await self._store.get_clip(topic.removeprefix(CLIP_TOPIC))
        if clip.visibility == "private":
            await self._check(connection, clip, person, token)

    def base_url(self, connection: HTTPConnection) -> str:
        """The address that people know this server by, without a slash at the end."""
        if self._public_url:
            return self._public_url
        base = str(connection.base_url).rstrip("/")
        return base.replace("ws", "http", 1) if base.startswith("ws") else base

    async def _check(
        self, connection: HTTPConnection, clip: Clip, person: Person | None, token: str | None
    ) -> None:
        # What somebody took back nobody sees: neither who made it, nor who is in it.
        if clip.withheld_for == "consent":
            raise Withheld(TAKEN_AWAY)
        if person and person.id == clip.author.id:
            return
        # No token opens it.
        if clip.withheld:
            raise Withheld(TAKEN_AWAY)
        # Of most clips that is nobody, and the store need not be asked with every part of a film.
        if person and shows_somebody(clip) and await self._is_shown(clip.id, person.id):
            return
        if not token:
            raise Unauthorized("this clip is private: only its author sees it, or an embed token")
        claims = self._tokens.read_token(token, time.time())
        check(claims, clip.id, self._origin(connection))

    def _origin(self, connection: HTTPConnection) -> str | None:
        """Of the page that asks, as its browser says it."""
        headers = connection.headers
        if "origin" in headers:
            return headers["origin"]
        if headers.get("sec-fetch-site") == "same-origin":
            return origin_of(self.base_url(connection))
        return origin_of(headers.get("referer", ""))


def token_of(connection: HTTPConnection) -> str | None:
    """The embed token in the query, or as a bearer token (RFC 6750) as WHEP players send it."""
    token = connection.query_params.get("token")
    if token:
        return token
    scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and is_embed_token(credentials.strip()):
        return credentials.strip()
    return None
