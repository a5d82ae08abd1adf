import numpy as np

from phosphene.feed.ranker.content_vectors import AXES, ContentVectors
from phosphene.feed.ranker.factors import FIRST, Factors


def test_what_is_liked_after_the_same_clips_moves_towards_it() -> None:
    made = Factors(ContentVectors())
    clips = np.array([1, 2, 3])
    before = made.out[clips] @ made.taste_of([7])
    for _ in range(20):
        made.move_vectors([7], clips, np.array([1.0, -0.5, -0.5], np.float32))
    after = made.out[clips] @ made.taste_of([7])
    assert after[0] > before[0] + 0.1
    assert after[1] < before[1]


def test_vectors_stay_as_more_clips_come() -> None:
    made = Factors(ContentVectors())
    first = made.out[:5].copy()
    made.make_room(FIRST + 1)
    assert len(made.out) == 2 * FIRST
    assert made.out[:5].tobytes() == first.tobytes()


def test_nobody_has_a_taste_without_likes() -> None:
    assert not Factors(ContentVectors()).taste_of([]).any()


def test_a_clip_that_nobody_has_seen_is_pointed_at_by_what_it_means() -> None:
    content = ContentVectors()
    for clip in range(20):
        content.set_vector(clip, np.eye(AXES, dtype=np.float32)[clip % 3])
    made = Factors(content)
    # Who liked what means 0 goes on to what means 1.
    for clip in (1, 4, 7, 10):
        made.move_vectors([3], np.array([clip, clip + 1]), np.array([1.0, -1.0], np.float32))
    unseen = made.scores(np.array([16, 17]), made.taste_of([6]))
    assert unseen[0] > unseen[1] + 0.1
    assert not Factors(ContentVectors()).scores(np.arange(5), made.taste_of([6])).any()
