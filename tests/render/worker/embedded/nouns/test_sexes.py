import pytest

from phosphene.render.worker.embedded.nouns.looks import FIGURES
from phosphene.render.worker.embedded.nouns.sexes import sex_told
from phosphene.render.worker.embedded.nouns.tokens import tokens
from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("a teacher dancing in her bedroom", "w"),
        ("an office worker asleep at his desk", "m"),
        ("a teacher and her man", ""),
        ("a teacher with his sister and her dog", ""),
        ("a witch on a broom", "w"),
        ("a policeman", "m"),
        ("a doctor in a garden", ""),
        ("une touriste perdue dans paris", "w"),
        ("un touriste", ""),
        ("une personne qui court", ""),
        ("le chien d'une voisine", ""),
    ],
)
def test_articles_and_pronouns_tell_a_man_or_a_woman(text: str, sex: str) -> None:
    reading = read(text)
    first = next((s for s in reading.said if s.role == "subject"), None)
    assert sex_told(tokens(text), first, reading, FIGURES) == sex
