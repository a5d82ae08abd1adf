import numpy as np
import pytest

from bench.feed.made_ratings import made_ratings
from bench.feed.ratings import Rating
from bench.feed.replay import Outcome, Replay, Standing, good_from, shuffled, table

pytestmark = pytest.mark.model
SETS = 8


def sessions(people: int = 120, sets: int = SETS) -> list[Rating]:
    """Everybody likes the five items of one of some sets, in its order."""
    found = []
    for person in range(people):
        for step in range(5):
            item = f"i{5 * (person % sets) + step}"
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


@pytest.mark.breadth
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


@pytest.mark.breadth
def test_every_event_of_a_new_item_is_foretold_and_weighs_what_it_is_of_all() -> None:
    # Of 32 ratings an item the last 12 are of none that is new.
    ratings = sessions(64, sets=2)
    every = Replay(ratings, first=160).run()
    some = Replay(ratings, sample=40, first=160, all_new=True).run()
    assert 0 < sum(every.new) == sum(some.new) < len(some.new) < len(every.new)
    assert sum(some.weights) == pytest.approx(len(every.new), rel=0.3)
    assert {weight for weight, new in zip(some.weights, some.new, strict=True) if new} == {1.0}


def test_a_ratio_has_an_interval_and_is_none_where_nothing_was_hit() -> None:
    other, learner = Standing([0, 10, 10, 10] * 100), Standing([0, 0, 10, 10] * 100)
    standings = {"other": other, "learner": learner}
    lines = list(table(Outcome(standings, [False] * 400, [1.0] * 400)))
    # Of their hits 100 are of the same events, so that their difference is sqrt(2/400) sure.
    assert "learner / other: 2.00 (1.74 to 2.30); of new items -" in lines


def test_likes_are_four_fifths_of_any_scale_and_everything_where_there_is_none() -> None:
    assert good_from([Rating("u", "i", one, 0.0) for one in (1.0, 5.0)]) == 4.0
    assert good_from([Rating("u", "i", one, 0.0) for one in (1.0, 10.0)]) == 8.0
    assert good_from([Rating("u", "i", 1.0, 0.0)]) == 1.0


def test_made_ratings_are_the_same_each_time_and_in_order() -> None:
    first, again = made_ratings(8, 60), made_ratings(8, 60)
    assert first == again
    assert [one.at for one in first] == sorted(one.at for one in first)
    assert {one.rating for one in first} <= {1.0, 2.0, 3.0, 4.0, 5.0}
