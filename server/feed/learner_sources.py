"""What feed processes are told, read from the store."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from msgspec import Struct

from phosphene.model import Clip, StoredReaction


class LearnerSources(Struct, frozen=True):
    """What is read: all reactions after an id (of which so many), those of a person up to an id,
    and the newest clips that can be shown, so many; ``traits_of`` a clip, which is called in
    another thread. ``list_since``: what a person did after an id, that they cleared it, too."""

    list_after: Callable[[int, int], Awaitable[Sequence[StoredReaction]]]
    list_of: Callable[[str, int], Awaitable[Sequence[StoredReaction]]]
    list_since: Callable[[str, int], Awaitable[Sequence[StoredReaction]]]
    list_clips: Callable[[int], Awaitable[Sequence[Clip]]]
    traits_of: Callable[[Clip], Collection[str]] = lambda clip: ()
