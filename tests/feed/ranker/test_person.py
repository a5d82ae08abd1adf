import numpy as np

from phosphene.feed.ranker.person import HELD, LIKED, SEEN, PersonState
from tests.feed.ranker.made import learner, lover_of


def test_a_full_state_takes_four_kilobytes_and_comes_back() -> None:
    one = PersonState()
    for clip in range(0, 1_000_000, 1999):
        one.note_seen(clip)
        one.note_liked(clip)
        one.note_disliked(clip + 1)
        one.note_surplus(clip, 0.1234)
        one.note_viewed(clip, clip / 7)
    one.last_at = clip / 7
    body = one.pack()
    assert len(body) <= 4096
    back = PersonState.unpack(body)
    assert (len(back.seen), len(back.liked), len(back.held)) == (SEEN, LIKED, HELD)
    assert back.seen == one.seen
    assert back.looked == one.looked
    assert np.abs(np.subtract(back.looked_at, one.looked_at)).max() < 1
    assert back.pack() == body


def test_seeing_again_moves_to_the_end() -> None:
    one = PersonState()
    for clip in (1, 2, 1):
        one.note_seen(clip)
    assert one.seen == [2, 1]


def test_what_was_learned_of_somebody_survives() -> None:
    made = learner()
    one = lover_of(made, 1)
    back = PersonState.unpack(one.pack())
    assert back.liked == one.liked
    assert abs(back.kinds - one.kinds).max() < 0.01
