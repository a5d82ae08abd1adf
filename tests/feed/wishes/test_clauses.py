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
        ("spiders, never", [("none", "spiders")]),
        ("no dogs but cats", [("none", "dogs"), ("more", "cats")]),
        ("nothing but whales", [("more", "whales")]),
        ("I don't mind wolves", [("more", "wolves")]),
        ("je ne veux voir que des chats", [("more", "chats")]),
        ("on veut plus de chats", [("more", "chats")]),
        ("can't get enough of cats", [("more", "cats")]),
        (
            "cats, I don't want dogs and more fish",
            [("more", "cats"), ("none", "dogs"), ("more", "fish")],
        ),
        ("nothing", []),
        ("", []),
    ],
)
def test_a_wish_is_cut_where_it_says_how_much(text: str, clauses: list[tuple[str, str]]) -> None:
    assert told(text) == clauses


NEGATIONS = (
    *("I do not want to see any more {}", "I don't want any more {}", "never show me any more {}"),
    *("everything but {}", "anything but {}", "everything except {}", "all except for {}"),
    *("I can't stand {}", "I cannot stand {}", "I don't ever want to see {}", "{}? No thanks"),
    *("I am not interested in {}", "I could do without {}", "no {} at all", "I'm bored of {}"),
)
NEGATIONS_FRENCH = (
    *("ne me montre plus d'{}", "plus d'{} du tout", "plus du tout d'{}", "n'affiche plus d'{}"),
    *("on ne veut plus d'{}", "j'en ai assez des {}", "j'en ai assez d'{}", "tout sauf les {}"),
    *("{} : non", "non aux {}", "non merci, pas d'{}", "je n'aime plus les {}", "{}, jamais"),
    *("je ne veux voir aucune {}", "je voudrais ne plus voir d'{}", "ne montre jamais d'{}"),
    *("ras le bol des {}", "à part les {}", "pas d'{} du tout", "je ne supporte pas les {}"),
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((one, "spiders") for one in NEGATIONS),
        *((one, "araignées") for one in NEGATIONS_FRENCH),
        ("je ne veux voir {}", "personne"),
        ("je ne veux plus voir {}", "personne"),
    ],
)
def test_what_is_not_wanted_is_not_taken_for_what_is(text: str, said: str) -> None:
    found = [one for one in told(text.format(said)) if one[1] not in {"everything", "all"}]
    assert found in ([("none", said)], [("none", f"les {said}")])


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
    assert [one.timed for one in cut_clauses("pas de loups pour moi")] == [False]
    assert [one.lasts for one in cut_clauses("pas de loups pour un mois")] == [30 * DAY_S]
