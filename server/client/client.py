"""The client: what a person can do on a server, one method each."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import msgspec

from phosphene.client.following import Following, positions, socket_url
from phosphene.client.http import Asked, Http
from phosphene.errors import BadInput
from phosphene.events import Proposal
from phosphene.model import (
    Clip,
    Comment,
    CommentPage,
    Fork,
    Page,
    Person,
    Position,
    Prompt,
    Visibility,
)
from phosphene.schemas import (
    ClipView,
    CommentLikes,
    FeedRequest,
    Found,
    ImportReport,
    LikeView,
    Lineage,
    Me,
    NewComment,
    NewHandle,
    NewProposal,
    NewWords,
    OfferedModel,
    OfferedModels,
)

SAVED_S = 120.0
"""So long a film may take that is marked for us first, behind others."""
T = TypeVar("T")
LOCAL = "http://127.0.0.1:8000"


class Client:
    """One person at one server; an async context.

    ``token`` is that of ``read_me``; without one the first writing makes a guest, whose token it is
    from then on. What fails for want of an answer, or because the server is full, is tried again
    for ``patience_s`` seconds, and done once all the same. Every method raises
    ``phosphene.client.Unreachable``, or the error of ``phosphene.errors`` that the server raised,
    with its document as ``problem``.
    """

    def __init__(
        self, server: str = LOCAL, *, token: str = "", patience_s: float = 30, timeout_s: float = 20
    ) -> None:
        self._http = Http(server, token, patience_s, timeout_s)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.close()

    @property
    def server(self) -> str:
        return self._http.server

    @property
    def token(self) -> str:
        """Whoever has it is this person; empty while we are nobody."""
        return self._http.token

    @property
    def http(self) -> Http:
        """For requests that have no method here."""
        return self._http

    async def read_me(self) -> Me:
        """Who we are. A token is good for 400 days, and asking renews it."""
        me = await self._http.read(Asked(method="GET", path="/v1/me"), Me)
        self._http.token = me.token or self._http.token
        return me

    async def change_handle(self, handle: str) -> Person:
        """Choose a handle. Raises AlreadyTaken."""
        return await self._write("PATCH", "/v1/me", Person, NewHandle(handle))

    async def create_clip(
        self,
        text: str,
        *,
        seconds: int = 5,
        seed: int | None = None,
        visibility: Visibility = "public",
        model: str | None = None,
        key: str = "",
    ) -> Clip:
        """Ask for a clip: it is queued, and can be followed. ``model``: one of ``list_models``,
        None for the server's choice. ``key``: a name for this wish, so that it is granted once also
        when another process asks again within 24 hours. Raises Refused."""
        prompt = Prompt(text=text, seconds=seconds, seed=seed, visibility=visibility, model=model)
        return await self.create_clip_from_prompt(prompt, key)

    async def remix_clip(
        self, parent: str, text: str, *, strength: float = 0.6, key: str = ""
    ) -> Clip:
        """The clip ``parent`` in other words; ``strength`` in 0..1, 1 forgets the parent."""
        seconds = (await self.get_clip(parent)).clip.seconds
        return await self.create_clip_from_prompt(
            Prompt(text=text, seconds=seconds, parent=parent, strength=strength), key
        )

    async def fork_clip(self, parent: str, second: int, text: str, *, key: str = "") -> Clip:
        """Another end for ``parent``: what is before ``second`` stays."""
        seconds = (await self.get_clip(parent)).clip.seconds
        fork = Fork(parent, second)
        return await self.create_clip_from_prompt(
            Prompt(text=text, seconds=seconds, fork=fork), key
        )

    async def create_clip_from_prompt(self, prompt: Prompt, key: str = "") -> Clip:
        """Ask for what the prompt says, in full. Raises like ``create_clip``."""
        return await self._write("POST", "/v1/clips", Clip, prompt, key or _new_key())

    async def get_clip(self, clip: str, *, embed_token: str = "") -> ClipView:
        """One clip as we see it; ``embed_token`` opens a private clip of somebody else."""
        return await self._read(_clip(clip), ClipView, token=embed_token)

    async def list_models(self) -> Sequence[OfferedModel]:
        """The models that clips may be asked of now, that of whoever names none first."""
        return (await self._read("/v1/models", OfferedModels)).models

    async def list_clips(self, *, limit: int = 20, cursor: str | None = None) -> Page:
        """Public clips and our own, newest first."""
        return await self._read("/v1/clips", Page, limit=limit, cursor=cursor)

    async def read_feed(self, asked: FeedRequest | None = None) -> Page:
        """For You, by what was seen, liked and skipped. Asking again changes nothing, so it is
        tried again like a GET."""
        body = msgspec.json.encode(asked or FeedRequest())
        question = Asked(method="POST", path="/v1/feed", body=body, key=_new_key())
        return await self._http.read(question, Page)

    async def iterate_clips(self) -> AsyncIterator[Clip]:
        """All clips, newest first, page by page as they are taken."""

        async def page(cursor: str | None) -> tuple[Sequence[Clip], str | None]:
            found = await self.list_clips(limit=100, cursor=cursor)
            return found.clips, found.cursor

        async for clip in _all(page):
            yield clip

    async def iterate_feed(self, *, liked: Sequence[str] = ()) -> AsyncIterator[Clip]:
        """For You to its end: each clip once, and those that were liked not again."""
        seen: list[str] = []

        async def page(cursor: str | None) -> tuple[Sequence[Clip], str | None]:
            newest = tuple(seen[-500:])
            asked = FeedRequest(limit=50, seen=newest, liked=tuple(liked), cursor=cursor)
            found = await self.read_feed(asked)
            return found.clips, found.cursor

        async for clip in _all(page):
            seen.append(clip.id)
            yield clip

    async def search(
        self,
        text: str = "",
        *,
        tags: Sequence[str] = (),
        newest: bool = False,
        limit: int = 24,
        cursor: str | None = None,
    ) -> Found:
        """Public clips and people by words, all of which have to fit, the last one perhaps
        unfinished; clips by ``tags``, such as ``subject:fox``."""
        sort = "newest" if newest else "best"
        query = {"q": text, "tag": ",".join(tags), "sort": sort, "limit": limit, "cursor": cursor}
        return await self._read("/v1/search", Found, **query)

    async def iterate_search(
        self, text: str = "", *, tags: Sequence[str] = (), newest: bool = False
    ) -> AsyncIterator[Clip]:
        """All clips that ``search`` finds, page by page as they are taken."""

        async def page(cursor: str | None) -> tuple[Sequence[Clip], str | None]:
            found = await self.search(text, tags=tags, newest=newest, limit=50, cursor=cursor)
            return found.clips, found.cursor

        async for clip in _all(page):
            yield clip

    async def list_comments(
        self,
        clip: str,
        *,
        limit: int = 20,
        cursor: str | None = None,
        embed_token: str = "",
        parent: str | None = None,
    ) -> CommentPage:
        """Newest first; or the answers to the comment ``parent``, oldest first."""
        path = _clip(clip) + "/comments"
        return await self._read(
            path, CommentPage, limit=limit, cursor=cursor, token=embed_token, parent=parent
        )

    async def iterate_comments(self, clip: str) -> AsyncIterator[Comment]:
        """All comments, newest first."""

        async def page(cursor: str | None) -> tuple[Sequence[Comment], str | None]:
            found = await self.list_comments(clip, limit=100, cursor=cursor)
            return found.comments, found.cursor

        async for comment in _all(page):
            yield comment

    async def read_lineage(self, clip: str) -> Lineage:
        """The tree of remixes that the clip belongs to, oldest first."""
        return await self._read(_clip(clip) + "/lineage", Lineage)

    async def like_clip(self, clip: str) -> LikeView:
        """Twice counts once."""
        return await self._write("PUT", _clip(clip) + "/like", LikeView)

    async def unlike_clip(self, clip: str) -> LikeView:
        return await self._write("DELETE", _clip(clip) + "/like", LikeView)

    async def write_comment(
        self, clip: str, text: str, *, key: str = "", parent: str | None = None
    ) -> Comment:
        """``key`` names the comment: the same one again comments once. ``parent``: the comment that
        it answers. One that is ``held`` waits for an operator. Raises Refused."""
        body = NewComment(text, key or _new_key(), parent)
        return await self._write("POST", _clip(clip) + "/comments", Comment, body, _new_key())

    async def edit_comment(self, comment: Comment, text: str) -> Comment:
        """Write a comment of one's own anew. Raises Refused, NotFound."""
        return await self._write("PATCH", _comment(comment), Comment, NewWords(text))

    async def remove_comment(self, comment: Comment) -> None:
        """Remove a comment of one's own, or below one's clip, with its answers. Raises NotFound."""
        await self._do("DELETE", _comment(comment))

    async def like_comment(self, comment: Comment, *, on: bool = True) -> CommentLikes:
        """Like a comment, or take the like back; twice counts once."""
        path = _comment(comment) + "/like"
        return await self._write("PUT" if on else "DELETE", path, CommentLikes)

    async def pin_comment(self, comment: Comment, *, on: bool = True) -> None:
        """Let one comment of one's own clip be read first. Raises NotFound, BadInput."""
        await self._do("PUT" if on else "DELETE", _comment(comment) + "/pin")

    async def propose_line(self, clip: str, text: str) -> Proposal:
        """A line for a clip on air, which its audience votes on. Raises NotLive, Unprocessable."""
        path = _clip(clip) + "/proposals"
        return await self._write("POST", path, Proposal, NewProposal(text), _new_key())

    async def vote_for_proposal(self, clip: str, proposal: str) -> Proposal:
        """One vote a person; twice counts once."""
        path = f"{_clip(clip)}/proposals/{quote(proposal, safe='')}/vote"
        return await self._write("PUT", path, Proposal)

    async def change_clip(self, clip: str, **change: str) -> Clip:
        """Change a clip of ours that has ended: ``visibility``, ``remixing``, ``license``. Raises
        NotFound, BadInput."""
        return await self._write("PATCH", _clip(clip), Clip, change)

    async def save_clip(self, clip: str, *, on: bool = True) -> None:
        """Keep a clip for ourselves, or no more."""
        await self._do("PUT" if on else "DELETE", _clip(clip) + "/save")

    async def list_kept(
        self, which: str = "own", *, limit: int = 20, cursor: str | None = None
    ) -> Page:
        """Clips of ours, or that we keep: own, drafts, saved, liked, history."""
        return await self._read("/v1/me/clips", Page, which=which, limit=limit, cursor=cursor)

    async def clear_history(self, clip: str = "") -> None:
        """Forget that we saw a clip, or any at all."""
        await self._do("DELETE", "/v1/me/history" + (f"/{quote(clip, safe='')}" if clip else ""))

    async def list_remixes(self, clip: str, *, limit: int = 20, cursor: str | None = None) -> Page:
        """Remixes and forks of a clip, newest first."""
        return await self._read(_clip(clip) + "/remixes", Page, limit=limit, cursor=cursor)

    async def import_archive(self, file: Path) -> ImportReport:
        """Bring along the archive of another instance. Twice is once. Raises Unusable, Forbidden,
        TooLarge, OSError."""
        body = await asyncio.to_thread(file.read_bytes)
        asked = Asked(method="POST", path="/v1/me/import", body=body, body_type="application/zip")
        return await self._http.read(asked, ImportReport)

    async def delete_clip(self, clip: str) -> Clip:
        """Stop a clip of ours that is being drawn, or remove one that has ended, for good. Not
        tried again without an answer: the second time would remove what the first one stopped."""
        if not self.token:
            await self.read_me()
        return await self._http.read(Asked(method="DELETE", path=_clip(clip), once=True), Clip)

    async def save_video(
        self, clip: str, file: Path, *, plain: bool = False, embed_token: str = ""
    ) -> None:
        """The MP4 of a finished clip as a file, whole or not at all: with a mark that everybody
        sees (the first time the server takes seconds to lay it), or ``plain``, as players are sent
        it. Raises NotFound, Busy, OSError."""
        path = _clip(clip) + ("/video.mp4" if plain else "/download.mp4")
        query = {"token": embed_token}
        asked = Asked(method="GET", path=path, query=query, timeout_s=SAVED_S)
        await self._http.save_file(asked, file)

    def follow_topics(
        self,
        *topics: str,
        at: Mapping[str, Position] | None = None,
        embed_token: str = "",
        give_up_s: float = float("inf"),
    ) -> Following:
        """What happens in topics (``phosphene.model``: FEED_TOPIC, ``clip_topic(id)``): each begins
        with a snapshot, or after its place in ``at``. A lost connection comes back by itself, for
        ever, or until it stayed away for ``give_up_s`` seconds."""
        return Following(
            socket_url(self.server),
            self.token,
            positions(topics, at or {}),
            opened_by=embed_token,
            give_up_s=give_up_s,
        )

    async def _read(self, path: str, kind: type[T], **query: Any) -> T:
        return await self._http.read(Asked(method="GET", path=path, query=query), kind)

    async def _do(self, method: str, path: str) -> None:
        """What is answered without words."""
        if not self.token:
            await self.read_me()
        await self._http.send(Asked(method=method, path=path))

    async def _write(
        self, method: str, path: str, kind: type[T], body: Any = None, key: str = ""
    ) -> T:
        # An Idempotency-Key counts for one person: a guest who is made by the request itself would
        # be another one when it is tried again.
        if not self.token:
            await self.read_me()
        content = None if body is None else msgspec.json.encode(_checked(body))
        return await self._http.read(Asked(method=method, path=path, body=content, key=key), kind)


async def _all(
    page: Callable[[str | None], Awaitable[tuple[Sequence[T], str | None]]],
) -> AsyncIterator[T]:
    """What is on all pages."""
    cursor: str | None = None
    while True:
        found, cursor = await page(cursor)
        for one in found:
            yield one
        if cursor is None:
            return


def _checked(body: Any) -> Any:
    """The body, if the server's own types allow it. Raises BadInput."""
    try:
        # Constructors of msgspec check nothing: the limits that the types say hold where bytes are
        # decoded.
        return msgspec.convert(msgspec.to_builtins(body), type(body))
    except msgspec.ValidationError as error:
        raise BadInput(str(error)) from None


def _clip(clip: str) -> str:
    return f"/v1/clips/{quote(clip, safe='')}"


def _comment(comment: Comment) -> str:
    return f"{_clip(comment.clip)}/comments/{quote(comment.id, safe='')}"


def _new_key() -> str:
    return uuid.uuid4().hex
