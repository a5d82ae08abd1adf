"""Why a clip failed, in words for people."""

import logging
from typing import Final

from phosphene.render import messages
from phosphene.render.worker.canvas import RendererFault

log = logging.getLogger(__name__)

# Messages of CUDA list the whole memory in pages of text.
LONGEST_REASON: Final = 300
_NO_ROOM: Final = ("out of memory", "can't allocate memory")
"""What the allocators of torch say, for a GPU and for a CPU."""


class Cancelled(Exception):
    """Nobody wants the clip any more."""


def failure_message(clip: str, errors: BaseExceptionGroup[Exception]) -> messages.Failed:
    """What to say of a clip that ended with ``errors``; a cancel outweighs what it caused."""
    if errors.subgroup(Cancelled) is not None:
        return messages.Failed(clip=clip, reason="it was cancelled", cancelled=True)
    first: BaseException = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    log.error("clip %s failed", clip, exc_info=first)
    return messages.Failed(clip=clip, reason=failure_reason(first)[:LONGEST_REASON])


def failure_reason(error: BaseException) -> str:
    """Why a clip failed, in words for people."""
    said = str(error)
    if isinstance(error, RendererFault):
        return f"the model broke a rule: {said}"
    if isinstance(error, MemoryError) or any(sign in said.lower() for sign in _NO_ROOM):
        return "the device has no memory left for this clip; a shorter one may fit"
    if isinstance(error, ArithmeticError):
        return f"the model lost its way, another seed may go well: {said}"
    return f"the model failed: {said or type(error).__name__}"
