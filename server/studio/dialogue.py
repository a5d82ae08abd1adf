"""What a text that is judged goes on from, and what is said of it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from msgspec import Struct

from phosphene.errors import Refusal, Stage
from phosphene.refusal_appeals import RefusalPass
from phosphene.trust.prompt_text import LONGEST


class Dialogue(Struct, frozen=True):
    """What a text goes on from: texts that were accepted ``before``, the oldest first. ``mine``:
    its author says that another is meant than what may be asked about. ``model``: what is
    to draw it, the operator's first if none is named."""

    stage: Stage = "prompt"
    before: tuple[str, ...] = ()
    mine: bool = False
    model: str | None = None


ALONE: Final = Dialogue()
TOGETHER: Final = 2 * LONGEST
"""Characters of all that is judged as one text; of a longer one the end."""


class WholeText(Struct, frozen=True):
    """A text, what it goes on from, and all of it as one text; both empty where it stands alone."""

    text: str
    before: str = ""
    whole: str = ""


def join_dialogue(text: str, dialogue: Dialogue) -> WholeText:
    """A text with what it goes on from. Pure."""
    before = " ".join(dialogue.before)[-TOGETHER:]
    return WholeText(text, before, f"{before} {text}"[-TOGETHER:] if before else "")


class CleanText(Protocol):
    """Gives a text as it may be drawn for a person. Raises BadInput, Refused."""

    def __call__(self, text: str, person_id: str, dialogue: Dialogue = ALONE) -> Awaitable[str]: ...


class Judged(Struct, frozen=True):
    """A text as it may be drawn, and the question that its author has answered: somebody is to have
    a look. ``passes``: appeals of refusals by which it is drawn, of which each may be spent by
    that."""

    text: str
    asked: Refusal | None = None
    passes: tuple[str, ...] = ()


FindPasses = Callable[[str, str, Sequence[str]], Awaitable[Sequence[RefusalPass]]]
"""What no longer refuses a prompt of a person, of whom the id comes first, with what it goes on
from."""
SignRefusal = Callable[[Refusal, str, Sequence[str], str], Refusal]
"""Gives a refusal of a text, with what that goes on from and whose it is, its id and the address
of an appeal."""

JudgePrompt = Callable[[str, str, Dialogue], Awaitable[Judged]]
"""Judges a text of a person. Raises BadInput, Refused."""
