import numpy as np

from phosphene.feed.ranker.columns import feature_row
from phosphene.feed.ranker.kinds import EVERY, Kinds
from phosphene.feed.ranker.person import KINDS

SUBJECTS = ("fox", "whale")
ROWS = np.array([feature_row({"subject": one}, "", ()) for one in SUBJECTS], np.int32)


def fitted() -> Kinds:
    """Half of all people love foxes and dislike whales, the others the other way round."""
    kinds = Kinds()
    for number in range(EVERY):
        stretch, clip = divmod(number, 20)[0], number % 2
        kinds.note_reaction(stretch, ROWS[clip], 1.0 if clip == stretch % 2 else -1.0, 1.0)
        kinds.step_fit()
    kinds.finish_fit()
    return kinds


def test_two_kinds_of_people_are_told_apart_by_two_reactions() -> None:
    kinds = fitted()
    told = [kinds.worth_by_kind(row) for row in ROWS]
    for loved in (0, 1):
        logits = np.zeros(KINDS, np.float32)
        for clip in (0, 1, 0):
            logits = kinds.updated_kinds(logits, told[clip], 1.0 if clip == loved else -1.0)
        worth = kinds.worth_of(logits)
        assert worth[ROWS[loved, 0]] > 0.5
        assert worth[ROWS[1 - loved, 0]] < -0.5


def test_a_fit_takes_many_small_steps() -> None:
    kinds = Kinds()
    for number in range(EVERY):
        kinds.note_reaction(number // 20, ROWS[number % 2], 0.1, 1.0)
    for _ in range(2):
        kinds.step_fit()
    assert kinds.share.any()
    assert np.abs(kinds.worth[:, 1:3]).max() < 0.5
    begun = kinds.worth.copy()
    for _ in range(2 * (KINDS + 2)):
        kinds.step_fit()
    assert not np.array_equal(kinds.worth, begun)


def test_features_of_none_are_worth_nothing() -> None:
    assert fitted().worth_of(np.zeros(KINDS, np.float32))[0] == 0
