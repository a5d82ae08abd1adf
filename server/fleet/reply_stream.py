"""What a lent worker says to one instance: numbered, in order, large messages beside the others."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from phosphene.fleet import names
from phosphene.fleet.blob_messages import INLINE_LIMIT, BlobMessages, Undeliverable
from phosphene.fleet.outbox import Outbox
from phosphene.render import messages

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class ReplyStream:
    """``worker`` is the sender's id. Numbers begin at 0 and have no gaps."""

    def __init__(self, instance: str, worker: str, outbox: Outbox, blobs: BlobMessages) -> None:
        self._key = names.answers(instance)
        self._worker = worker
        self._outbox = outbox
        self._blobs = blobs
        self._number = 0

    def post_answer(self, clip: str, answer: messages.Answer) -> None:
        """Say something small, as the first and the last word of a clip are."""
        self._post(clip, {"d": messages.encode_message(answer)})
        self._outbox.post_command("EXPIRE", self._key, names.EXPIRES_S)

    async def post_body(self, clip: str, body: bytes) -> None:
        """Say something of any size. Raises Undeliverable."""
        self._post(clip, await self._blobs.pack_body(body))

    def skip_number(self) -> None:
        """What follows is worth nothing to that instance, and the worker is lost to it: clips that
        it has here are drawn on from what it kept."""
        self._number += 1

    async def wait_until_short(self) -> None:
        """Wait until Redis has taken most of what was said."""
        await self._outbox.wait_until_short()

    def _post(self, clip: str, fields: dict[str, bytes | str]) -> None:
        every = {"w": self._worker, "c": clip, "n": self._number, **fields}
        pairs = (part for pair in every.items() for part in pair)
        self._outbox.post_command("XADD", self._key, "MAXLEN", "~", names.MOST_ANSWERS, "*", *pairs)
        # Numbered by worker and instance: each instance hears all numbers, and knows when one is
        # missing.
        self._number += 1


class ClipReplies:
    """The mail of one clip, whose last word comes after everything else. ``spawn`` starts what
    brings large messages away while pictures go on."""

    def __init__(self, clip: str, mail: ReplyStream, spawn: Spawn) -> None:
        self._clip = clip
        self._mail = mail
        self._spawn = spawn
        self._beside: list[asyncio.Task[None]] = []
        self._failure = ""

    async def post_reply(self, answer: messages.ClipAnswer) -> None:
        """Say something about the clip; what could not be brought away fails it at its end."""
        await self._mail.wait_until_short()
        body = messages.encode_message(answer)
        if isinstance(answer, messages.Done | messages.Failed):
            await self._finish(answer)
        elif len(body) > INLINE_LIMIT:
            self._beside.append(self._spawn(self._carry(body)))
        else:
            await self._mail.post_body(self._clip, body)

    async def _carry(self, body: bytes) -> None:
        try:
            await self._mail.post_body(self._clip, body)
        except Undeliverable as error:
            self._failure = f"what was drawn could not be sent: {error}"

    async def _finish(self, answer: messages.Done | messages.Failed) -> None:
        if self._beside:
            await asyncio.wait(self._beside)
        if self._failure and isinstance(answer, messages.Done):
            answer = messages.Failed(clip=self._clip, reason=self._failure)
        self._mail.post_answer(self._clip, answer)
