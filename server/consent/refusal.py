"""What somebody is told who may not show a likeness: the same, whatever the reason is."""

from collections.abc import Sequence
from typing import Final

from phosphene.errors import Refusal, Refused

NAMED: Final = "{name} is a real person, and nobody is drawn here who has not agreed to it."
"""As of every real person that the rules name: nobody learns who lends a likeness here."""
ASKED: Final = "Their owner is asked first: send it again once you hear that they said yes."
LIKENESS: Final = "likeness"
LIKENESS_ASKED: Final = "likeness_asked"
"""Codes of refusals: nobody of this name may be drawn; somebody is asked."""


def refuse_use(handles: Sequence[str], *, asked: bool = False) -> Refused:
    """What who asked is told, whatever the reason is."""
    names = tuple(f"@{handle}" for handle in handles)
    return Refused(
        Refusal(
            code=LIKENESS_ASKED if asked else LIKENESS,
            rule="likeness",
            message=ASKED if asked else NAMED.format(name=names[0] if names else "Somebody"),
            matched=names,
            layer="likeness",
        )
    )
