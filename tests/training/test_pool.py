"""The pool of drawn plates."""

from pathlib import Path

import numpy as np
import pytest

from phosphene.render.worker.embedded.vocabulary import PLATES, SHAPES
from training import pool as pools
from training.pool import LONE, OFTEN, Pool, choose, draw, world
from training.world import WORLD


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pool:
    """One small shard of each kind."""
    monkeypatch.setattr(pools, "SHARD", 4)
    monkeypatch.setattr(pools, "FULL", dict.fromkeys(PLATES, 4))
    pools.fill(tmp_path / "pool")
    return Pool(tmp_path / "pool")


def test_a_pool_gives_plates_with_their_slots(pool: Pool) -> None:
    rng = np.random.default_rng(0)
    for kind in PLATES:
        plates, slots = pool.draw(kind, 3, rng)
        assert plates.shape == (3, *SHAPES[kind])
        assert slots.shape == (3, len(WORLD.slot_sizes))
        assert (slots < np.array([*WORLD.slot_sizes.values()])).all()


def test_a_pool_grows_and_is_not_drawn_twice(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (pool.folder / "sky-0000.npy").stat().st_mtime_ns
    monkeypatch.setattr(pools, "FULL", dict.fromkeys(PLATES, 8))
    pools.fill(pool.folder)
    assert (pool.folder / "sky-0000.npy").stat().st_mtime_ns == before
    assert len(pool.plates["sky"]) == 1
    pool.refresh()
    assert len(pool.plates["sky"]) == len(pool.slots["sky"]) == 2
    assert not list(pool.folder.glob("*.part"))


def test_shards_are_repeatable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "SHARD", 2)
    one, two, other = (pools.shard("subject", seed)[0] for seed in (3, 3, 4))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_draw_depends_on_told_slots() -> None:
    values = world(np.random.default_rng(1))
    red = draw("inks", values | {"colour": "red"}, np.random.default_rng(2))
    blue = draw("inks", values | {"colour": "blue"}, np.random.default_rng(2))
    assert red[0].astype(int) - blue[0] > 60
    fox, owl = (
        draw("subject", values | {"subject": subject}, np.random.default_rng(2))
        for subject in ("fox", "owl")
    )
    assert (fox[1, 5] != owl[1, 5]).mean() > 0.1
    assert WORLD.slot_indices(values)[0] < WORLD.slot_sizes["subject"]


def test_values_are_chosen_as_often_as_said() -> None:
    rng = np.random.default_rng(3)
    for slot, often in OFTEN.items():
        drawn = [choose(slot, rng) for _ in range(300)]
        assert {*drawn} <= {*WORLD.values[slot]}
        first = drawn.count(WORLD.values[slot][0]) / len(drawn)
        assert first == pytest.approx(often[0], abs=0.1)
    assert {choose("place", rng) for _ in range(200)} == {*WORLD.values["place"]}


def test_company_is_mostly_of_one() -> None:
    rng = np.random.default_rng(4)
    drawn = [world(rng) for _ in range(600)]
    pairs = [values for values in drawn if values["other"] != "nothing"]
    lone = sum(values["count"] == "one" for values in pairs) / len(pairs)
    assert lone == pytest.approx(LONE + (1 - LONE) * OFTEN["count"][0], abs=0.1)
