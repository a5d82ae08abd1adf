"""What the registry of rights says of a text, and what comes of it."""

from collections.abc import Awaitable, Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from phosphene.errors import Refusal, Refused
from phosphene.model import Clip, Licence
from phosphene.studio.dialogue import ALONE, CleanText, Dialogue

ASKS: Final = "rights-ask"
"""The code of a refusal that is a question."""


class RightsFound(Struct, frozen=True):
    """What the registry says of a text: it is refused, or asked about; or drawn with licences."""

    refusal: Refusal | None = None
    licences: tuple[Licence, ...] = ()


FindRights = Callable[[str, str, Dialogue], Awaitable[RightsFound]]
"""What holders registered of a text of a person, and of what it goes on from (``RightsCheck``)."""


def check_rights(found: RightsFound, *, mine: bool = False) -> None:
    """Whether what was found lets a text be drawn. ``mine``: its author says that another is meant
    than what is asked about. Raises Refused."""
    refusal = found.refusal
    if refusal is not None and not (mine and refusal.code == ASKS):
        raise Refused(replace(refusal, ask=refusal.code == ASKS))


def with_licence(clip: Clip, found: RightsFound) -> Clip:
    """The clip, whose recipe says by whose leave it shows what is theirs. Pure."""
    if clip.recipe is None or not found.licences:
        return clip
    return replace(clip, recipe=replace(clip.recipe, licences=found.licences))


async def clean_line(
    clean_text: CleanText,
    find_rights: FindRights,
    text: str,
    person_id: str,
    dialogue: Dialogue = ALONE,
) -> str:
    """A line of steering as it may be drawn; what only asks lets it pass. Raises BadInput,
    Refused."""
    cleaned = await clean_text(text, person_id, dialogue)
    check_rights(await find_rights(cleaned, person_id, dialogue), mine=True)
    return cleaned
