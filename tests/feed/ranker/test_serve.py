from pathlib import Path

import pytest

from phosphene.feed.feed_weights import TERMS
from phosphene.feed.learner_messages import (
    FOLDED_S,
    AddClips,
    ClipsRanked,
    CountWanting,
    DropClips,
    ExplainScore,
    FoldPerson,
    ForgetPerson,
    LearnReactions,
    RankClips,
    ScoreExplained,
    WantingCounted,
)
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.serve import FeedWork, begin_work, keep_snapshot
from phosphene.model import (
    Clip,
    FeedWish,
    Person,
    Polarity,
    ReactionKind,
    Slot,
    StoredReaction,
)

NOW = 1_790_000_000.0
SUBJECTS = ("fox", "whale", "owl", "boat")


def clip(number: int) -> Clip:
    subject = SUBJECTS[number % 4]
    return Clip(
        id=f"c{number:03}",
        author=Person(f"a{number % 10}", "x"),
        text=f"a {subject}",
        seconds=5,
        status="done",
        created_at=NOW - number,
        understood=(Slot("subject", subject, 0.9, (subject,)),),
    )


def reaction(number: int, watched_ms: int, kind: ReactionKind = "watch") -> StoredReaction:
    return StoredReaction(
        number + 1, "anna", f"c{number:03}", kind, watched_ms, True, NOW + number, True
    )


LIKED_WHALES = tuple(reaction(n, 25_000 if n % 4 == 1 else 700) for n in range(12))


def work() -> FeedWork:
    made = FeedWork(Learner())
    made.carry_out(AddClips(tuple(clip(number) for number in range(40))))
    return made


def ranked(
    made: FeedWork,
    limit: int = 4,
    *,
    besides: tuple[str, ...] = (),
    listed: tuple[str, ...] = (),
    authors: tuple[str, ...] = (),
    wishes: tuple[FeedWish, ...] = (),
) -> list[str]:
    order = RankClips(
        number=7,
        person="anna",
        limit=limit,
        now=NOW + 60,
        besides=besides,
        listed=listed,
        authors=authors,
        wishes=wishes,
    )
    answer = made.carry_out(order)
    assert isinstance(answer, ClipsRanked)
    assert answer.number == 7
    return [one.clip for one in answer.places]


def subjects(clips: list[str]) -> set[int]:
    return {int(one[1:]) % 4 for one in clips}


def test_what_somebody_lingered_on_comes_next() -> None:
    made = work()
    made.carry_out(LearnReactions(LIKED_WHALES))
    assert subjects(ranked(made)) == {1}
    assert made.learned_until == 12


def test_a_person_is_the_same_folded_from_their_rows() -> None:
    made = work()
    made.carry_out(LearnReactions(LIKED_WHALES))
    made.carry_out(ForgetPerson("anna"))
    assert len(subjects(ranked(made, 8))) > 1
    made.carry_out(FoldPerson("anna", LIKED_WHALES))
    assert subjects(ranked(made)) == {1}


def test_nothing_that_is_gone_known_or_by_whom_one_is_not_shown() -> None:
    made = work()
    made.carry_out(DropClips(("c013",)))
    found = ranked(made, 40, besides=("c014",), listed=("c015",), authors=("a6",))
    assert not {"c013", "c014", "c015", "c016", "c026"} & set(found)
    assert len(found) == 40 - 3 - 4


def test_a_report_weighs_more_than_having_watched_it_whole() -> None:
    made = work()
    rows = [reaction(n, 5000, "report" if n % 4 == 1 else "watch") for n in range(12)]
    made.carry_out(LearnReactions(tuple(rows)))
    assert 1 not in subjects(ranked(made, 6))


