import numpy as np
import pytest

from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.outcomes import GUEST, reaction_of, voice_of
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.value import interest
from phosphene.model import ReactionKind, StoredReaction
from tests.feed.ranker.made import NOW, learner

Deed = tuple[ReactionKind, int | None]
WATCH: Deed = ("watch", 4000)
DEEDS: tuple[ReactionKind, ...] = (
    *("like", "comment", "remix", "fork", "steer", "share", "follow", "save"),
)


def told(*rows: Deed, served: bool = True, known: bool = True) -> tuple[Learner, PersonState]:
    """What somebody did with clip 1 of 5 s, told to a learner of 40."""
    made, person = learner(), PersonState()
    for kind, watched_ms in rows:
        row = StoredReaction(1, "anna", "c1", kind, watched_ms, served, NOW, known)
        made.apply_reaction(person, reaction_of(row, 1, 5.0, person, voice_of("anna")))
    return made, person


@pytest.mark.slow
@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("late", [False, True])
def test_a_deed_adds_its_worth_to_how_long_a_clip_was_watched(
    deed: ReactionKind, late: bool
) -> None:
    rows: list[Deed] = [(deed, None), WATCH]
    made, person = told(*(reversed(rows) if late else rows))
    plain, other = told(WATCH)
    assert person.held == [1]
    assert person.turns == 1
    assert made.clips.weight[1] == plain.clips.weight[1] == 1
    more = interest(5, 4.0, (deed,)) - interest(5, 4.0, ())
    assert person.surplus[0] - other.surplus[0] == pytest.approx(more, abs=0.01)
    assert made.clips.gain[1] - plain.clips.gain[1] == pytest.approx(more, abs=0.01)
    assert made.kinds.noted == 1
    assert made.kinds.values[0] - plain.kinds.values[0] == pytest.approx(more, abs=0.01)
    assert person.liked == [1]
    assert made.clips.likes[1] == 1


def test_what_is_known_of_a_kind_is_the_same_in_either_order() -> None:
    made = learner()
    made.kinds.worth[:] = np.random.default_rng(5).normal(size=made.kinds.worth.shape)
    made.kinds.known[:] = np.arange(len(made.kinds.known)) % 200
    foretold = made.kinds.worth_by_kind(made.clips.features[:, 1])
    once = made.kinds.updated_kinds(PersonState().kinds, foretold, 0.7)
    twice = made.kinds.updated_kinds(PersonState().kinds, foretold, 0.2)
    twice = made.kinds.revised_kinds(twice, made.clips.features[:, 1], 0.2, 0.5, 0)
    assert np.allclose(once, twice, atol=1e-4)


def test_rejections_are_disliked_and_not_liked_any_more() -> None:
    for deed in ("not_for_me", "report"):
        _, person = told(("like", None), WATCH, (deed, None))
        assert (person.liked, person.disliked) == ([], [1])
        assert person.surplus[0] < -1


def test_a_clip_seen_twice_is_liked_without_a_press_and_one_left_at_once_is_not() -> None:
    assert told(("looped", 11_000))[1].liked == [1]
    assert told(("finished", 6_000))[1].liked == []
    assert told(("skip", 300))[1].disliked == [1]
    assert told(("like", None), ("skip", 300))[1].disliked == []


def test_who_follows_an_author_may_be_shown_the_clip() -> None:
    assert told(("follow", None))[1].seen == []
    assert told(("like", None))[1].seen == [1]


def test_what_somebody_looked_for_and_liked_is_learned_once_as_chosen() -> None:
    row = StoredReaction(1, "anna", "c1", "watch", 4000, False, NOW, True)
    _, person = told(("like", None))
    assert reaction_of(row, 1, 5.0, person, 1).chosen
    assert not reaction_of(row, 1, 5.0, PersonState(), 1).chosen
    assert not told(("like", None), served=True)[0].chosen.values.any()


def test_a_guest_teaches_less_until_they_have_watched_for_a_while() -> None:
    guest, _ = told(WATCH, known=False)
    assert guest.clips.weight[1] == pytest.approx(GUEST)


def test_deeds_alone_outlive_the_packing_of_a_person() -> None:
    _, person = told(("save", None))
    back = PersonState.unpack(person.pack())
    assert back.lone == [1]
    row = StoredReaction(2, "anna", "c1", "watch", 4000, True, NOW, True)
    assert reaction_of(row, 1, 5.0, back, 1).revises
