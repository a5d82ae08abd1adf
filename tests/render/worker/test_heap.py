import numpy as np
import psutil

from phosphene.render.worker.heap import return_freed_memory


def resident() -> int:
    memory: int = psutil.Process().memory_info().rss
    return memory


def test_what_was_freed_between_things_that_stay_goes_back_to_the_system() -> None:
    # Small enough that none of them is a mapping of its own, which would go back by itself.
    made = [np.ones(8_000, np.uint8) for _ in range(12_000)]
    kept = made[::100]
    del made
    before = resident()
    assert return_freed_memory()
    assert resident() < before - 40_000_000
    assert all(one.sum() == 8_000 for one in kept)
