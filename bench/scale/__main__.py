"""What an audience needs, engine by engine, and what is full first.

    python -m bench.scale [VIEWERS ...] [--set NAME=VALUE ...]
    python -m bench.scale check [--receivers 2000] [--seconds 10]

A calculation from measured costs (``bench/scale/figures.py``, each with the command that gives it).
``check`` measures one point of it: so many WebRTC receivers over two instances and a Redis, of one
clip on air, beside what is calculated of them.
"""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from bench.machine import describe
from bench.scale.check import check
from bench.scale.figures import Audience, Costs, Machines
from bench.scale.needs import Figures, engines, fullest, limits

VIEWERS = (1_000, 10_000, 100_000, 1_000_000)


def figures_with(changes: Sequence[str]) -> Figures:
    """The figures with some said anew as NAME=VALUE. Raises ValueError for a name that is none."""
    said = {name: float(value) for name, _, value in (one.partition("=") for one in changes)}
    made: list[Any] = []
    for kind in (Costs, Audience, Machines):
        own = {name: said.pop(name) for name in kind.__struct_fields__ if name in said}
        made.append(kind(**own))
    if said:
        raise ValueError(f"no figure is called {', '.join(said)}")
    return made[0], made[1], made[2]


def report(viewers: Sequence[int], figures: Figures) -> None:
    """Print what is assumed, what each audience needs, and what ends it."""
    for part in figures:
        said = ", ".join(
            f"{name} {value:g}" for name, value in msgspec.structs.asdict(part).items()
        )
        print(f"{type(part).__name__.lower()}: {said}")
    for count in viewers:
        print(f"\n{count:,} viewers")
        for one in engines(count, figures):
            used = "" if one.used is None else f"{one.used:>8.0%}"
            print(f"  {one.name:<18}{used:<10}{one.need}")
        first = fullest(count, figures)
        word = "full" if (first.used or 0) >= 1 else "the next to be full"
        print(f"  {word}: {first.name}")
    print("\nfull at so many viewers:")
    for name, full_at in sorted(limits(figures).items(), key=lambda one: one[1]):
        print(f"  {name:<28}{full_at:>14,.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", nargs="*", help="numbers of viewers, or check")
    parser.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", dest="changes")
    parser.add_argument("--receivers", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args()
    try:
        figures = figures_with(given.changes)
        viewers = [int(one) for one in given.what if one != "check"]
    except ValueError as error:
        parser.error(str(error))
    if "check" in given.what:
        print(describe())
        asyncio.run(check(given.receivers, given.seconds, figures))
    else:
        report(viewers or VIEWERS, figures)


if __name__ == "__main__":
    main()
