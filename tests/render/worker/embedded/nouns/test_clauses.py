import pytest

from phosphene.render.worker.embedded.nouns.clauses import camera_words, style_words
from phosphene.render.worker.embedded.nouns.english import ENGLISH
from phosphene.render.worker.embedded.nouns.french import FRENCH
from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.tokens import tokens
from tests.render.worker.embedded.nouns.test_reader import read


def said(found: frozenset[int], text: str) -> str:
    return " ".join(word.folded for k, word in enumerate(tokens(text)) if k in found)


@pytest.mark.parametrize(
    ("text", "grammar", "expected"),
    [
        ("a fox runs, blade runner vibe", ENGLISH, "blade runner vibe"),
        ("a fox in the style of Monet", ENGLISH, "style of monet"),
        ("a fox runs", ENGLISH, ""),
        ("un renard, ambiance cyberpunk", FRENCH, "ambiance cyberpunk"),
        ("un renard dans le style de Monet", FRENCH, "style de monet"),
    ],
)
def test_in_whose_manner(text: str, grammar: Grammar, expected: str) -> None:
    assert said(style_words(tokens(text), grammar), text) == expected


@pytest.mark.parametrize(
    ("text", "grammar", "expected"),
    [
        ("aerial drone shot of a castle", ENGLISH, "aerial drone shot of"),
        ("a dolly in on an astronaut", ENGLISH, "dolly in on"),
        ("a camera on a table", ENGLISH, ""),
        ("a fox, the camera comes closer", ENGLISH, "camera comes closer"),
        ("un renard, la caméra se rapproche", FRENCH, "camera se rapproche"),
        ("vue par drone d'un phare", FRENCH, "vue par drone"),
    ],
)
def test_how_it_is_shown(text: str, grammar: Grammar, expected: str) -> None:
    assert expected in said(camera_words(tokens(text), grammar), text)


@pytest.mark.parametrize("text", ["a man holds the camera", "the camera", "a fox, a camera falls"])
def test_a_camera_that_is_seen_is_a_thing(text: str) -> None:
    assert camera_words(tokens(text), ENGLISH) == frozenset()


def test_what_flies_is_where_a_view_is_from() -> None:
    found = read("vue d'avion, la ville illuminée")
    assert (found.subject, found.place) == (None, "city")
