"""``phosphene feed replay``: what other weights would have done to sessions of the last days."""

import argparse
import time
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from phosphene.cli.options import settings_of
from phosphene.feed.feed_weights import read_feed_weights
from phosphene.feed.ranker.past_sessions import PAGE, PastSessions
from phosphene.meaning.load_encoder import load_encoder
from phosphene.store.past_reactions import read_past

MOST_CLIPS: Final = 20_000
"""The newest, as the feed process knows them."""
DAY_S: Final = 86400.0
LIVE: Final = "as live"
OTHER: Final = "with the file"
KINDS: Final = (
    ("seen to the end, or more", ("finished", "looped")),
    ("watched for a while", ("watch",)),
    ("left at once", ("skip",)),
)


def run(options: argparse.Namespace) -> int:
    """Replay, and print the tables. Raises BadInput."""
    settings = settings_of(options)
    sets = {
        LIVE: read_feed_weights(settings.feed_weights),
        OTHER: read_feed_weights(options.weights),
    }
    clips, rows = read_past(Path(settings.data), MOST_CLIPS)
    encode = load_encoder() if settings.feed_meaning else None
    past = PastSessions(clips, sets, time.time() - options.days * DAY_S, encode)
    past.replay_rows(rows)
    print_past(past, options.days, Console())
    return 0


def print_past(past: PastSessions, days: float, console: Console) -> None:
    """The tables of what weights would have done."""
    count = len(past.kinds)
    console.print(f"{count} clips were shown by the feed in the last {days:g} days")
    if count:
        console.print(f"of first pages of {PAGE} the same: {past.page_overlap():.0%}")
        console.print(_places(past))
        console.print(_terms(past))


def _places(past: PastSessions) -> Table:
    table = Table("clips that were", "count", f"among the first {PAGE}", "median place")
    sides = [past.weighed[name] for name in (LIVE, OTHER)]
    for name, which in KINDS:
        some = [at for at, kind in enumerate(past.kinds) if kind in which]
        if some:
            hits = [f"{one.hit_rate(some):.1%}" for one in sides]
            places = [f"{one.median_place(some):.0f}" for one in sides]
            table.add_row(name, str(len(some)), " -> ".join(hits), " -> ".join(places))
    return table


def _terms(past: PastSessions) -> Table:
    """What told the first pages from the rest, the most moved first."""
    table = Table("term", LIVE, OTHER, "moved")
    live, other = (past.weighed[name].told() for name in (LIVE, OTHER))
    for term in sorted(live, key=lambda one: -abs(other[one] - live[one])):
        if live[term] or other[term]:
            moved = other[term] - live[term]
            table.add_row(term, f"{live[term]:+.3f}", f"{other[term]:+.3f}", f"{moved:+.3f}")
    return table
