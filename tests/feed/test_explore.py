"""A wall of what is worth a look."""

from phosphene.feed.explore import PER_AUTHOR, RISING_S, ROW, explore
from phosphene.model import Clip, Conditions, Counts, Person, Recipe, Slot, Status

NOW = 1_000_000.0
RECIPE = Recipe(
    model="m",
    fingerprint="f",
    text="x",
    seed=1,
    seconds=5,
    width=9,
    height=16,
    fps=24,
    steps=9,
    # As what was drawn has: they hold a dict, and cannot be hashed.
    conditions=Conditions(settings={"threads": "1"}),
)


def clip(
    clip_id: str,
    *,
    age_s: float = 60.0,
    likes: int = 0,
    shows: tuple[str, str] | None = None,
    author: str = "",
    status: Status = "done",
) -> Clip:
    return Clip(
        id=clip_id,
        author=Person(author or clip_id, "h"),
        text="x",
        seconds=5,
        status=status,
        created_at=NOW - age_s,
        counts=Counts(likes=likes),
        understood=(Slot(*shows, 1.0),) if shows else (),
        recipe=RECIPE,
    )


def test_what_is_liked_fast_rises_first_and_what_is_old_or_unliked_does_not() -> None:
    wall = explore(
        [
            clip("unliked"),
            clip("old", age_s=RISING_S + 1, likes=900),
            clip("slow", age_s=40_000, likes=9),
            clip("fast", age_s=400, likes=9),
            clip("one", age_s=20_000, likes=1),
        ],
        NOW,
    )
    assert [one.id for one in wall.rising] == ["fast", "slow", "one"]
    assert wall.live == []


def test_what_is_being_drawn_is_there_newest_first() -> None:
    on_air = [clip(f"l{n}", age_s=n, status="live") for n in range(ROW + 3)]
    wall = explore([*on_air, clip("q", status="queued"), clip("d")], NOW)
    assert [one.id for one in wall.live] == [f"l{n}" for n in range(ROW)]


def test_subjects_and_places_that_most_have_come_first() -> None:
    clips = [clip(f"f{n}", shows=("subject", "fox"), age_s=n) for n in range(3)]
    clips += [clip(f"w{n}", shows=("subject", "hot air balloon"), likes=n) for n in range(2)]
    clips += [clip("p0", shows=("place", "sea")), clip("p1", shows=("place", "sea"))]
    wall = explore([*clips, clip("o", shows=("subject", "owl"))], NOW)
    assert [(row.tag, row.count) for row in wall.subjects] == [
        ("subject:fox", 3),
        ("subject:hot_air_balloon", 2),
    ]
    assert [one.id for one in wall.subjects[0].clips] == ["f0", "f1", "f2"]
    assert [one.id for one in wall.subjects[1].clips] == ["w1", "w0"]
    assert [row.tag for row in wall.places] == ["place:sea"]


def test_nobody_fills_a_row_alone_while_there_are_others() -> None:
    many = [clip(f"m{n}", author="m", likes=9, age_s=n) for n in range(5)]
    rising = [one.id for one in explore([*many, clip("other", likes=1)], NOW).rising]
    assert rising[PER_AUTHOR] == "other"
    assert len(rising) == 6