def test_a_score_is_explained_by_its_terms() -> None:
    made = work()
    made.carry_out(LearnReactions(LIKED_WHALES))
    whale, fox = (made.carry_out(ExplainScore(1, "anna", one, NOW)) for one in ("c021", "c020"))
    assert isinstance(whale, ScoreExplained)
    assert isinstance(fox, ScoreExplained)
    assert whale.place is not None
    assert fox.place is not None
    assert whale.place.score > fox.place.score
    assert whale.place.terms["taste"] > 0 > fox.place.terms["taste"]
    assert [one.term for one in whale.weights] == list(TERMS)
    unknown = made.carry_out(ExplainScore(1, "anna", "nothing", NOW))
    assert isinstance(unknown, ScoreExplained)
    assert unknown.place is None


def test_a_reason_is_checked_among_what_can_be_shown() -> None:
    made = work()
    made.carry_out(LearnReactions(LIKED_WHALES))
    told = made.carry_out(ExplainScore(1, "anna", "c021", NOW))
    assert isinstance(told, ScoreExplained)
    assert told.reasons
    hidden = tuple(f"a{number}" for number in range(10))
    alone = made.carry_out(ExplainScore(1, "anna", "c021", NOW, authors=hidden))
    assert isinstance(alone, ScoreExplained)
    assert not alone.reasons


def test_nobody_is_shown_what_they_made() -> None:
    order = RankClips(number=7, person="a3", limit=40, now=NOW + 60)
    answer = work().carry_out(order)
    assert isinstance(answer, ClipsRanked)
    assert len(answer.places) == 36
    assert not [one for one in answer.places if one.clip.endswith("3")]


def test_people_are_asked_who_would_like_what_is_not_there() -> None:
    made = work()
    made.carry_out(LearnReactions(LIKED_WHALES))
    wanted = CountWanting(3, (clip(41), clip(40)))
    assert made.carry_out(wanted) == WantingCounted(3, (0, 0))
    made.carry_out(DropClips(tuple(f"c{number:03}" for number in range(1, 40, 4))))
    assert made.carry_out(wanted) == WantingCounted(3, (1, 0))


def test_what_was_learned_outlives_the_process(tmp_path: Path) -> None:
    made = work()
    made.carry_out(LearnReactions(LIKED_WHALES))
    made.learner.begun = NOW
    keep_snapshot(tmp_path / "feed.learned", made)
    back = begin_work(tmp_path / "feed.learned", NOW)
    assert back.learned_until == 12
    assert ranked(back) == []
    back.carry_out(AddClips(tuple(clip(number) for number in range(40))))
    back.carry_out(FoldPerson("anna", LIKED_WHALES))
    assert subjects(ranked(back)) == {1}
    assert [one.name for one in tmp_path.iterdir()] == ["feed.learned"]


@pytest.mark.parametrize("body", [None, b"torn"])
def test_without_a_snapshot_it_begins_anew(tmp_path: Path, body: bytes | None) -> None:
    path = tmp_path / "feed.learned"
    if body is not None:
        path.write_bytes(body)
    assert begin_work(path, NOW).learned_until == 0


def test_after_a_day_all_is_learned_anew(tmp_path: Path) -> None:
    path = tmp_path / "feed.learned"
    made = begin_work(path, NOW)
    made.carry_out(AddClips((clip(0),)))
    made.carry_out(LearnReactions((reaction(0, 5000),)))
    keep_snapshot(path, made)
    assert begin_work(path, NOW + FOLDED_S - 1).learned_until == 1
    assert begin_work(path, NOW + FOLDED_S).learned_until == 0


def test_wishes_are_obeyed_and_none_of_something_is_none() -> None:
    made = FeedWork(Learner())
    clips = tuple(clip(number) for number in range(40))
    traits = tuple((f"subject:{SUBJECTS[number % 4]}",) for number in range(40))
    made.carry_out(AddClips(clips, traits))
    made.carry_out(LearnReactions(LIKED_WHALES))

    def wished(polarity: Polarity, limit: int) -> list[str]:
        wish = FeedWish("w", polarity, "said", ("subject:whale",), NOW)
        return ranked(made, limit, wishes=(wish,))

    assert subjects(wished("more", 7)) == {1}
    assert subjects(wished("none", 40)) == {0, 2, 3}
