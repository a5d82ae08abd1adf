"""A rewording replaces the name, keeps one article, and is something that can be drawn."""

from pathlib import Path

import pytest

from phosphene.trust.policy import decide, load_rules
from tests.trust.shipped import RULES


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("the Batman at night", "a caped hero at night"),
        ("the famous Taylor Swift sings", "the famous pop singer sings"),
        ("a young Harry Potter flies", "a young wizard flies"),
        ("my Pikachu sleeps", "my small yellow creature sleeps"),
        ("a bright Star Wars sky", "a bright space adventure sky"),
        ("a boy meets Harry Potter", "a boy meets a young wizard"),
        ("un petit Pikachu dans la forêt", "une petite créature jaune dans la forêt"),
        ("une photo du célèbre Tintin", "une photo du célèbre jeune reporter"),
        ("la voiture de James Bond", "la voiture d'un agent secret"),
    ],
)
def test_the_name_only_and_one_article(text: str, allowed: str) -> None:
    refusal = decide(text, RULES)
    assert refusal is not None
    assert refusal.allowed == allowed


def test_two_of_somebody_are_not_reworded() -> None:
    refusal = decide("two Brad Pitts dance", RULES)
    assert refusal is not None
    assert refusal.allowed is None


@pytest.mark.parametrize("instead", ["a grumble", "a Zorbleflux", "a Blorpengast"])
def test_a_rewording_that_is_refused_itself_is_not_offered(tmp_path: Path, instead: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(f"""
version = "mine"
[[categories]]
code = "rude"
message = "Be kind."
phrases = ["grumble"]
[[names]]
kind = "brand"
code = "brand"
message = "{{name}} belongs to {{holder}}."
en = "{instead}"
fr = "une chose"
list = [{{ name = "Zorbleflux", holder = "Zorb Ltd" }}, {{ name = "Blorpengast" }}]
""")
    refusal = decide("a zorbleflux at night", load_rules(file))
    assert refusal is not None
    assert refusal.message == "Zorbleflux belongs to Zorb Ltd."
    assert refusal.allowed is None
