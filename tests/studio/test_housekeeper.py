"""Nothing grows without bound."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from phosphene.disk_usage import DAY_S
from phosphene.studio.housekeeper import LEASE, YOUNG_S, fewest
from tests.store.making import BEN, a_store
from tests.studio.busy_site import BusySite, a_busy_site, run_for

pytestmark = [pytest.mark.slow, pytest.mark.asyncio]

NOTICE_DAYS = 14.0
BUDGET_GB = 0.006


def rows(folder: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(folder / "phosphene.db")) as cx:
        names = [
            row[0] for row in cx.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        counts = (cx.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names)
        return dict(zip(names, counts, strict=True))


@pytest.mark.breadth
async def test_a_year_of_a_busy_site_ends_within_the_budget(tmp_path: Path) -> None:
    given = {"data_budget": BUDGET_GB, "notice_days": NOTICE_DAYS, "latents_days": 60.0}
    async with a_busy_site(tmp_path, **given) as site:
        half = await run_for(site, 182, step=14, clips=25)
        middle = rows(tmp_path)
        used = half + await run_for(site, 182, step=14, clips=25)
        end = rows(tmp_path)
    assert max(used) <= BUDGET_GB * 1e9
    assert max(used) > BUDGET_GB * 1e9 / 2
    check_that_it_was_told(site)
    # As many as at half time, and fewer than were made.
    assert {name: count for name, count in end.items() if count > middle[name] * 1.5 + 60} == {}
    assert end["clips"] < 25 * 26 / 2
    # Each clip tells six at least, and three more when it goes. Of how many clips are there at the
    # end nothing follows: which go for want of room is chance (47 to 65 were seen).
    assert end["events"] < 25 * 26 * 6 / 4


def check_that_it_was_told(site: BusySite) -> None:
    """Whoever went was told before, and none that was liked at the end."""
    failed = {name for name in site.gone if int(name[-6:]) % 5 == 0}
    for name in site.gone.keys() - failed:
        assert site.gone[name] >= site.expiries[name]
    assert len(site.gone.keys() - failed) > 100


async def test_what_is_left_belongs_to_somebody(tmp_path: Path) -> None:
    async with a_busy_site(tmp_path, data_budget=1.0) as site:
        await site.draw(5)
        kept = site.file_names()
        orphan = site.store_file(b"an orphan", ".mp4")
        # What a kill leaves: a picture of a clip on air, a file that is not whole.
        left = {"01m8j58pq7tv82aen22s.jpg", ".a1b2c3d4"}
        foreign = {"readme.txt", ".gitkeep", ".a1b2c3d4.swp"}
        for name in left | foreign:
            (site.folder / "blobs" / name).write_bytes(b"something")
            os.utime(site.folder / "blobs" / name, (site.clock.now, site.clock.now))
        (site.folder / "blobs" / f"{'0' * 64}.mp4").mkdir()
        foreign.add(f"{'0' * 64}.mp4")
        site.clock.now += YOUNG_S / 2
        young = site.store_file(b"of a clip that ends just now", ".mp4")
        await site.take_turn()
        assert site.file_names() == {*kept, *left, *foreign, orphan, young}
        site.clock.now += YOUNG_S
        os.utime(site.folder / "blobs" / young, (site.clock.now, site.clock.now))
        await site.take_turn()
        assert site.file_names() == {*kept, *foreign, young}


async def test_room_that_an_operator_makes_counts_at_the_next_turn(tmp_path: Path) -> None:
    async with a_busy_site(tmp_path, data_budget=0.002) as site:
        await site.take_turn()
        assert not site.usage.is_full
        site.usage.used = int(0.002 * 1e9)  # as it was measured while something else lay there
        assert site.usage.is_full
        await site.take_turn()
        assert not site.usage.is_full


async def test_a_like_saves_a_clip_and_room_saves_all(tmp_path: Path) -> None:
    # The database takes nearly one and a quarter megabytes of it when it is empty.
    async with a_busy_site(tmp_path, data_budget=0.0018, notice_days=1.0) as site:
        await site.draw(60)
        await site.take_turn()
        told = [one.clip for one in await site.store.list_expiring()]
        clip = await site.store.get_clip(told[0])
        assert clip.expires_at == site.clock.now + DAY_S
        await site.store.set_like(told[0], BEN, True)
        site.clock.now += DAY_S
        await site.take_turn()
        assert set(told[1:]) & site.gone.keys()
        assert told[0] not in site.gone
        assert site.usage.used <= site.usage.keep_below(1.0)
        await site.draw(20)
        site.clock.now += DAY_S / 2
        await site.take_turn()
        assert await site.store.list_expiring() != []
    # The operator gives it more room: what is left of the promises is taken back.
    async with a_busy_site(tmp_path, data_budget=0.0) as roomy:
        roomy.clock.now = site.clock.now + DAY_S
        await roomy.take_turn()
        assert await roomy.store.list_expiring() == []
        assert roomy.gone == {}


async def test_one_instance_keeps_house(tmp_path: Path) -> None:
    async with a_busy_site(tmp_path, data_budget=1.0) as site:
        orphan = site.store_file(b"an orphan", ".mp4")
        site.clock.now += 2 * YOUNG_S
        async with a_store(tmp_path / "phosphene.db", "two", site.clock) as other:
            number = await other.claim_lease(LEASE)
            assert number is not None
            await site.take_turn()
            assert site.file_names() == {orphan}
            assert site.usage.used > 0
            await other.release_lease(LEASE, number)
        site.clock.now += 2 * YOUNG_S
        await site.take_turn()
        assert site.file_names() == set()


async def test_the_fewest_that_come_to_what_is_wanted() -> None:
    assert fewest([3, 3, 3], 5) == 2
    assert fewest([3, 3, 3], 6) == 2
    assert fewest([3, 3], 100) == 2
    assert fewest([0, 3], 1) == 2
