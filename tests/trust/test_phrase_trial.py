"""What an innocent phrase would let through is known before it is one."""

import pytest

from phosphene.errors import Unusable
from phosphene.trust.phrase_trial import try_phrase
from phosphene.trust.refusal_rules import load_rules

RULES = load_rules()


@pytest.mark.parametrize(
    ("phrase", "prompt", "through"),
    [
        ("mickey mouse", "mickey mouse dances", "mickey mouse"),
        ("mickey mouse dances", "mickey mouse dances", "mickey mouse"),
        ("red star", "a red star wars film", "star wars"),
        ("swift", "taylor swift sings", "taylor swift"),
    ],
)
def test_listed_names_that_would_pass_are_told(phrase: str, prompt: str, through: str) -> None:
    assert through in try_phrase(phrase, prompt, RULES).names


def test_severe_phrases_that_would_pass_are_told() -> None:
    tried = try_phrase("nude colored dress", "a nude colored dress", RULES)
    assert "nude" in tried.severe


def test_what_else_is_loosened_is_shown_and_is_no_reason_to_refuse() -> None:
    tried = try_phrase("strangled", "a strangled clarinet sings", RULES)
    assert tried.frees
    assert "strangled" in tried.loosened
    assert not tried.names
    tried = try_phrase("strangled clarinet", "a strangled clarinet sings", RULES)
    assert (tried.frees, tried.names, tried.severe, tried.loosened) == (True, (), (), ())


def test_a_misspelt_name_is_named() -> None:
    assert try_phrase("mikey mouse", "mikey mouse dances", RULES).read_as == "Mickey Mouse"


@pytest.mark.parametrize("phrase", ["", "a", "at sea by", "пират", "..."])
def test_a_phrase_is_words_of_the_prompt(phrase: str) -> None:
    with pytest.raises(Unusable):
        try_phrase(phrase, "a pirate at sea пират", RULES)
