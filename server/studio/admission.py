"""What a prompt needs before it becomes a clip: room, and the parent of a remix."""

from phosphene.disk_usage import Usage
from phosphene.errors import Busy, NotFound, QuotaReached, RemixTooEarly, Unusable, Withheld
from phosphene.model import Clip, Person
from phosphene.store.store import Store

FULL_RETRY_S = 600.0
REMIX_LATER_S = 5.0


async def check_admission(store: Store, usage: Usage, most: int, author: Person) -> None:
    """Whether a person may make one more clip, of ``most`` at a time. Raises Busy (no room is
    left), QuotaReached."""
    if usage.is_full:
        raise Busy("no room is left for new clips", FULL_RETRY_S)
    if await store.count_clips_of(author.id) >= most:
        raise QuotaReached(f"you have {most} clips, as many as one person may: delete some first")


async def visible_clip(store: Store, clip_id: str, person_id: str) -> Clip:
    """A clip that a person may see, "" for somebody unknown. Raises NotFound."""
    clip = await store.get_clip(clip_id)
    # As if it were not there: 403 would tell that there is such a clip.
    if clip.visibility == "private" and clip.author.id != person_id:
        raise NotFound(f"no clip {clip_id}")
    return clip


async def find_parent(store: Store, clip_id: str | None, person: Person) -> Clip | None:
    """The clip that a person wants to go on from. Raises NotFound, Withheld, RemixTooEarly,
    Unusable."""
    if clip_id is None:
        return None
    parent = await visible_clip(store, clip_id, person.id)
    if parent.withheld:
        raise Withheld("that clip was taken away: nobody goes on with it")
    if parent.status in {"queued", "live"}:
        raise RemixTooEarly("remix it when it is done", REMIX_LATER_S)
    if parent.latents is None:
        raise Unusable("that clip cannot be remixed: nothing of it was kept")
    return parent
