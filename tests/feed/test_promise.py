import pytest
from msgspec.structs import replace

from phosphene.feed.promise import NEW_S, PASSED_BY, PROMISED, TOLD_S, Reach, reach_of
from phosphene.model import ClipShown
from tests.store.making import NOON, a_clip

CLIP = a_clip("c1", status="done")
SOON = NOON + 60
LATE = NOON + NEW_S


def told(**changes: object) -> Reach:
    """Of a clip that three of five people watched, a minute after it was made."""
    now = changes.pop("now", SOON)
    assert isinstance(now, float)
    shown = replace(
        ClipShown(3, 5, PROMISED),
        **{k: changes.pop(k) for k in ClipShown.__struct_fields__ if k in changes},
    )
    return reach_of(replace(CLIP, **changes), shown, now)


def test_people_are_owed_until_ten_have_watched() -> None:
    assert told() == Reach(3, PROMISED, "owed")
    assert told(watched=10, shown=30, now=LATE) == Reach(10, PROMISED, "reached")
    assert told(watched=99).reached == PROMISED


def test_what_is_forgotten_by_and_by_is_told_no_more() -> None:
    for watched in (12, 0):
        assert told(watched=watched, here=0, now=NOON + TOLD_S) == Reach(None, PROMISED, "past")


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("not_public", {"visibility": "unlisted"}),
        ("withheld", {"withheld": True}),
        ("not_drawn", {"status": "failed"}),
        ("passed_by", {"shown": PASSED_BY}),
        ("nobody_here", {"here": 9, "now": LATE}),
        ("late", {"now": LATE}),
    ],
)
def test_why_no_more_are_is_told(reason: str, changes: dict[str, object]) -> None:
    assert told(**changes) == Reach(3, PROMISED, "ended", reason)  # type: ignore[arg-type]
