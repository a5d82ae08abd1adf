import pytest
from msgspec.structs import replace

from phosphene.events import (
    ClipFinished,
    ClipRemoved,
    CommentChanged,
    Commented,
    CommentPinned,
    CommentRemoved,
    Liked,
    Remixed,
    StoredEvent,
)
from phosphene.store.retelling import comment_in, with_words, without_clip, without_comments
from tests.store.making import BEN, NOON, a_clip, a_comment

SAID = a_comment("c1", "a", "oh!")
TOLD = [Commented(SAID, 1), CommentChanged(SAID), CommentPinned("a", SAID)]
OTHERS = [Liked("a", BEN, True, 1), CommentPinned("a")]


@pytest.mark.parametrize("event", TOLD)
def test_every_event_with_words_of_a_comment_is_told_anew(event: StoredEvent) -> None:
    changed = replace(SAID, text="ah!", edited_at=NOON)
    told = with_words(event, changed)
    assert type(told) is type(event)
    assert comment_in(told) == changed
    assert without_comments(event, {"c1"}) == CommentRemoved("a", "c1")


@pytest.mark.parametrize("event", [*TOLD, *OTHERS])
def test_what_is_not_of_that_comment_stays(event: StoredEvent) -> None:
    assert with_words(event, a_comment("c2", "a")) is None
    assert without_comments(event, {"c2"}) is None


def test_answers_go_with_what_they_answer() -> None:
    answer = replace(a_comment("c2", "a"), parent="c1")
    assert without_comments(Commented(answer, 2), {"c1"}) == CommentRemoved("a", "c2", "c1")


def test_of_a_clip_that_is_gone_only_that_is_told() -> None:
    clip = a_clip("a")
    assert without_clip(ClipFinished(clip), "a") == ClipRemoved("a")
    # On its parent's topic, with how many are left.
    assert without_clip(Remixed("parent", clip, 3), "a") == ClipRemoved("a", 3)
    assert without_clip(ClipFinished(clip), "b") is None
    assert without_clip(Liked("a", BEN, True, 1), "a") is None
