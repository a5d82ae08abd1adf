"""Clips that are to go: one on its way is stopped, a finished one forgotten with its files."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from phosphene.bus.bus import Bus
from phosphene.errors import BadInput, NotFound
from phosphene.model import Clip, Person
from phosphene.render.dispatch.pool import ModelPools
from phosphene.social.rpc import InstanceRpc
from phosphene.social.topics import Topics
from phosphene.store.store import Removal, Store
from phosphene.studio.active_clips import ActiveClips


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRemover:
    """``delete_blobs`` lets go of files; ``redact`` is called when clips may have to be signed
    anew, because their parent is gone."""

    store: Store
    delete_blobs: Callable[[Sequence[str]], Awaitable[None]]
    bus: Bus
    rpc: InstanceRpc
    topics: Topics
    pools: ModelPools
    active_clips: ActiveClips
    redact: Callable[[], None]

    async def remove_clip(self, clip_id: str, person: Person | None) -> Clip:
        """Stop drawing a clip, or forget a finished one with its files; the clip as it was.

        ``person`` whose clip it must be, None for an operator. Raises NotFound, BadInput (it ended
        at this very moment).
        """
        clip = await self.store.get_clip(clip_id)
        if person is not None and clip.author.id != person.id:
            raise NotFound(f"no clip {clip_id} of yours")
        if clip.status in {"queued", "live"}:
            await self._cancel_clip(clip)
        else:
            await self.finish_removal(await self.store.remove_clip(clip_id))
        return clip

    async def stop_clip(self, clip_id: str) -> None:
        """Draw a clip no further, if it is being drawn. Raises NotFound."""
        clip = await self.store.get_clip(clip_id)
        if clip.status in {"queued", "live"}:
            # It may have ended meanwhile.
            with suppress(BadInput):
                await self._cancel_clip(clip)

    async def finish_removal(self, removal: Removal) -> None:
        """Tell of what was removed, and let go of its files."""
        await self.topics.publish_events(removal.recorded)
        # Told first, deleted last: who is told of a removal looks for no file any more, and a stop
        # in between leaves files that are swept.
        self.redact()
        await self.delete_blobs(removal.blobs)

    async def _cancel_clip(self, clip: Clip) -> None:
        """Stop drawing a clip, here or at another instance."""
        if clip.id in self.active_clips:
            self.pools.cancel_clip(clip.id)
        elif self.bus.is_shared:
            await self.rpc.call_owner(clip.id, clip.author)
        else:
            raise BadInput("the clip is not being drawn")
