from phosphene.feed.plain_reasons import TERMS, find_plain_reasons
from phosphene.feed.rank import own_terms
from phosphene.model import Clip, Counts, Person

NOW = 1_790_000_000.0


def clip(number: int) -> Clip:
    """Later ones are older; some are live, some are liked."""
    return Clip(
        id=f"c{number:02}",
        author=Person("a", "x"),
        text="a fox",
        seconds=5,
        status="live" if number % 7 == 3 else "done",
        created_at=NOW - 1500 * number,
        counts=Counts(likes=number % 5 * 4, remixes=number % 3, views=40),
    )


CLIPS = [clip(number) for number in range(40)]


def test_every_plain_reason_that_is_told_changes_the_place_when_it_is_taken_away() -> None:
    told = set[str]()
    scores = {one.id: sum(own_terms(one, NOW).values()) for one in CLIPS}
    for one in CLIPS:
        for reason in find_plain_reasons(CLIPS, one.id, NOW, frozenset()):
            terms = own_terms(one, NOW)
            left = scores[one.id] - sum(terms[name] for name in TERMS[reason.kind])
            passed = [s for s in scores.values() if left < s <= scores[one.id]]
            assert len(passed) - 1 == reason.lost > 0
            told.add(reason.kind)
    assert told == {"live", "fresh", "others"}


def test_a_wish_is_the_first_reason_of_what_it_means() -> None:
    last = CLIPS[-1].id
    (first, *_) = find_plain_reasons(CLIPS, last, NOW, frozenset({last}))
    assert (first.kind, first.lost > 20) == ("wish", True)


def test_of_a_clip_that_cannot_be_shown_nothing_is_said() -> None:
    assert not find_plain_reasons(CLIPS[1:], "c00", NOW, frozenset())
