"""Every reason that is told, taken away, changes the place: by rows folded again, not by the same
code."""

from collections.abc import Sequence

import numpy as np
import pytest

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.learner_messages import ScoreReason
from phosphene.feed.ranker.columns import feature_row
from phosphene.feed.ranker.learner import Learner, Reaction
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.reasons import find_reasons
from phosphene.feed.ranker.slate import are_owed, owed_worth
from phosphene.feed.ranker.snapshot import restore_snapshot, take_snapshot
from phosphene.feed.ranker.terms import terms_of
from phosphene.feed.ranker.trait_index import NOTHING_WISHED, WishedClips
from tests.feed.ranker.made import NOW, reaction

pytestmark = pytest.mark.slow

SUBJECTS = ("fox", "whale", "owl", "boat", "tower", "bee")
PLACES = ("forest", "sea", "city", "garden")
CLIPS = 120


@pytest.fixture(scope="module")
def learned() -> bytes:
    return crowd()


@pytest.fixture
def made(learned: bytes) -> Learner:
    """As it was at first."""
    return restore_snapshot(learned)


def crowd() -> bytes:
    """Clips of many kinds, some of them good, and people who like some of them, and go from one to
    the next."""
    made, dice = Learner(1), np.random.default_rng(5)
    for number in range(CLIPS):
        slots = {
            "subject": SUBJECTS[int(dice.integers(6))],
            "place": PLACES[int(dice.integers(4))],
        }
        about = feature_row(slots, f"a{int(dice.integers(20))}", ())
        made.add_clip(f"c{number}", about, NOW - 600 * number)
    # As after some traffic: pairs count, and what follows what.
    for name, weight in (("together", 1.0), ("next", 0.3), ("known", 0.05)):
        made.chosen.values[TERMS.index(name)] = weight
    for by in range(16):
        person, liked = PersonState(), int(dice.integers(6))
        for clip in dice.permutation(CLIPS)[:60].tolist():
            good = clip % 9 == 0 or made.clips.features[0, clip] == subject(liked)
            served = bool(dice.random() < 0.5)
            made.apply_reaction(person, reaction(clip, 0.9 if good else -0.5, served, by=by))
    return take_snapshot(made)


def subject(which: int) -> int:
    return feature_row({"subject": SUBJECTS[which]}, "", ())[0]


def rows(made: Learner, which: int, seed: int) -> list[Reaction]:
    dice, found = np.random.default_rng(seed), list[Reaction]()
    for at, clip in enumerate(dice.permutation(CLIPS)[:16].tolist()):
        good = made.clips.features[0, clip] == subject(which)
        found.append(reaction(clip, 0.9 if good else -0.5, at=NOW + at))
    return found


def folded(made: Learner, some: Sequence[Reaction]) -> PersonState:
    person = PersonState()
    for one in some:
        made.apply_reaction(person, one, learn=False)
    return person


def place(made: Learner, person: PersonState, clip: int, taken: Sequence[str] = ()) -> int:
    """Its place among all; without some of its terms."""
    some = np.union1d(made.list_candidates(person, np.zeros(0, np.int64)), [clip])
    terms = terms_of(made, person, some, NOW + 60)
    at = int(np.searchsorted(some, clip))
    for name in (one for one in taken if one in TERMS):
        terms[TERMS.index(name), at] = 0
    owed = owed_worth(made, some, are_owed(made, some, NOW + 60))
    owed[at] *= "new" not in taken
    scores = made.weights @ terms + owed
    return 1 + int((scores > scores[at]).sum())


def place_without(made: Learner, told: ScoreReason, some: Sequence[Reaction], clip: int) -> int:
    """The place of a clip for whoever did the same but what a reason names."""
    some = [one for one in some if one.clip != clip]
    if told.kind == "feature":
        feature = made.clips.features[told.column, clip]
        some = [one for one in some if feature not in made.clips.features[:, one.clip]]
    elif told.kind in ("together", "next"):
        some = [one for one in some if made.clips.ids[one.clip] != told.clip]
    own = {"others": ("quality", "known", "rising", "met", "known_newcomer")}
    lies_in_it = told.kind in ("live", "fresh", "new")
    taken = own.get(told.kind, (told.kind,) if lies_in_it else ())
    return place(made, folded(made, some), clip, taken)


def test_every_reason_that_is_told_changes_the_place_when_it_is_taken_away(made: Learner) -> None:
    told, asked = list[ScoreReason](), 0
    for which in range(4):
        some = rows(made, which, which)
        person = folded(made, some)
        for clip in range(0, CLIPS, 5):
            found = find_reasons(made, person, clip, NOW + 60, NOTHING_WISHED)
            asked += bool(found)
            before = place(made, folded(made, [one for one in some if one.clip != clip]), clip)
            for one in found:
                after = place_without(made, one, some, clip)
                assert after > before, (which, clip, one, before, after)
            told += found
    kinds = {one.kind for one in told}
    assert {"feature", "others", "fresh", "together"} <= kinds
    # Of most there is a reason that holds; for the others none is made up.
    assert asked > 0.7 * 4 * CLIPS / 5


def test_a_wish_is_a_reason_and_so_is_being_drawn(made: Learner) -> None:
    person = folded(made, rows(made, 0, 0))
    clip = 33
    wished = WishedClips(more=np.array([clip]))
    found = find_reasons(made, person, clip, NOW + 60, wished)
    assert found[0].kind == "wish"
    made.clips.on_air[clip] = True
    made.enjoyed.values[TERMS.index("live")] = 5.0
    assert "live" in {
        one.kind for one in find_reasons(made, person, clip, NOW + 60, NOTHING_WISHED)
    }


def test_what_has_its_place_only_because_it_is_new_is_said_to_be_new(made: Learner) -> None:
    person = folded(made, rows(made, 0, 0))
    made.clips.watched[:CLIPS] = 99
    clip = max(range(CLIPS), key=lambda one: place(made, person, one))
    made.clips.watched[clip] = 0
    made.clips.born[clip] = NOW
    found = find_reasons(made, person, clip, NOW + 60, NOTHING_WISHED)
    assert "new" in {one.kind for one in found}


def test_of_a_clip_that_is_gone_nothing_is_said(made: Learner) -> None:
    made.clips.live[7] = False
    assert not find_reasons(made, PersonState(), 7, NOW, NOTHING_WISHED)
