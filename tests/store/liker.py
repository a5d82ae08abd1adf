"""A process of its own that likes clip ``a`` as many people, and says what was acknowledged.

Arguments: database, name of the instance, first person, number of people (0: without end).
"""

import asyncio
import itertools
import sys
import time
from pathlib import Path

from phosphene.model import Person
from phosphene.store.sqlite import open_store

TOGETHER = 20


async def main(path: str, instance: str, first: str, count: str) -> None:
    people = (
        itertools.count(int(first))
        if count == "0"
        else iter(range(int(first), int(first) + int(count)))
    )
    async with open_store(Path(path), instance, time.time) as store:
        print("open", flush=True)

        async def like() -> None:
            for number in people:
                await store.set_like("a", Person(f"p{number}", f"h{number}"), True)
                print(number, flush=True)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(TOGETHER):
                tasks.create_task(like())


asyncio.run(main(*sys.argv[1:]))
