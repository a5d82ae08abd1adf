"""What the heads say beside the words."""

import pytest

from phosphene.meaning.meaning_messages import HeadScore, TextRead
from phosphene.trust.content_verdict import innocent_categories, refuse_content
from phosphene.trust.policy import decide
from phosphene.trust.refusal_rules import load_rules

LIMIT, CALM = 2.0, -1.0


def read(**scores: float) -> TextRead:
    return TextRead(1, (), {c: HeadScore(score, LIMIT, CALM) for c, score in scores.items()})


@pytest.mark.parametrize(("score", "refused"), [(1.9, False), (2.0, True), (9.0, True)])
def test_what_no_word_told_is_refused_from_the_limit_on(score: float, refused: bool) -> None:
    found = refuse_content(read(violence=score), load_rules())
    told = [(one.code, one.layer, one.threshold, one.ask) for one in found]
    assert told == [("violence", "meaning", LIMIT, False)] * refused


def test_all_categories_speak_the_severe_ones_first_then_the_furthest_over() -> None:
    scores = read(violence=2.5, hate=4.0, sexual=2.1, weapons=1.0)
    found = [one.code for one in refuse_content(scores, load_rules())]
    assert found == ["sexual", "hate", "violence"]


def test_a_word_in_innocent_meaning_is_drawn_where_that_is_allowed() -> None:
    rules = load_rules()
    text = "a poster about torture, for human rights day"
    assert decide(text, rules) is not None
    innocent = innocent_categories(read(violence=-2.0))
    assert decide(text, rules, innocent=innocent) is None
    assert decide(text, rules, innocent=innocent_categories(read(violence=-0.5))) is not None


def test_no_measure_takes_back_what_is_said_of_minors_and_of_sexual_pictures() -> None:
    assert innocent_categories(read(minors=-9.0, sexual=-9.0, weapons=-9.0)) == frozenset()
    assert innocent_categories(None) == frozenset()
