"""A clip on its way, as its metrics see it."""

import time
from math import inf

from msgspec.structs import replace

from phosphene.render.dispatch.queue import ClipQueue
from phosphene.render.schedule import Asker
from phosphene.store.held_lease import Lease
from phosphene.stream.simulated_viewer import SimulatedViewer
from phosphene.studio.active_clip import ActiveClip
from tests.store.making import a_clip
from tests.trust.test_signing import RECIPE


def test_it_knows_its_model_and_its_age() -> None:
    clip, place = a_clip("a"), ClipQueue().keep_place(Asker("p"))
    lease, accepted = Lease("clip:a", 1, inf, lambda: None), time.perf_counter() - 3.0
    active = ActiveClip(clip, accepted, SimulatedViewer(24), lease, place)
    assert active.model_name == "unknown"
    assert active.age_s >= 3.0
    active.clip = replace(clip, recipe=RECIPE)
    assert active.model_name == RECIPE.model
