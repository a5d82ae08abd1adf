import numpy as np
import torch

from phosphene.render.worker.embedded.nouns.person_shape import CARD
from training.nouns.person_judge import People, PersonJudge, asked, cast, dressed, skill


def test_a_card_has_what_is_told_and_nothing_that_cannot_be() -> None:
    rng = np.random.default_rng(1)
    made = [cast(rng) for _ in range(200)]
    shares = np.array([told for _, told in made]).mean(0)
    assert (shares > 0.3).all()
    assert (shares < 0.7).all()
    assert all(card.beard == "none" for card, _ in made if card.age == "child")


def people(*cards: tuple[str, str]) -> People:
    """Who has such a length of hair and such headwear, of whom everything is told."""
    rng = np.random.default_rng(2)
    row = {"bald": 0, "long": 3, "none": 0, "hat": 2}
    rows = np.array([cast(rng)[0].row for _ in cards])
    rows[:, 2] = [row[length] for length, _ in cards]
    rows[:, 5] = [row[worn] for _, worn in cards]
    told = np.ones((len(cards), len(CARD)), bool)
    return People(np.zeros((len(cards), 9, 96, 96), np.uint8), rows, told)


def test_nobody_is_asked_of_hair_below_a_hat_nor_of_what_was_not_told() -> None:
    two = people(("long", "none"), ("bald", "hat"))
    two.told[0, list(CARD).index("age")] = False
    names = list(CARD)
    assert asked(two)[:, names.index("length")].tolist() == [True, False]
    assert asked(two)[:, names.index("age")].tolist() == [False, True]
    logits = {
        field: torch.nn.functional.one_hot(two.cards[:, k], values).float()
        for k, (field, values) in enumerate(CARD.items())
    }
    found = skill(logits, two)
    assert found["length"] == (1, 1)
    assert found["clothes"] == (2, 2)
    assert found["age"] == (1, 1)


def test_people_wear_the_inks_of_their_cards() -> None:
    one = people(("long", "none"))
    inks = dressed(one.rows)
    assert inks.shape == (1, 5, 3)
    assert 0 <= float(inks.min()) <= float(inks.max()) <= 1


def test_it_answers_every_field() -> None:
    told = PersonJudge().eval()(torch.rand(2, 3, 96, 96))
    assert {field: logits.shape[1] for field, logits in told.items()} == dict(CARD)
