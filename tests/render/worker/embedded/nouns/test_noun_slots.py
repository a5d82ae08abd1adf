"""What is understood of a prompt, told as slots."""

import pytest

from phosphene.model import Slot
from phosphene.render.worker.embedded.nouns.noun_slots import tell
from phosphene.render.worker.embedded.nouns.wishes import Wish

NOWHERE = Slot("place", None, 0.0)


@pytest.mark.parametrize(
    ("guessed", "believed"),
    [
        (Slot("motion", "left", 0.6, ("raft",)), None),
        (Slot("motion", "left", 1.0, ("left",)), "left"),
        (Slot("camera", "closer", 0.6, ("raft",)), None),
        (Slot("weather", "storm", 0.9, ("storm",)), "storm"),
    ],
)
def test_a_thing_that_there_is_no_room_for_is_no_motion(
    guessed: Slot, believed: str | None
) -> None:
    wish = Wish("turtle", "frog", undrawn=("raft",))
    told = {slot.name: slot.value for slot in tell([guessed], NOWHERE, wish, {})}
    assert told[guessed.name] == believed
