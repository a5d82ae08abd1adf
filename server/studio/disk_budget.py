"""Which clips go when the data folder becomes too full: a pure rule."""

from collections.abc import Sequence

from msgspec import Struct

from phosphene.store.store import Expiring


class EvictionPlan(Struct, frozen=True):
    """Clips to remove now, clips that stay after all, and of how many bytes more it is to be said
    that they will go."""

    remove: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()
    wanted: int = 0


def plan_eviction(used: int, mark: float, going: Sequence[Expiring], now: float) -> EvictionPlan:
    """What is above ``mark`` bytes goes, but nothing before the time that its author was told:
    first those whose time came first. ``going`` is in that order."""
    left, remove, spare = used, list[str](), list[str]()
    for one in going:
        if one.expires_at > now:
            break
        if left > mark:
            remove.append(one.clip)
            left -= one.bytes
        else:
            # Told that it would go, and there is room after all: somebody's deletion or a larger
            # budget. It is told so, and not removed because it had been announced.
            spare.append(one.clip)
    waiting = going[len(remove) + len(spare) :]
    if left <= mark:
        return EvictionPlan(tuple(remove), (*spare, *(one.clip for one in waiting)))
    wanted = left - sum(one.bytes for one in waiting) - mark
    return EvictionPlan(tuple(remove), tuple(spare), max(0, int(wanted)))
