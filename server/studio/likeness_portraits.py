"""Portraits: kept with their owners' yes, taken back, and opened for a clip that may be drawn from
them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, Literal

from phosphene.errors import BadInput, Forbidden, NotFound, Refused, Withheld
from phosphene.model import MOST_PORTRAIT, Clip, Portrait
from phosphene.store.likeness_portrait_store import LentPortrait, LikenessPortraitStore
from phosphene.trust.likeness_keys import LikenessKeys

OFF: Final = "nobody is drawn from a portrait here"
SHUT: Final = "somebody's portrait cannot be opened here"
TakeBack = Callable[[str, Literal["portrait"]], Awaitable[Sequence[str]]]


class LikenessPortraits:
    """``take_back`` ends and withholds what was drawn from somebody's (``Likenesses``);
    ``offered``: whether the operator lets people be drawn from one."""

    def __init__(
        self,
        store: LikenessPortraitStore,
        keys: LikenessKeys,
        take_back: TakeBack,
        *,
        offered: bool,
    ) -> None:
        self.store = store
        self.offered = offered
        self._keys = keys
        self._take_back = take_back

    async def check_owner(self, person_id: str) -> None:
        """Whether a portrait of somebody may be made. Raises Forbidden."""
        if not await self.may_keep(person_id):
            raise Forbidden("portrait: only where the operator says so, of who is verified")

    async def may_keep(self, person_id: str) -> bool:
        """Whether one of somebody may be kept: the operator says so, and a verifier that they are
        of age."""
        return self.offered and await self.store.may_keep(person_id)

    async def keep_portrait(self, person_id: str, data: bytes, until: float) -> None:
        """Keep a picture (JPEG) instead of the one before. Raises Forbidden, OSError, BadInput: it
        is too large, or none."""
        if not 0 < len(data) <= MOST_PORTRAIT:
            raise BadInput(f"a portrait of {len(data)} bytes")
        await self.check_owner(person_id)
        sealed = await asyncio.to_thread(self._keys.seal_portrait, person_id, data)
        await self.store.keep_portrait(person_id, sealed, until)

    async def forget_portrait(self, person_id: str) -> Sequence[str]:
        """Nothing is drawn from somebody's portrait any more, and no copy of it opens: what is on
        air ends, and what was drawn from it is withheld; those clips. Idempotent. Raises
        OSError."""
        # The key first: what stops in between leaves noise.
        await asyncio.to_thread(self._keys.shred_portrait_key, person_id)
        clips: Sequence[str] = ()
        if await self.store.has_portrait(person_id):
            with suppress(NotFound):  # they lend nothing
                clips = await self._take_back(person_id, "portrait")
            await self.store.drop_portrait(person_id)
        return clips

    async def read_own(self, person_id: str) -> bytes | None:
        """Somebody's own, for themselves; None: none is kept, or it opens no more."""
        kept = await self.store.get_portrait(person_id)
        if kept is None:
            return None
        return await asyncio.to_thread(self._keys.open_portrait, person_id, kept.sealed)

    async def drop_ended(self) -> None:
        """Let go of those that were to be kept until now. Raises Busy, OSError."""
        for person_id in await self.store.drop_ended():
            await asyncio.to_thread(self._keys.shred_portrait_key, person_id)

    async def open_portraits(self, clip: Clip) -> tuple[Portrait, ...]:
        """Those that a clip is drawn from, in the order of its looks.

        Raises:
            Withheld: somebody in it says no, or one cannot be opened here. Busy.
        """
        looks = clip.recipe.looks if clip.recipe is not None else ()
        wanted = [look for look in looks if look.portrait]
        if not wanted:
            return ()
        if not self.offered:
            raise Withheld(OFF)
        try:
            lent = await self.store.lend_portraits(clip.id)
        except Refused:
            raise Withheld("somebody in it does not want to be drawn any more") from None
        opened = await asyncio.to_thread(self._open, lent)
        try:
            return tuple(Portrait(look.owner, opened[look.portrait]) for look in wanted)
        except KeyError:
            raise Withheld(SHUT) from None

    def _open(self, lent: Sequence[LentPortrait]) -> dict[str, bytes]:
        opened = {one.agreed: self._keys.open_portrait(one.owner, one.sealed) for one in lent}
        return {agreed: data for agreed, data in opened.items() if data is not None}
