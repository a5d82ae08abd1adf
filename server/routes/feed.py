"""Routes of the feed: what it shows, why, what one may say of it, and search."""

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from phosphene.api.access import Access
from phosphene.api.feed import Feed
from phosphene.api.feed_controls import FeedControls
from phosphene.api.feed_orders import FeedOrders
from phosphene.api.feed_reasons import FeedReasons
from phosphene.api.feed_rules import FeedRuleReader
from phosphene.api.feed_turns import FeedTurns
from phosphene.api.newest_clips import candidates_of, fresh
from phosphene.api.opening import Opening, ShowDrawing
from phosphene.api.search import Search
from phosphene.bus.bus import Bus
from phosphene.feed.feed_learner import SNAPSHOT, FeedLearner
from phosphene.feed.feed_weights import read_feed_weights
from phosphene.feed.learned_follower import LearnedFollower
from phosphene.feed.learner_sources import LearnerSources
from phosphene.feed.site_learner import SiteLearner, SiteRooms
from phosphene.feed.wishes.traits import ClipTraits, PromptWords
from phosphene.feed.wishes.vocabulary import load_vocabulary
from phosphene.feed.wishes.wish_reading import WishReader
from phosphene.ids import new_id
from phosphene.instance_files import InstanceFiles
from phosphene.operation import Operation
from phosphene.render.prompt_words import load_prompt_lexicon
from phosphene.routes.callers import Callers
from phosphene.scratch import remove_abandoned, temporary_folder
from phosphene.settings import Settings
from phosphene.store.holder import LeaseHolder
from phosphene.store.sqlite import SqliteStore


def make_feed_learner(
    settings: Settings, on: InstanceFiles, store: SqliteStore, bus: Bus, holder: LeaseHolder
) -> tuple[FeedLearner, Sequence[tuple[str, Callable[[], Awaitable[None]]]]]:
    """What ranks for this instance, and where there are others what runs beside it, because this
    one may have to learn for all of them."""
    sources = LearnerSources(
        list_after=store.reactions.list_after,
        list_of=store.reactions.list_of,
        list_since=store.reactions.list_since,
        list_clips=lambda most: store.list_candidates(limit=most),
        # Its own: it is asked in another thread.
        traits_of=clip_traits().traits_of,
    )
    # Read here, too, so that a file that cannot be read is said at the start.
    read_feed_weights(settings.feed_weights)
    snapshots, folder = store.learner_snapshots, temporary_folder(on.data)
    remove_abandoned(folder)
    follower = LearnedFollower(bus, snapshots.find_newest, on.blobs.get, folder)
    learner = FeedLearner(
        sources,
        on.data / SNAPSHOT,
        on=settings.feed_learner,
        weights=settings.feed_weights,
        meaning=settings.feed_meaning,
        follower=None if holder.alone else follower,
    )
    if not holder.alone or not learner.is_on:
        # Of a time in which this instance learned alone: nobody would ever take out of it what
        # people taught who have gone.
        (on.data / SNAPSHOT).unlink(missing_ok=True)
    if holder.alone or not learner.is_on:
        return learner, ()
    rooms = SiteRooms(snapshots, holder, bus, on.blobs)
    weights, meaning = settings.feed_weights, settings.feed_meaning
    wanted = learner.wanted
    site = SiteLearner(rooms, sources, folder, wanted, weights=weights, meaning=meaning)
    return learner, (("site learner", site.run),)


def _prompt_words() -> PromptWords:
    """How texts are read where no model reads them."""
    lexicon = load_prompt_lexicon()
    return PromptWords(lexicon.read_phrases, lexicon.home_of)


def clip_traits() -> ClipTraits:
    return ClipTraits(_prompt_words(), load_vocabulary())


def feed_routes(
    store: SqliteStore,
    callers: Callers,
    access: Access,
    show_drawing: ShowDrawing | None,
    turns: FeedTurns,
    rules: FeedRuleReader,
) -> tuple[Feed, list[Operation]]:
    """The feed, with what one may say of it, and what somebody looks for."""
    visitors = callers.visitors
    hidden_from = store.people.hidden_from
    candidates = candidates_of(store)
    see_again = partial(fresh, store)
    opening = Opening(candidates, see_again, show_drawing)
    orders = FeedOrders(store, store.people, candidates, see_again)
    feed = Feed(
        *(store, candidates, visitors, hidden_from, opening, turns.next_clips, rules, orders)
    )
    vocabulary = load_vocabulary()
    reader = WishReader(_prompt_words(), vocabulary, lambda: new_id(time.time()))
    said = store.wishes, store.reactions, reader, vocabulary
    controls = FeedControls(*said, access, callers.limits, visitors)
    search = Search(store.search, store, candidates, callers.limits, visitors, hidden_from)
    explain, made = callers.learner.explain_score, store.reactions
    why = FeedReasons(store, made, explain, candidates, rules, visitors, hidden_from)
    parts = feed, controls, why, search
    return feed, [one for part in parts for one in part.operations()]
