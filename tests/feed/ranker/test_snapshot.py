import pytest

from phosphene.feed.ranker.slate import rank_slate
from phosphene.feed.ranker.snapshot import SnapshotError, restore_snapshot, take_snapshot
from tests.feed.ranker.made import NOW, learner, lover_of, reaction


def test_who_goes_on_and_who_comes_back_go_on_alike() -> None:
    made = learner()
    person = lover_of(made, 1)
    for clip in (20, 24, 30):
        made.apply_reaction(person, reaction(clip, served=False))
    back = restore_snapshot(take_snapshot(made))
    pages = [[one.clip for one in rank_slate(one_, person, NOW, 8)] for one_ in (made, back)]
    assert pages[0] == pages[1]
    for one in (made, back):
        one.apply_reaction(lover_of(one, 2), reaction(31, served=False))
    assert take_snapshot(made) == take_snapshot(back)


@pytest.mark.parametrize("body", [b"", b"no snapshot", b"PK\x03\x04"])
def test_what_is_no_snapshot_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(SnapshotError):
        restore_snapshot(body)
