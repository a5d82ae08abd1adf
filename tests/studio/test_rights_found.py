"""Whose word comes first: a work's of the rules, or the registry's."""

import pytest
from msgspec.structs import replace

from phosphene.errors import Refusal
from phosphene.meaning.meaning_messages import CloseWork
from phosphene.model import Licence
from phosphene.studio.rights_found import PREFIX, RightsFound, outranks

BILBO = Refusal(code="character", rule="works/Bilbo", message="", layer="meaning", score=0.49)
LIZARD = Refusal(code="rights", rule="rights/liz", message="", layer="meaning", score=0.81)
NAMED = replace(LIZARD, layer="words", score=None)
OWN = CloseWork(PREFIX + "liz", 0.81, ("lizard", "monocle")), CloseWork("Bilbo", 0.49, ("ring",))
LEAVE = (Licence("liz", "Zorbleflux", "H.", "ask us"),)


def asked(refusal: Refusal) -> Refusal:
    return replace(refusal, ask=True)


@pytest.mark.parametrize(
    ("found", "close", "first"),
    [
        (RightsFound(LIZARD), BILBO, True),
        (RightsFound(NAMED), BILBO, True),
        (RightsFound(replace(LIZARD, score=0.48)), BILBO, False),
        (RightsFound(replace(LIZARD, score=0.49)), BILBO, False),
        (RightsFound(asked(LIZARD)), BILBO, False),
        (RightsFound(asked(LIZARD)), asked(BILBO), True),
        (RightsFound(LIZARD), asked(BILBO), True),
        (RightsFound(asked(NAMED), claimed=True), asked(BILBO), False),
        (RightsFound(), BILBO, False),
        (RightsFound(None, LEAVE), BILBO, True),
        (RightsFound(None, LEAVE), replace(BILBO, score=0.9), False),
        (RightsFound(None, (replace(LEAVE[0], entry="other"),)), BILBO, False),
    ],
)
def test_the_stronger_reason_is_told(found: RightsFound, close: Refusal, first: bool) -> None:
    assert outranks(found, close, OWN) is first
