import numpy as np

from phosphene.feed.ranker.columns import feature_row
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.wanting import count_wanting
from tests.feed.ranker.made import learner, lover_of

SENTENCES = np.array(
    [feature_row({"subject": subject}, "house", ()) for subject in ("whale", "fox", "dragon")]
).T.astype(np.int32)


def test_what_nobody_made_is_wanted_by_those_who_would_like_it() -> None:
    made = learner(40)
    lovers = [lover_of(made, 1) for _ in range(3)] + [lover_of(made, 0)]
    people = [("anna", one) for one in lovers]
    # There are whales that they have not seen.
    assert count_wanting(made, people, SENTENCES) == [0, 0, 0]
    made.clips.live[np.arange(1, 40, 4)] = False
    assert count_wanting(made, people, SENTENCES) == [3, 0, 0]


def test_who_has_watched_next_to_nothing_wants_nothing() -> None:
    made = learner(40)
    made.clips.live[:40] = False
    people = [("anna", PersonState()), ("ben", lover_of(made, 1, 3))]
    assert count_wanting(made, people, SENTENCES) == [0, 0, 0]


def test_what_one_made_oneself_is_nothing_that_one_could_watch() -> None:
    made = learner(40)
    # All but one whale, which is by a1, have gone.
    made.clips.live[np.arange(1, 40, 4)] = False
    made.clips.live[21] = True
    people = [("a1", lover_of(made, 1)), ("a2", lover_of(made, 1))]
    assert count_wanting(made, people, SENTENCES) == [1, 0, 0]
