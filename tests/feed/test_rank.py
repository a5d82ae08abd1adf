"""Ranking: what must always hold, and what a visit changes."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from phosphene.feed.rank import DEFAULT, CandidateSet, Ranked, Visit, Weights, rank
from phosphene.model import Clip, Counts, Person, Slot, Status

NOW = 1_800_000_000.0
HOUR = 3600.0
SUBJECTS = ("whale", "rocket", "fox", "balloon", "turtle", "bird", "cat", "fish")
PLACES = ("sea", "desert", "forest", "city", "clouds")
SETTLED = Counts(views=100, likes=8, remixes=2)


def clip(
    number: int,
    text: str = "a fox in the forest",
    *,
    author: str = "",
    root: str | None = None,
    status: Status = "done",
    age: float = 24 * HOUR,
    counts: Counts = SETTLED,
) -> Clip:
    return Clip(
        id=f"c{number:04}",
        author=Person(author or f"p{number}", "somebody"),
        text=text,
        seconds=5,
        status=status,
        created_at=NOW - age,
        counts=counts,
        root=root,
    )


def pictured(number: int, subject: str, place: str, **given: object) -> Clip:
    slots = (Slot("subject", subject, 0.9, (subject,)), Slot("place", place, 0.9, (place,)))
    made = clip(number, f"a {subject} in the {place}", **given)  # type: ignore[arg-type]
    return replace(made, understood=slots)


def world(size: int, seed: int) -> list[Clip]:
    """Clips of all kinds, some of one author or one family, some that cannot be watched."""
    dice = random.Random(seed)
    statuses: tuple[Status, ...] = ("done", "done", "done", "live", "queued", "failed", "cancelled")
    return [
        pictured(
            number,
            dice.choice(SUBJECTS),
            dice.choice(PLACES),
            author=f"p{dice.randrange(max(1, size // 4))}",
            root=dice.choice((None, "c0001", "c0002", "c0003")),
            status=dice.choice(statuses),
            age=dice.expovariate(1 / (20 * HOUR)),
            counts=Counts(views=dice.randrange(200), likes=dice.randrange(40)),
        )
        for number in range(size)
    ]


def ids(page: Sequence[Ranked]) -> list[str]:
    return [one.clip.id for one in page]


def page_of(clips: Sequence[Clip], visit: Visit | None = None, limit: int = 10) -> list[Ranked]:
    return rank(CandidateSet(clips), visit or Visit(), NOW, limit)


def random_visit(clips: Sequence[Clip], seed: int) -> Visit:
    dice = random.Random(seed)
    seen = dice.sample(clips, min(len(clips), dice.randrange(1, 30)))
    return Visit(
        seen=tuple(one.id for one in seen),
        liked=tuple(seen[::3]),
        skipped=tuple(seen[1::3]),
        person=f"p{seed}",
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25))
def test_what_always_holds(seed: int) -> None:
    clips = world(random.Random(seed).choice((0, 1, 7, 60, 300)), seed)
    visit = random_visit(clips, seed) if clips else Visit()
    page = page_of(clips, visit)
    assert len(page) <= 10
    assert len(set(ids(page))) == len(page)
    assert not set(ids(page)) & set(visit.seen)
    assert all(one.clip.status in ("live", "done") for one in page)
    for one in page:
        assert one.score == pytest.approx(sum(one.terms.values()))
    watchable = {one.id for one in clips if one.status in ("live", "done")}
    assert len(page) == min(10, len(watchable - set(visit.seen)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(15))
def test_the_order_of_candidates_decides_nothing(seed: int) -> None:
    clips = world(120, seed)
    visit = random_visit(clips, seed)
    shuffled = clips[:]
    random.Random(seed + 1).shuffle(shuffled)
    assert page_of(clips, visit) == page_of(shuffled, visit)
    assert page_of(clips, visit) == page_of(clips + clips[:40], visit)


@pytest.mark.parametrize("seed", range(15))
def test_no_author_and_no_family_takes_the_page(seed: int) -> None:
    page = page_of(world(300, seed))
    authors = Counter(one.clip.author.id for one in page)
    roots = Counter(one.clip.root or one.clip.id for one in page)
    assert len(page) == 10
    assert max(authors.values()) <= DEFAULT.per_author
    assert max(roots.values()) <= DEFAULT.per_root


def test_a_lonely_author_still_fills_the_page() -> None:
    page = page_of([clip(number, author="only") for number in range(20)])
    assert len(page) == 10


def test_others_come_before_the_third_of_one_author() -> None:
    loved = Counts(views=100, likes=90)
    mine = [clip(number, author="star", counts=loved) for number in range(6)]
    page = page_of([*mine, clip(7), clip(8)], limit=5)
    assert [one.clip.author.id == "star" for one in page] == [True, True, False, False, True]


def test_a_family_is_its_root_and_its_remixes() -> None:
    loved = Counts(views=100, likes=90)
    family = [clip(1, counts=loved), *(clip(n, root="c0001", counts=loved) for n in (2, 3, 4))]
    page = page_of([*family, clip(7), clip(8)], limit=4)
    assert set(ids(page)) >= {"c0007", "c0008"}


def test_pages_follow_each_other_without_repeats_until_all_is_seen() -> None:
    clips = world(80, 5)
    seen: tuple[str, ...] = ()
    while page := page_of(clips, Visit(seen=seen)):
        seen += tuple(ids(page))
    assert len(seen) == len(set(seen))
    assert set(seen) == {one.id for one in clips if one.status in ("live", "done")}


@pytest.mark.parametrize("limit", [0, -1])
def test_a_page_of_nothing_is_empty(limit: int) -> None:
    assert page_of(world(20, 1), limit=limit) == []


def test_live_comes_before_done() -> None:
    page = page_of([clip(1, "a red fox"), clip(2, "a blue whale", status="live")])
    assert ids(page) == ["c0002", "c0001"]
    assert page[0].terms["live"] == DEFAULT.live


def test_newer_comes_before_older() -> None:
    page = page_of([clip(1, "a red fox", age=30 * HOUR), clip(2, "a blue whale", age=HOUR)])
    assert ids(page) == ["c0002", "c0001"]


def test_freshness_halves_every_six_hours() -> None:
    page = page_of([clip(1, age=6 * HOUR)])
    assert page[0].terms["fresh"] == pytest.approx(DEFAULT.fresh / 2)


def test_a_clip_from_the_future_is_as_fresh_as_one_of_now() -> None:
    assert page_of([clip(1, age=-HOUR)])[0].terms["fresh"] == DEFAULT.fresh


def test_likes_count_per_view_and_little_when_views_are_few() -> None:
    loved = clip(1, "a red fox", counts=Counts(views=100, likes=40))
    lucky = clip(2, "a blue whale", counts=Counts(views=1, likes=1))
    usual = clip(3, "one green bird", counts=Counts(views=100, likes=8))
    bored = clip(4, "two pink cats", counts=Counts(views=100))
    page = rank(
        CandidateSet([bored, lucky, usual, loved]), Visit(), NOW, 4, Weights(chance_every=0)
    )
    assert ids(page) == ["c0001", "c0002", "c0003", "c0004"]
    assert "likes" not in page[2].terms
    assert page[3].terms["likes"] < 0


def test_more_likes_than_views_breaks_nothing() -> None:
    page = page_of([clip(1, counts=Counts(views=0, likes=50, remixes=60))])
    assert 0 < page[0].terms["likes"] <= DEFAULT.likes
    assert 0 < page[0].terms["remixes"] <= DEFAULT.remixes


def test_remixes_lift_a_clip_and_none_does_not_sink_it() -> None:
    none = clip(1, "a red fox", counts=Counts(views=100, likes=8))
    many = clip(2, "a blue whale", counts=Counts(views=100, likes=8, remixes=20))
    page = page_of([none, many])
    assert ids(page) == ["c0002", "c0001"]
    assert "remixes" not in page[1].terms


def test_one_like_lifts_what_is_like_it_and_one_skip_sinks_it() -> None:
    clips = [pictured(n, SUBJECTS[n % 8], PLACES[n % 5]) for n in range(40)]
    liked, skipped = pictured(90, "whale", "sea"), pictured(91, "rocket", "desert")
    visit = Visit(seen=("c0090", "c0091"), liked=(liked,), skipped=(skipped,))
    page = page_of(clips, visit, limit=40)
    assert page[0].clip.understood[0].value == "whale"
    assert page[0].terms["wanted"] > 0
    subjects = [one.clip.understood[0].value for one in page]
    assert "rocket" not in subjects[:10]
    assert min(one.terms.get("unwanted", 0.0) for one in page) < 0


def test_taste_crosses_languages_through_what_was_understood() -> None:
    whale = Slot("subject", "whale", 0.9, ("baleine",))
    liked = replace(clip(90, "une baleine"), understood=(whale,))
    english = replace(clip(1, "a whale"), understood=(Slot("subject", "whale", 0.9, ("whale",)),))
    page = page_of([clip(2, "a rocket"), english, clip(3, "a fox")], Visit(liked=(liked,)))
    assert page[0].clip.id == "c0001"


def test_the_newest_reaction_counts_most() -> None:
    clips = [pictured(n, SUBJECTS[n % 8], "city") for n in range(16)]
    whale, fox = pictured(90, "whale", "sea"), pictured(91, "fox", "forest")
    before = page_of(clips, Visit(liked=(whale, fox)), limit=1)
    after = page_of(clips, Visit(liked=(fox, whale)), limit=1)
    assert before[0].clip.understood[0].value == "fox"
    assert after[0].clip.understood[0].value == "whale"


def test_the_same_thing_again_and_again_tires() -> None:
    clips = [pictured(n, "whale", "sea") for n in range(6)] + [pictured(9, "fox", "forest")]
    page = page_of(clips, Visit(seen=("c0000", "c0001", "c0002", "c0003")))
    assert page[0].clip.id == "c0009"
    assert page[-1].terms["tired"] < 0


def test_what_somebody_is_not_shown_tires_them_of_nothing() -> None:
    clips = [pictured(n, "whale", "sea") for n in range(6)]
    page = page_of(clips, Visit(barred=frozenset(one.id for one in clips[:5])))
    assert [one.clip.id for one in page] == ["c0005"]
    assert "tired" not in page[0].terms


def test_a_page_is_varied() -> None:
    loved = Counts(views=100, likes=20)
    whales = [pictured(n, "whale", "sea", counts=loved) for n in range(30)]
    others = [pictured(50 + n, SUBJECTS[1 + n % 7], PLACES[n % 5]) for n in range(20)]
    subjects = Counter(one.clip.understood[0].value for one in page_of(whales + others))
    assert subjects["whale"] <= 4
    assert len(subjects) >= 5


def test_a_new_clip_without_views_gets_its_place_among_the_famous() -> None:
    loved = Counts(views=1000, likes=600)
    famous = [pictured(n, SUBJECTS[n % 8], PLACES[n % 5], counts=loved) for n in range(100)]
    unseen = clip(500, "an old grey stone", age=47 * HOUR, counts=Counts())
    page = page_of([*famous, unseen])
    assert ids(page)[DEFAULT.chance_every - 1] == unseen.id
    assert page[DEFAULT.chance_every - 1].terms["chance"] > 0


def test_everybody_draws_other_new_clips_but_always_the_same_ones() -> None:
    loved = Counts(views=1000, likes=600)
    famous = [pictured(n, SUBJECTS[n % 8], PLACES[n % 5], counts=loved) for n in range(60)]
    unseen = [clip(500 + n, f"stone number{n}", age=40 * HOUR, counts=Counts()) for n in range(20)]
    candidates = CandidateSet(famous + unseen)
    draws = set()
    for person in range(60):
        page = rank(candidates, Visit(person=f"p{person}"), NOW, 5)
        assert page == rank(candidates, Visit(person=f"p{person}"), NOW, 5)
        draws.add(page[4].clip.id)
    assert draws <= {one.id for one in unseen}
    assert len(draws) >= 15


def test_old_or_disliked_clips_get_no_such_place() -> None:
    loved = Counts(views=1000, likes=600)
    famous = [pictured(n, SUBJECTS[2 + n % 6], PLACES[n % 5], counts=loved) for n in range(60)]
    old = clip(500, "an old grey stone", age=49 * HOUR, counts=Counts())
    disliked = pictured(501, "rocket", "desert", age=HOUR, counts=Counts())
    visit = Visit(skipped=(pictured(90, "rocket", "desert"),))
    assert not {"c0500", "c0501"} & set(ids(page_of([*famous, old, disliked], visit, limit=9)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_visit_bends_towards_what_is_liked(seed: int) -> None:
    """Somebody likes every whale and skips every rocket, eight pages long."""
    dice = random.Random(seed)
    clips = [
        pictured(n, dice.choice(SUBJECTS), dice.choice(PLACES), age=dice.uniform(1, 48) * HOUR)
        for n in range(500)
    ]
    candidates, visit = CandidateSet(clips), Visit(person=f"p{seed}")
    shown: Counter[str | None] = Counter()
    for turn in range(8):
        page = [one.clip for one in rank(candidates, visit, NOW, 5)]
        subject = {one.id: one.understood[0].value for one in page}
        visit = replace(
            visit,
            seen=visit.seen + tuple(subject),
            liked=visit.liked + tuple(c for c in page if subject[c.id] == "whale"),
            skipped=visit.skipped + tuple(c for c in page if subject[c.id] == "rocket"),
        )
        if turn >= 3:
            shown.update(subject.values())
    chance = sum(shown.values()) / len(SUBJECTS)
    assert shown["whale"] >= 2 * chance
    assert shown["rocket"] <= chance / 2


@pytest.mark.parametrize("bad", ["", " ", "🐋", "the"])
def test_texts_that_say_nothing_rank_all_the_same(bad: str) -> None:
    clips = [clip(number, bad) for number in range(5)]
    assert len(page_of(clips, Visit(liked=(clips[0],), skipped=(clips[1],)))) == 3


def test_what_is_wished_for_comes_first_and_what_is_not_comes_late() -> None:
    """Also where all of it is by one author, who otherwise has few places."""
    whales = [pictured(number, "whale", "sea", author="one") for number in range(4)]
    foxes = [pictured(number, "fox", "forest") for number in range(4, 30)]
    more, less = ids_of(whales), ids_of(foxes[::2])
    page = page_of([*foxes, *whales], Visit(more=more, less=less), limit=30)
    assert set(ids(page)[: len(whales)]) == more
    for one in page:
        wish = one.terms.get("wish", 0.0)
        assert (wish > 0, wish < 0) == (one.clip.id in more, one.clip.id in less)
    late = [place for place, one in enumerate(page) if one.clip.id in less]
    others = [place for place, one in enumerate(page) if one.clip.id not in more | less]
    assert sum(late) / len(late) > sum(others) / len(others)


def ids_of(clips: Sequence[Clip]) -> frozenset[str]:
    return frozenset(clip.id for clip in clips)
