"""What a prompt leaves open is taken from the parent, or drawn from the seed so that it suits."""

import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from phosphene.render.worker.embedded.vocabulary import NOBODY, SLOTS
from phosphene.render.worker.embedded.world import Choices, World

_NOTHING_USUAL: Final[Mapping[str, Choices]] = MappingProxyType({})


def resolve_slots(
    world: World,
    asked: Mapping[str, str | None],
    seed: int,
    parent: Mapping[str, str] | None = None,
    usual: Mapping[str, Choices] = _NOTHING_USUAL,
) -> dict[str, str]:
    """A value for every slot; equal arguments give equal values. A world that is read by a lexicon
    has no subject unless somebody asks for one. `usual`: what suits for some slots, whatever the
    world says.

    Raises ValueError for a value that the world does not know.
    """
    for slot, value in asked.items():
        if value is not None and value not in world.values.get(slot, ()):
            raise ValueError(f"the embedded model knows no {slot} {value!r}")
    # One generator per slot: what is said about one slot does not change what another draws.
    draw = {slot: random.Random(f"{seed}:{slot}") for slot in SLOTS}
    told = {slot: asked.get(slot) or (parent or {}).get(slot) for slot in SLOTS}
    subject = told["subject"] or (
        NOBODY if world.shown else draw["subject"].choice(world.suiting_values("subject", ""))
    )
    other = told["other"] or draw["other"].choice(world.suiting_values("other", subject))
    if subject == NOBODY:
        other = NOBODY
    suits = {slot: world.suiting_values(slot, subject) for slot in SLOTS} | {
        "subject": (subject,),
        "other": (other,),
        "other_colour": world.suiting_values("colour", other),
        **usual,
    }
    made = {slot: told[slot] or draw[slot].choice(suits[slot]) for slot in SLOTS}
    return made | {"other": other}
