"""The feed: what a page costs, how well it foretells ratings, and what a made world gets of it.

    python -m bench.feed latency [--clips 1000 10000 100000]
    python -m bench.feed replay [FILE] [--texts FILE | --words] [--sample 0] [--seed 0] [--shuffled]
                                [--from 0] [--all-new]
    python -m bench.feed simulate [--policies product pure hand popularity random oracle]
                                  [--seeds 0] [--rounds 2] [--shuffled]
    python -m bench.feed wishes
    python -m bench.feed instances [--swipes 300]

``replay`` reads lines of ``user,item,rating,timestamp``; without a file it makes ratings of its
own, which exercise it and say nothing of real people. ``--texts`` names a file of lines
``item,words``; with ``--words`` what is made has words, too. Where items have words they are
compared by what they mean, if the extra ``meaning`` is installed. With ``--shuffled`` what happened
is dealt anew: a gain that is left is a leak. ``--from 50000`` foretells from that rating on, and
``--all-new`` every event of an item with few ratings beside the ``--sample`` of all others.
A round of ``simulate`` is 24,000 swipes of 200 people. ``wishes`` tells how well it is known which
clips a wish means, by clips that were labelled by hand. ``instances``: from a swipe that one
instance is told to the order that another one answers with.
"""

import os

# One core, as the feed process has: set before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import time
from pathlib import Path

import numpy as np

from bench.feed.latency import measured
from bench.feed.made_ratings import made_catalogue
from bench.feed.obeyed_wishes import PEOPLE, obeyed_wishes
from bench.feed.policies import POLICIES
from bench.feed.ratings import Rating, read_ratings, read_texts
from bench.feed.replay import Replay, shuffled, table
from bench.feed.simulator import Simulation, summary
from bench.feed.two_instances import run as run_two
from bench.feed.wished_clips import judge_traits
from bench.feed.world import World
from bench.machine import describe
from phosphene.meaning.load_encoder import load_encoder


def main() -> None:
    """Run one of them."""
    asked = _parsed()
    print(describe())
    run = {"latency": latency, "replay": replay, "simulate": simulate, "wishes": wishes}
    run["instances"] = instances
    run[asked.what](asked)


def latency(asked: argparse.Namespace) -> None:
    """A page and a reaction among so many clips."""
    for count in asked.clips:
        for line in measured(count):
            print(line, flush=True)


def replay(asked: argparse.Namespace) -> None:
    """Ratings foretold, then learned."""
    ratings, texts = _rated(asked)
    if asked.shuffled:
        ratings = shuffled(ratings)
    encode = load_encoder() if texts else None
    began = time.perf_counter()
    new = asked.all_new
    run = Replay(ratings, asked.sample, texts, encode=encode, first=asked.first, all_new=new)
    if texts:
        print(f"items have words; layer: {'words' if encode is None else 'meaning'}")
    if not asked.file:
        print("ratings that nobody gave: no figure of real people")
    print(f"{len(ratings)} ratings, {run.left_out} of them of items too rare for the tables")
    print("\n".join(table(run.run())))
    print(f"{time.perf_counter() - began:.0f} s")


def _rated(asked: argparse.Namespace) -> tuple[list[Rating], dict[str, str] | None]:
    """Ratings, and what the items are about where that is asked for."""
    if not asked.file:
        made, words = made_catalogue(seed=asked.seed)
        return made, words if asked.words else None
    return read_ratings(asked.file), read_texts(asked.texts) if asked.texts else None


def simulate(asked: argparse.Namespace) -> None:
    """People of a made world swipe."""
    for seed in asked.seeds:
        oracle: list[float] = []
        for name in sorted(asked.policies, key=lambda one: one != "oracle"):
            world = World(seed, rounds=asked.rounds)
            course = Simulation(world, POLICIES[name](world, seed), seed, asked.shuffled).run()
            if name == "oracle":
                oracle = [course.mean(number) for number in range(asked.rounds)]
            print("\n".join(summary(f"{name}, seed {seed}", world, course, oracle)), flush=True)


def wishes(asked: argparse.Namespace) -> None:
    """Clips labelled by hand, and what people are shown of them who wish for something."""
    print("\n".join(judge_traits()))
    print(f"the next ten of {PEOPLE} people with a wish for more and one for none")
    print("\n".join(obeyed_wishes()))


def instances(asked: argparse.Namespace) -> None:
    """Swipes told one instance and seen at another."""
    print(run_two(asked.swipes))


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    what = parser.add_subparsers(dest="what", required=True)
    one = what.add_parser("latency")
    one.add_argument("--clips", type=int, nargs="+", default=[1000, 10_000, 100_000])
    one = what.add_parser("replay")
    one.add_argument("file", type=Path, nargs="?")
    one.add_argument("--texts", type=Path)
    one.add_argument("--words", action="store_true")
    one.add_argument("--seed", type=int, default=0, help="of made ratings")
    one.add_argument("--sample", type=int, default=0, help="events foretold; 0 means all")
    one.add_argument("--from", dest="first", type=int, default=0, help="first rating foretold")
    one.add_argument("--all-new", action="store_true", help="foretell each event of a new item")
    one.add_argument("--shuffled", action="store_true")
    what.add_parser("wishes")
    one = what.add_parser("simulate")
    one.add_argument("--policies", nargs="+", choices=list(POLICIES), default=list(POLICIES))
    one.add_argument("--seeds", type=int, nargs="+", default=[0])
    one.add_argument("--rounds", type=int, default=2)
    one.add_argument("--shuffled", action="store_true")
    one = what.add_parser("instances")
    one.add_argument("--swipes", type=int, default=300)
    return parser.parse_args()


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
