"""Somebody leaves for good: what they made is drawn no more, told as gone, and its files go."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from phosphene.store.store import Removal, Tidied


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """``forget_face`` shreds the key of what they are recognised by, ``begin`` gives clips that are
    being drawn, ``leave_some`` lets go of a part, ``empty_log`` lets nothing that was overwritten
    stay in the write-ahead log; the others are those of ``ClipRemover``."""

    forget_face: Callable[[str], Awaitable[None]]
    begin: Callable[[str], Awaitable[Sequence[str]]]
    leave_some: Callable[[str], Awaitable[Tidied]]
    stop_clip: Callable[[str], Awaitable[None]]
    finish_removal: Callable[[Removal], Awaitable[None]]
    empty_log: Callable[[], Awaitable[bool]]

    async def delete_person(self, person_id: str) -> None:
        """Let go of everything of a person. A clip that is being drawn is stopped, and goes with
        the next tidying."""
        await self.forget_face(person_id)
        for clip_id in await self.begin(person_id):
            await self.stop_clip(clip_id)
        more = True
        while more:
            part = await self.leave_some(person_id)
            await self.finish_removal(Removal(part.blobs, part.recorded))
            more = part.more
        await self.empty_log()
