import pytest
from msgspec.structs import replace

from phosphene.feed.feed_weights import AS_THEY_ARE, FeedWeights
from phosphene.feed.ranker.past_sessions import PastSessions
from phosphene.model import Clip, Person, ReactionKind, Slot, StoredReaction

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


def rows(people: int = 6) -> list[StoredReaction]:
    """Each looks at twelve clips and loves the whales."""
    found = list[StoredReaction]()
    for person in range(people):
        for number in range(12):
            loved = number % 4 == 1
            kind: ReactionKind = "looped" if loved else "skip"
            which = f"c{(5 * person + number) % 40:03}" if loved else f"c{number:03}"
            at = NOW + 100 * person + number
            found.append(
                StoredReaction(
                    len(found) + 1,
                    f"p{person}",
                    which if int(which[1:]) % 4 == number % 4 else f"c{number:03}",
                    kind,
                    11_000 if loved else 300,
                    True,
                    at,
                    True,
                )
            )
    return found


def past(since: float = NOW, **sets: FeedWeights) -> PastSessions:
    made = PastSessions([clip(number) for number in range(40)], sets, since)
    made.replay_rows(rows())
    return made


@pytest.mark.slow
def test_the_same_weights_do_the_same() -> None:
    made = past(one=AS_THEY_ARE, other=AS_THEY_ARE)
    assert len(made.kinds) == 72
    places = [[one.place for one in side.standings] for side in made.weighed.values()]
    assert places[0] == places[1]
    assert made.page_overlap() == 1


@pytest.mark.slow
def test_without_what_people_like_it_stands_lower_and_its_terms_tell_nothing() -> None:
    blind = FeedWeights(terms={"kinds": 0, "taste": 0, "quality": 0, "tired": -1})
    made = past(live=AS_THEY_ARE, blind=blind)
    loved = [kind == "looped" for kind in made.kinds]
    live, other = made.weighed["live"], made.weighed["blind"]
    late = [index for index, was in enumerate(loved) if was][3:]
    assert sum(live.standings[at].place for at in late) < sum(
        other.standings[at].place for at in late
    )
    assert live.told()["taste"] > 0 == other.told()["taste"]
    assert made.page_overlap() < 1


def test_only_sessions_since_a_time_are_asked_about_and_all_are_learned() -> None:
    made = past(since=NOW + 500, live=AS_THEY_ARE)
    assert len(made.kinds) == 12


def test_ones_own_clips_are_none_that_one_could_have_been_shown() -> None:
    own = [replace(clip(number), author=Person("p0", "x")) for number in range(39)]
    made = PastSessions([*own, clip(39)], {"live": AS_THEY_ARE}, NOW)
    made.replay_rows([StoredReaction(1, "p0", "c039", "watch", 4000, True, NOW, True)])
    (standing,) = made.weighed["live"].standings
    assert (standing.place, len(standing.page)) == (0, 1)
