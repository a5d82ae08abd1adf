"""A year of a busy site, day by day, under a simulated clock.

    python -m tests.soak.year [--days 365] [--clips 40]

Prints what there is every month, and ends with 0 when the data folder was never over its budget
and nobody's clip went before the time that was told.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from phosphene.disk_usage import Usage
from tests.studio.busy_site import BusySite, a_busy_site, run_for

BUDGET_GB = 0.03
MONTH = 30


async def live(folder: Path, days: int, clips: int) -> int:
    """How often something was not as it should be."""
    faults = 0
    async with a_busy_site(folder, data_budget=BUDGET_GB, notice_days=7.0) as site:
        for day in range(0, days, MONTH):
            used = await run_for(site, min(MONTH, days - day), step=1, clips=clips)
            faults += sum(one > BUDGET_GB * 1e9 for one in used)
            print(await describe(site, day + MONTH), flush=True)
        for name in site.gone.keys() & site.expiries.keys():
            faults += site.gone[name] < site.expiries[name]
    return faults


async def describe(site: BusySite, day: int) -> str:
    size = (site.folder / "phosphene.db").stat().st_size
    usage: Usage = site.usage
    return (
        f"day {day}: {usage.used / 1e6:.1f} of {usage.budget / 1e6:.1f} MB, database"
        f" {size / 1e6:.1f} MB, {len(site.file_names())} files, {len(site.gone)} clips gone"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--clips", type=int, default=40)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        faults = asyncio.run(live(Path(folder), given.days, given.clips))
    print(f"{faults} faults")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
