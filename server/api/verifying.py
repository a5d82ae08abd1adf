"""The one place where a picture is received: what it is, and no way in for it."""

from collections.abc import Callable
from typing import Annotated, Final

from msgspec import Meta, Struct
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from phosphene.api.paging import PRIVATE
from phosphene.api.sharing import clip_in, page_url
from phosphene.api.verify_page import verify_page
from phosphene.api.visitors import address_of
from phosphene.errors import NotFound, NotOffered, Unusable
from phosphene.language import LANGUAGE, VARIES, say
from phosphene.model import Clip
from phosphene.operation import Operation
from phosphene.trust.provenance import State
from phosphene.trust.rate_limits import RateLimits, household_of
from phosphene.verification.verifier import By, Found, Verification, Verifier
from phosphene.web import answer, read_bytes, read_query

MOST: Final = 20 << 20
"""Bytes of a file."""
UPLOAD_S: Final = 60.0
ANY_FILE: Final = "application/octet-stream"


class VerifyQuery(Struct, frozen=True):
    """``address``: of a page or a film of this site."""

    address: Annotated[str, Meta(min_length=1, max_length=500)]


class MadeOf(Struct, frozen=True, kw_only=True):
    """A public clip that a file shows: who made it when, of which words, with which model, from
    which other clip, and under which terms it may be used. ``address`` of its page."""

    id: str
    address: str
    text: str
    author: str
    model: str
    created_at: float
    parent: str | None
    license: str


class VerifyAnswer(Struct, frozen=True, kw_only=True):
    """What a file is. ``found``: ``public``, ``hidden`` (made here, and no more is told),
    ``withdrawn``, or ``unknown`` (nothing of it is known here, which proves nothing). ``by``: how
    it was recognised. ``manifest``: what the file says of itself (C2PA). ``said``: the same in
    words, in the language of the request."""

    found: Found
    by: By | None
    manifest: State | None
    said: tuple[str, ...]
    clip: MadeOf | None = None


class VerifyRoutes:
    """``verifier`` is None where nothing that looks at pictures is installed; ``base_url`` gives
    the address of this site."""

    def __init__(
        self,
        verifier: Verifier | None,
        limits: RateLimits,
        base_url: Callable[[HTTPConnection], str],
    ) -> None:
        self._verifier = verifier
        self._limits = limits
        self._base_url = base_url

    async def verify_file(self, request: Request) -> Response:
        verifier = self._installed()
        address = address_of(request)
        await self._limits.count_verification(address)
        data = await read_bytes(request, MOST, UPLOAD_S)
        if not data:
            raise Unusable("there is no picture in this file that can be looked at")
        return self._told(request, await verifier.verify_file(data, household_of(address)))

    async def verify_address(self, request: Request) -> Response:
        asked = read_query(request, VerifyQuery)
        verifier = self._installed()
        await self._limits.count_verification(address_of(request))
        try:
            clip_id = clip_in(asked.address, self._base_url(request))
        except NotFound:
            # No other address is ever asked: whoever named it could have us ask whom they like.
            raise Unusable("that is no address of a clip of this site") from None
        return self._told(request, await verifier.verify_clip(clip_id))

    async def read_page(self, request: Request) -> Response:
        return verify_page()

    def _installed(self) -> Verifier:
        if self._verifier is None:
            raise NotOffered("files are not looked at here")
        return self._verifier

    def _told(self, request: Request, found: Verification) -> Response:
        clip = None if found.clip is None else _made_of(found.clip, self._base_url(request))
        told = VerifyAnswer(
            found=found.found, by=found.by, manifest=found.manifest, said=_said(found), clip=clip
        )
        headers = {"Content-Language": LANGUAGE.get(), "Vary": VARIES}
        return answer(told, headers=headers | PRIVATE)

    def operations(self) -> list[Operation]:
        """The page, and both ways to ask."""
        errors = (408, 413, 422, 429, 501, 503)
        return [
            Operation(
                method="GET",
                path="/verify",
                summary="Have a file looked at, as a page",
                name="read_verify_page",
                endpoint=self.read_page,
                answer=str,
                answer_type="text/html",
                shared=False,
            ),
            Operation(
                method="POST",
                path="/v1/verify",
                summary="What a film or a picture is; it is looked at and not kept",
                endpoint=self.verify_file,
                body=bytes,
                body_type=ANY_FILE,
                answer=VerifyAnswer,
                makes=False,
                errors=errors,
            ),
            Operation(
                method="GET",
                path="/v1/verify",
                summary="What is at an address of this site",
                endpoint=self.verify_address,
                query=VerifyQuery,
                answer=VerifyAnswer,
                errors=(400, *errors),
            ),
        ]


def _made_of(clip: Clip, base: str) -> MadeOf:
    return MadeOf(
        id=clip.id,
        address=page_url(base, clip.id),
        text=clip.text,
        author=clip.author.handle,
        model=clip.recipe.model if clip.recipe else "",
        created_at=clip.created_at,
        parent=clip.parent,
        license=clip.license,
    )


def _said(found: Verification) -> tuple[str, ...]:
    """In words, the most important first."""
    what = {
        "public": say("This was made here by a model: no camera saw it."),
        "hidden": say("This was made here by a model. No more is told of it."),
        "withdrawn": say("This was made here by a model. It is not shown here, or no longer."),
        "unknown": say("Nothing here recognises it. That does not prove that a camera saw it."),
    }
    how = {
        "file": say("It is the very file, unchanged."),
        "manifest": say("Its signed manifest (C2PA) says so."),
        "watermark": say("The invisible mark in its pictures says so."),
        "likeness": say("Its pictures look like those of a clip here; look at both."),
        "address": say("It is a page of this site."),
    }
    papers = {
        "invalid": say("Its manifest was damaged, or the file was changed after it was signed."),
        "untrusted": say("It has a manifest that somebody else signed, who is not known here."),
        "missing": say("It has no manifest (C2PA): most sites take it out."),
    }
    lines = [what[found.found]]
    if found.by is not None:
        lines.append(how[found.by])
    if found.manifest in papers and found.by != "file":
        lines.append(papers[found.manifest])
    return tuple(lines)
