import pytest

from phosphene.errors import NotFound, TooMany
from phosphene.events import Proposal
from phosphene.model import Person
from phosphene.social.ballot import MOST, OPEN_S, Ballot, choose, propose, standing, vote


def line(number: int, text: str = "") -> Proposal:
    return Proposal(f"p{number}", Person(f"id{number}", f"h{number}"), text or f"line {number}")


def of(*numbers: int) -> Ballot:
    """A ballot opened at second 10."""
    ballot = Ballot()
    for number in numbers:
        ballot = propose(ballot, line(number), 10.0)
    return ballot


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose(Ballot(), 1, 1e9) is None
    assert standing(Ballot()) == ()


def test_who_proposes_votes_and_who_watches_alone_decides() -> None:
    ballot = of(1)
    assert standing(ballot)[0].votes == 1
    chosen = choose(ballot, 1, 10.0)
    assert chosen is not None
    assert chosen.text == "line 1"


@pytest.mark.parametrize(("viewers", "now"), [(2, 10.0), (2, 11.9), (None, 11.9), (0, 11.9)])
def test_half_of_the_audience_is_not_enough_before_the_time_is_up(
    viewers: int | None, now: float
) -> None:
    assert choose(of(1), viewers, now) is None
    assert choose(of(1), viewers, 10.0 + OPEN_S) is not None


def test_a_majority_does_not_wait() -> None:
    ballot = vote(of(1, 2), "id3", "p2")
    assert choose(ballot, 4, 10.0) is None
    chosen = choose(ballot, 3, 10.0)
    assert chosen is not None
    assert (chosen.id, chosen.votes) == ("p2", 2)


def test_the_most_wanted_line_wins_and_of_equals_the_first() -> None:
    late = 10.0 + OPEN_S
    first = choose(of(1, 2), 100, late)
    wanted = choose(vote(of(1, 2), "id3", "p2"), 100, late)
    assert first is not None
    assert wanted is not None
    assert (first.id, wanted.id) == ("p1", "p2")


def test_a_vote_counts_once_and_can_move() -> None:
    twice = vote(vote(of(1, 2), "id3", "p1"), "id3", "p1")
    assert [one.votes for one in standing(twice)] == [2, 1]
    moved = vote(twice, "id3", "p2")
    assert [(one.id, one.votes) for one in standing(moved)] == [("p2", 2), ("p1", 1)]


def test_the_same_words_are_the_same_line() -> None:
    ballot = propose(of(1), line(2, "LINE 1"), 11.0)
    assert [(one.id, one.votes) for one in standing(ballot)] == [("p1", 2)]


def test_a_later_proposal_does_not_keep_a_ballot_open() -> None:
    assert propose(of(1), line(2), 11.0).closes == 10.0 + OPEN_S


def test_a_person_has_one_line_and_a_ballot_a_few() -> None:
    with pytest.raises(TooMany, match="one line") as refused:
        propose(of(1), line(1, "another"), 11.0)
    assert refused.value.retry_after_s == pytest.approx(OPEN_S - 1.0)
    full = of(*range(MOST))
    with pytest.raises(TooMany, match="enough"):
        propose(full, line(99), 11.0)
    assert len(standing(full)) == MOST


def test_only_what_is_on_the_ballot_can_be_voted_for() -> None:
    with pytest.raises(NotFound):
        vote(of(1), "id1", "p2")
