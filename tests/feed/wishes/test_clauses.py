import pytest

from phosphene.feed.wishes.clauses import DAY_S, HOUR_S, cut_clauses


def told(text: str) -> list[tuple[str, str]]:
    return [(one.polarity, one.said) for one in cut_clauses(text)]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("More underwater, nothing scary", [("more", "underwater"), ("none", "scary")]),
        ("plus de chats et moins de chiens", [("more", "chats"), ("less", "chiens")]),
        (
            "no spiders, snakes or ghosts",
            [("none", one) for one in ("spiders", "snakes", "ghosts")],
        ),
        ("spiders: none", [("none", "spiders")]),
        ("more cats no dogs", [("more", "cats"), ("none", "dogs")]),
        ("je ne veux plus voir de clowns", [("none", "clowns")]),
        ("je veux plus de clowns", [("more", "clowns")]),
        ("plus rien de triste", [("none", "triste")]),
        ("rien que des baleines", [("more", "baleines")]),
        ("no more wolves", [("none", "wolves")]),
        ("pas trop de pluie", [("less", "pluie")]),
        ("whales", [("more", "whales")]),
        ("nothing", []),
        ("", []),
    ],
)
def test_a_wish_is_cut_where_it_says_how_much(text: str, clauses: list[tuple[str, str]]) -> None:
    assert told(text) == clauses


@pytest.mark.parametrize(
    ("text", "lasts"),
    [
        ("no rain for two weeks", [14 * DAY_S]),
        ("pas de pluie pendant 3 jours", [3 * DAY_S]),
        ("more cats for a month, less dogs this week", [30 * DAY_S, 7 * DAY_S]),
        ("more cats, no dogs for an hour", [HOUR_S, HOUR_S]),
        ("aujourd'hui que du calme, rien de triste", [18 * HOUR_S] * 2),
        ("no wolves for ever", [None]),
        ("no wolves for 999 years", [366 * DAY_S]),
    ],
)
def test_for_how_long_is_no_part_of_what(text: str, lasts: list[float | None]) -> None:
    found = cut_clauses(text)
    assert [one.lasts for one in found] == lasts
    assert all(one.timed for one in found)
    assert not {"for", "week", "jours", "hour", "aujourd"} & {
        word for one in found for word in one.said.split()
    }


def test_where_nothing_is_said_of_time_nothing_is_made_up() -> None:
    assert [one.timed for one in cut_clauses("no wolves")] == [False]
