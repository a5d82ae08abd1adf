"""Friendly names for guests, always the same for the same id."""

import hashlib
from typing import Final

_MANNERS = """
    amber ample balmy brave breezy bright brisk calm candid cheery clever cosy crisp curious
    dapper dewy dreamy eager early easy fabled fair gentle gilded glad golden hazy hidden
    honest humble jolly keen kindly lively lofty lucid lucky lunar mellow merry misty modest
    mossy nimble noble opal patient placid playful plucky polite proud quick quiet rosy
    rustic serene shy silver sincere sleepy smooth snowy soft solar steady sunny swift
    tender tidy tranquil velvet vivid wandering warm wild windy wise witty
"""
_THINGS = """
    acorn almond anchor aspen badger bamboo beacon birch bramble breeze brook canoe canyon
    cedar cinder clover comet compass coral cricket cypress dahlia delta dune ember falcon
    feather fern fjord forest fountain garden geyser glacier grove harbor harp hazel heron
    hill island ivy jasmine juniper kayak kettle kite lagoon lantern lark lichen lily lotus
    lynx mango maple marble marmot meadow meteor mill moss nebula nectar oak oasis olive
    orbit orchard osprey otter pebble pepper pine planet plum pond poppy prairie quartz
    quill rain raven reed ridge river robin sail shell sparrow spruce star stone stream
    sundial swan thistle thunder tulip valley violet walnut wave willow wren
"""
MANNERS: Final = tuple(_MANNERS.split())
THINGS: Final = tuple(_THINGS.split())
LEFT: Final = "left"
"""The id, and the handle, that stand where somebody who left is named by what stays of others."""
HOUSE: Final = "house"
"""The id of whose the clips are that an instance draws of itself."""
HOUSE_HANDLE: Final = "the_house"
FIXED: Final = {LEFT: LEFT, HOUSE: HOUSE_HANDLE}


def guest_handle(person_id: str) -> str:
    """For instance ``quiet_lantern_27``: 24 characters at most, fit for ``model.Handle``.
    Two people may get the same one; ids tell them apart."""
    if person_id in FIXED:
        return FIXED[person_id]
    number = int.from_bytes(hashlib.sha256(person_id.encode()).digest()[:8], "big")
    number, manner = divmod(number, len(MANNERS))
    number, thing = divmod(number, len(THINGS))
    return f"{MANNERS[manner]}_{THINGS[thing]}_{number % 990 + 10}"
