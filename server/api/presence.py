"""Routes of presence checks: by a live camera somebody shows that they are there; nothing is
uploaded, and of the pictures nothing is kept."""

import time
from collections.abc import AsyncGenerator
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from phosphene.api.deciders import Deciders
from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, person_operation
from phosphene.errors import Forbidden, NotFound, NotOffered, Unusable
from phosphene.events import Publish
from phosphene.model import Person
from phosphene.operation import Operation
from phosphene.people.accounts import need_confirmed
from phosphene.reports import Decider
from phosphene.store.account_store import AccountStore
from phosphene.store.enrolments import FaceMatch, FaceTemplate, Purpose
from phosphene.store.likeness_matches import ClipMatch, LikenessMatches
from phosphene.store.people_store import PeopleStore
from phosphene.studio.enrolment import Enroller, Enrolment, EnrolmentEvent, EnrolmentWish
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json

EVENT_STREAM: Final = "text/event-stream"
JPEG: Final = "image/jpeg"
LONGEST_S: Final = 2 * 366 * 86400.0
"""A face may be kept for two years, and then again."""


class PresenceWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``offer``: an SDP offer to send one camera, in VP8. ``agreed``: that it may be looked at by a
    model that compares faces, for this check. ``of_age``: that one is no minor. ``purposes``: what
    one's face is to be kept for, each by itself, ``until`` when (seconds since the epoch): ``find``
    it in pictures of photorealistic models, ``guard`` it, so that nobody else enrols it; none: of
    the face nothing is kept that recognises it. ``portrait``: that one picture is kept until then,
    and photorealistic models may draw one from it, for whom one lends one's likeness to; only of
    who was verified (``portrait_offered``). ``unhurried``: with more time for each move."""

    offer: Annotated[str, Meta(max_length=65536)]
    agreed: bool = False
    of_age: bool = False
    purposes: Annotated[tuple[Purpose, ...], Meta(max_length=2)] = ()
    portrait: bool = False
    until: float | None = None
    unhurried: bool = False


class KeptFace(Struct, frozen=True, kw_only=True):
    """What one's face is kept for, since and until when (seconds since the epoch)."""

    purposes: tuple[Purpose, ...]
    at: float
    until: float


class OwnPortrait(Struct, frozen=True, kw_only=True):
    """Since and until when it is kept (seconds since the epoch)."""

    at: float
    until: float


class PresenceStanding(Struct, frozen=True, kw_only=True):
    """``offered``: whether this instance can check; ``tries_left`` today; ``waiting``: whether an
    operator is to look at it; ``face``: None where nothing is kept that recognises one's face;
    ``portrait_offered``: whether one may agree to a portrait, ``portrait``: None where none is
    kept."""

    offered: bool
    tries_left: int
    waiting: bool
    face: KeptFace | None
    portrait_offered: bool
    portrait: OwnPortrait | None


class WaitingFaces(Struct, frozen=True):
    """Faces like one that was enrolled under another account."""

    matches: tuple[FaceMatch, ...]


class MatchVerdict(Struct, frozen=True):
    """``accept``: they are two people, or one with two accounts that may have both; else the
    presence check counts for nothing."""

    accept: bool


class HeldClips(Struct, frozen=True):
    """Clips in which a face may be somebody's who asked to be found."""

    clips: tuple[ClipMatch, ...]


class HeldVerdict(Struct, frozen=True, forbid_unknown_fields=True):
    """``confirmed``: it shows them without a yes, and stays withheld; else it is given back."""

    confirmed: bool


