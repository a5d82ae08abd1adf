import pytest

from phosphene.render.worker.embedded.nouns.endings import stems


@pytest.mark.parametrize(
    ("word", "language", "name"),
    [
        ("lehrerinnen", "de", "lehrer"),
        ("luces", "es", "luz"),
        ("panaderas", "es", "panadero"),
        ("perrito", "es", "perro"),
        ("funghi", "it", "fungo"),
        ("attrice", "it", "attore"),
        ("avioes", "pt", "aviao"),
        ("katten", "nl", "kat"),
        ("bomen", "nl", "boom"),
        ("blommorna", "sv", "blomma"),
        ("cyklen", "da", "cykel"),
        ("kotem", "pl", "kot"),
        ("собаку", "ru", "собака"),
        ("кішки", "uk", "кішка"),
    ],
)
def test_a_form_is_led_back_to_its_name(word: str, language: str, name: str) -> None:
    assert name in [*stems(word, language)]


def test_signs_keep_their_ends_and_short_words_too() -> None:
    assert [*stems("猫的", "zh")] == []
    assert all(len(stem) >= 3 for stem in stems("osos", "es"))
