"""Which clips of others are taken, and how far they are known to be."""

from phosphene.store.orphans import Orphan
from phosphene.studio.takeovers import MOST_HOLDERS, abandoned, was_lost_too_often
from tests.store.making import a_clip


def orphan(clip_id: str, number: int = 1, until: float = 10.0, released: bool = False) -> Orphan:
    return Orphan(a_clip(clip_id), number, until, released)


def test_who_was_late_once_has_time_to_renew_and_what_was_released_is_taken_at_once() -> None:
    late, left = orphan("a"), orphan("b", released=True)
    assert abandoned({}, [late, left]) == [left]
    assert abandoned({"a": late}, [late]) == [late]
    assert abandoned({"a": late}, [orphan("a", until=12.0)]) == []
    assert abandoned({"a": late}, [orphan("a", number=2)]) == []
    assert abandoned({"a": late}, []) == []


def test_a_clip_in_line_outlives_any_number_of_holders_and_one_on_air_a_few() -> None:
    queued, live = (a_clip("a", status=status) for status in ("queued", "live"))
    assert not was_lost_too_often(queued, MOST_HOLDERS + 9)
    assert not was_lost_too_often(live, MOST_HOLDERS)
    assert was_lost_too_often(live, MOST_HOLDERS + 1)
