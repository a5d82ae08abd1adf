"""The texts that a clip was made by: its own, the lines it was steered by, and those of the clips
that it goes on from. They are judged together: a thing is also described by parts of it."""

from collections.abc import Awaitable, Callable
from typing import Final

from phosphene.errors import NotFound
from phosphene.model import Clip

GENERATIONS: Final = 5
"""Clips that are looked at; what lies further back is painted over."""

GetClip = Callable[[str], Awaitable[Clip]]
"""A clip by its id. Raises NotFound."""


async def texts_of(get_clip: GetClip, clip: Clip) -> tuple[str, ...]:
    """The texts of a clip and of those before it, the oldest first."""
    texts = _own_texts(clip)
    for _ in range(GENERATIONS - 1):
        if clip.parent is None:
            break
        try:
            clip = await get_clip(clip.parent)
        except NotFound:
            break  # it was removed, or its id is hidden
        texts = (*_own_texts(clip), *texts)
    return texts


def _own_texts(clip: Clip) -> tuple[str, ...]:
    steers = clip.recipe.steering if clip.recipe is not None else ()
    return clip.text, *(one.text for one in steers)
