import numpy as np
import pytest

from bench.feed.made_ratings import made_ratings
from bench.feed.ratings import Rating
from bench.feed.replay import Outcome, Replay, good_from, shuffled, table

pytestmark = pytest.mark.model
SETS = 8


def sessions(people: int = 120) -> list[Rating]:
    """Everybody likes the five items of one of eight sets, in its order."""
    found = []
    for person in range(people):
        for step in range(5):
            item = f"i{5 * (person % SETS) + step}"
            found.append(Rating(f"u{person}", item, 5.0, 10.0 * person + step))
    return found


def rate(outcome: Outcome, name: str) -> float:
    return outcome.standings[name].hit_rate(np.ones(len(outcome.new), bool))


def test_what_follows_what_is_foretold_and_popularity_cannot() -> None:
    outcome = Replay(sessions()).run()
    assert rate(outcome, "learner") > 0.7
    assert rate(outcome, "learner") > 2 * rate(outcome, "popularity")
    lines = list(table(outcome))
    assert any(line.startswith("learner") for line in lines)


def test_of_shuffled_ratings_nothing_is_left_to_foretell() -> None:
    outcome = Replay(shuffled(sessions())).run()
    assert rate(outcome, "learner") < rate(outcome, "popularity") + 0.1


def test_events_are_foretold_before_they_are_learned() -> None:
    # Each item is liked twice, the second time by somebody else, in no order: nothing before joins
    # the two, but that an item is due a second time (one of ten of those left: 0.2 on average).
    order = np.random.default_rng(1).permutation(200)
    once = [Rating("a", f"i{n}", 5.0, 0.0) for n in range(200)]
    again = [Rating(f"b{n}", f"i{n}", 5.0, 1000.0) for n in order]
    outcome = Replay([*once, *again]).run()
    assert rate(outcome, "learner") < 0.35


def test_likes_are_four_fifths_of_any_scale_and_everything_where_there_is_none() -> None:
    assert good_from([Rating("u", "i", one, 0.0) for one in (1.0, 5.0)]) == 4.0
    assert good_from([Rating("u", "i", one, 0.0) for one in (1.0, 10.0)]) == 8.0
    assert good_from([Rating("u", "i", 1.0, 0.0)]) == 1.0


def test_made_ratings_are_the_same_each_time_and_in_order() -> None:
    first, again = made_ratings(8, 60), made_ratings(8, 60)
    assert first == again
    assert [one.at for one in first] == sorted(one.at for one in first)
    assert {one.rating for one in first} <= {1.0, 2.0, 3.0, 4.0, 5.0}
