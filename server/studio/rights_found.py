"""What the registry of rights says of a text, and what comes of it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from phosphene.errors import Refusal
from phosphene.meaning.meaning_messages import CloseWork
from phosphene.model import Clip, Licence
from phosphene.studio.dialogue import ALONE, CleanText, Dialogue

ASKS: Final = "rights-ask"
"""The code of a refusal that is a question."""
PREFIX: Final = "rights/"
"""Begins the name of an entry among the works, and of its rule in refusals."""


class RightsFound(Struct, frozen=True):
    """What the registry says of a text: it is refused, or asked about, by an ``entry``; or drawn
    with licences. ``claimed``: by an entry at which no operator has looked."""

    refusal: Refusal | None = None
    licences: tuple[Licence, ...] = ()
    entry: str = ""
    claimed: bool = False


FindRights = Callable[[str, str, Dialogue], Awaitable[RightsFound]]
"""What the registry says of a text of a person, with what it goes on from; never raises."""


async def find_no_rights(text: str, person_id: str, dialogue: Dialogue) -> RightsFound:
    """Of a text of which the registry is not asked."""
    return RightsFound()


def rights_as_found(found: RightsFound) -> FindRights:
    """Of a text of which the registry was asked already."""

    async def find_rights(text: str, person_id: str, dialogue: Dialogue) -> RightsFound:
        return found

    return find_rights


def outranks(found: RightsFound, close: Refusal, works: Sequence[CloseWork]) -> bool:
    """Whether the registry's word on a text comes before that of a work of the rules which the text
    comes close to: it names an entry or comes closer to it (``works``), and is refused for that
    where the work refuses, or shows it with a licence. A claim at which nobody has looked, and a
    question where the work refuses, do not. Pure."""
    score = close.score or 0.0
    licensed = {PREFIX + one.entry for one in found.licences}
    if found.refusal is None:
        return any(one.entry in licensed and one.score > score for one in works)
    if found.claimed or (found.refusal.ask and not close.ask):
        return False
    return found.refusal.score is None or found.refusal.score > score


AdmitRights = Callable[[str, str, Dialogue], Awaitable[RightsFound]]
"""By whose leave a text of a person is drawn, with what it goes on from, and the question that they
have answered (``RightsCheck``). Raises Refused."""


def with_licences(clip: Clip, licences: Sequence[Licence]) -> Clip:
    """The clip, whose recipe says by whose leave it shows what is theirs. Pure."""
    if clip.recipe is None or not licences:
        return clip
    return replace(clip, recipe=replace(clip.recipe, licences=tuple(licences)))


async def clean_line(
    clean_text: CleanText,
    admit_rights: AdmitRights,
    text: str,
    person_id: str,
    dialogue: Dialogue = ALONE,
) -> str:
    """A line of steering as it may be drawn; what only asks lets it pass. Raises BadInput,
    Refused."""
    cleaned = await clean_text(text, person_id, dialogue)
    await admit_rights(cleaned, person_id, replace(dialogue, mine=True))
    return cleaned
