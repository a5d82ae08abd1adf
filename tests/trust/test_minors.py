"""What is refused of minors as well, in both languages, and of nobody else."""

import pytest

from phosphene.trust.policy import decide, judge_words
from phosphene.trust.refusal_rules import load_rules

RULES = load_rules()
STRICTER = [
    ("drugs", "a man drinks a glass of wine", "un homme boit un verre de vin"),
    ("drugs", "an old sailor smoking a cigar", "une femme avec une vapoteuse"),
    ("gambling", "a slot machine that wins", "une machine à sous qui gagne"),
    ("weapons", "a cowboy with a revolver", "un chasseur avec un fusil"),
    ("horror", "a serial killer in the woods", "un tueur en série dans les bois"),
    ("suggestive", "a sexy dancer", "une danseuse sensuelle"),
    ("dangerous_acts", "boys train surfing", "des garçons jouent au jeu du foulard"),
]
INNOCENT = [
    "a red fox in the snow",
    "un verre d'eau sur la table",
    "children with a water gun",
    "un pistolet à eau jaune",
    "a glass of milk",
    "a boy plays cards with his grandmother",
    "le vent dans les vignes",
    "a knight with a shield",
    "a bubble gun at a birthday",
    "une drôle de machine à coudre",
]


@pytest.mark.parametrize("language", [1, 2])
@pytest.mark.parametrize("row", STRICTER, ids=lambda row: row[0])
def test_a_minor_is_refused_in_both_languages(row: tuple[str, str, str], language: int) -> None:
    code, text = row[0], row[language]
    refusal = decide(text, RULES, minor=True)
    assert refusal is not None, text
    assert (refusal.code, refusal.rule) == (code, f"categories/{code}")
    assert decide(text, RULES) is None, text
    judged = judge_words(text, RULES, minor=True)
    assert judged is not None
    assert judge_words(text, RULES) is None


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_harmless_is_drawn_for_minors_too(text: str) -> None:
    assert decide(text, RULES, minor=True) is None


def test_what_is_refused_of_all_says_the_same_to_a_minor() -> None:
    for text in ("a naked woman", "Mickey Mouse on a boat"):
        assert decide(text, RULES, minor=True) == decide(text, RULES)
