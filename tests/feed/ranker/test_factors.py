import numpy as np

from phosphene.feed.ranker.factors import FIRST, Factors


def test_what_is_liked_after_the_same_clips_moves_towards_it() -> None:
    made = Factors()
    clips = np.array([1, 2, 3])
    before = made.out[clips] @ made.taste_of([7])
    for _ in range(20):
        made.move_vectors([7], clips, np.array([1.0, -0.5, -0.5], np.float32))
    after = made.out[clips] @ made.taste_of([7])
    assert after[0] > before[0] + 0.1
    assert after[1] < before[1]


def test_vectors_stay_as_more_clips_come() -> None:
    made = Factors()
    first = made.out[:5].copy()
    made.make_room(FIRST + 1)
    assert len(made.out) == 2 * FIRST
    assert made.out[:5].tobytes() == first.tobytes()


def test_nobody_has_a_taste_without_likes() -> None:
    assert not Factors().taste_of([]).any()