class PresenceRoutes:
    """``offered``: whether what looks at cameras is installed here; ``matches``: clips that are
    held for a face in them, ``publish`` tells what was recorded to whoever is there."""

    def __init__(
        self,
        enroller: Enroller,
        kept: AccountStore,
        people: PeopleStore,
        limits: RateLimits,
        visitors: Visitors,
        deciders: Deciders,
        offered: bool,
        matches: LikenessMatches,
        publish: Publish,
    ) -> None:
        self._enroller = enroller
        self._store = enroller.store
        self._kept = kept
        self._people = people
        self._limits = limits
        self._visitors = visitors
        self._deciders = deciders
        self._offered = offered
        self._matches = matches
        self._publish = publish

    async def check_presence(self, request: Request, visitor: Visitor) -> Response:
        """An event stream: the answer to the offer, what to do, and the verdict. It ends with the
        check, and the check with it."""
        if not self._offered:
            raise NotOffered("presence is not checked here: phosphene[likeness] is not installed")
        await self._limits.count_act("sign-in", visitor.person.id, visitor.address)
        if not await self._kept.has_account(visitor.person.id):
            raise NotFound("keep your name first")
        # Else whoever sits down before an open browser would lend their own face by its name.
        need_confirmed(visitor.confirmed_at, time.time())
        wish = await read_json(request, PresenceWish)
        enrolment = await self._enroller.begin_enrolment(
            visitor.person.id, wish.offer, _checked(wish)
        )
        headers = {**PRIVATE, "X-Accel-Buffering": "no"}
        return StreamingResponse(_event_stream(enrolment), 200, headers, EVENT_STREAM)

    async def read_presence(self, request: Request, visitor: Visitor) -> Response:
        standing = await self._store.get_standing(visitor.person.id)
        face, portraits = standing.template, self._enroller.portraits
        kept = await portraits.store.get_portrait(visitor.person.id)
        view = PresenceStanding(
            offered=self._offered,
            tries_left=standing.tries_left,
            waiting=standing.waiting,
            face=None if face is None else _kept(face),
            portrait_offered=await portraits.may_keep(visitor.person.id),
            portrait=None if kept is None else OwnPortrait(at=kept.at, until=kept.until),
        )
        return answer(view, headers=PRIVATE)

    async def read_portrait(self, request: Request, visitor: Visitor) -> Response:
        data = await self._enroller.portraits.read_own(visitor.person.id)
        if data is None:
            raise NotFound("no portrait of you is kept")
        return Response(data, headers=PRIVATE, media_type=JPEG)

    async def forget_face(self, request: Request, visitor: Visitor) -> Response:
        await self._enroller.forget_face(visitor.person.id)
        return Response(status_code=204)

    async def list_waiting_faces(self, request: Request, by: Decider) -> Response:
        return answer(WaitingFaces(tuple(await self._store.list_matches())), headers=PRIVATE)

    async def settle_face(self, request: Request, by: Decider) -> Response:
        verdict = await read_json(request, MatchVerdict)
        await self._enroller.settle_match((await self._person(request)).id, verdict.accept)
        return Response(status_code=204)

    async def list_held_clips(self, request: Request, by: Decider) -> Response:
        return answer(HeldClips(tuple(await self._matches.list_held())), headers=PRIVATE)

    async def settle_held_clip(self, request: Request, by: Decider) -> Response:
        verdict = await read_json(request, HeldVerdict)
        clip_id = request.path_params["clip"]
        recorded = await self._matches.settle_clip(clip_id, confirmed=verdict.confirmed)
        await self._publish(recorded)
        return Response(status_code=204)

    def operations(self) -> list[Operation]:
        """All of them."""
        of_person = partial(person_operation, self._visitors, makes=False)
        path = "/v1/me/presence"
        return [
            of_person(
                *("POST", path, "Show before a camera that one is there"),
                self.check_presence,
                body=PresenceWish,
                answer=str,
                answer_type=EVENT_STREAM,
                limit="sign-in",
                errors=(400, 401, 403, 404, 406, 413, 415, 422, 501, 503),
            ),
            of_person(
                *("GET", path, "Whether one's presence can be checked, and what is kept of it"),
                self.read_presence,
                suspended=True,
                answer=PresenceStanding,
                errors=(401, 403),
            ),
            of_person(
                *("GET", f"{path}/portrait", "One's own portrait, which nobody else can ask for"),
                self.read_portrait,
                suspended=True,
                answer=bytes,
                answer_type=JPEG,
                errors=(401, 403, 404),
            ),
            of_person(
                *("DELETE", f"{path}/face", "Keep nothing more of one's face, in no copy"),
                self.forget_face,
                suspended=True,
                status=204,
                errors=(401, 403),
            ),
            *self._of_operators(),
        ]

    def _of_operators(self) -> list[Operation]:
        waiting, held = "/v1/operator/faces", "/v1/operator/matches"
        return [
            self._of_operator(
                *("GET", waiting, "Faces like one of another account, for operators"),
                self.list_waiting_faces,
                answer=WaitingFaces,
            ),
            self._of_operator(
                *("PUT", f"{waiting}/{{handle}}", "Say whether such a face counts, for operators"),
                self.settle_face,
                body=MatchVerdict,
                status=204,
                errors=(400, 401, 403, 404, 413, 415),
            ),
            self._of_operator(
                *("GET", held, "Clips held for a face that may be somebody's, for operators"),
                self.list_held_clips,
                answer=HeldClips,
            ),
            self._of_operator(
                *("PUT", f"{held}/{{clip}}", "Say whether such a clip shows them, for operators"),
                self.settle_held_clip,
                body=HeldVerdict,
                status=204,
                errors=(400, 401, 403, 404, 413, 415),
            ),
        ]

    def _of_operator(
        self, method: str, path: str, summary: str, endpoint: Any, **more: Any
    ) -> Operation:
        return Operation(
            method=method,
            path=path,
            summary=summary,
            caller="operator",
            endpoint=self._deciders.with_role("operator", endpoint),
            **{"errors": (401, 403)} | more,
        )

    async def _person(self, request: Request) -> Person:
        handle = request.path_params["handle"].removeprefix("@")
        return await self._people.find_person(handle)


def _kept(face: FaceTemplate) -> KeptFace:
    return KeptFace(purposes=face.purposes, at=face.at, until=face.until)


def _checked(wish: PresenceWish) -> EnrolmentWish:
    """Raises Forbidden, Unusable."""
    if not wish.of_age:
        raise Forbidden("a minor's face is not enrolled")
    if not wish.agreed:
        raise Unusable("agreed: nothing looks at a face before its owner has said yes to that")
    purposes, now = tuple(dict.fromkeys(wish.purposes)), time.time()
    if not purposes and not wish.portrait:
        return EnrolmentWish(unhurried=wish.unhurried)
    if wish.until is None or not now < wish.until <= now + LONGEST_S:
        raise Unusable("until: a face is kept until a date within two years")
    return EnrolmentWish(
        purposes=purposes, portrait=wish.portrait, until=wish.until, unhurried=wish.unhurried
    )


async def _event_stream(enrolment: Enrolment) -> AsyncGenerator[bytes, None]:
    try:
        async for event in enrolment.events.read():
            yield _event(event)
    finally:
        enrolment.end_soon()


def _event(event: EnrolmentEvent) -> bytes:
    body = msgspec.json.encode(event)
    kind = msgspec.json.decode(body)["type"]
    return f"event: {kind}\ndata: ".encode() + body + b"\n\n"
