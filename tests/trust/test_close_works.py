"""When a text that comes close to a work is asked about, and when it is refused."""

import pytest

from phosphene.meaning.meaning_messages import CloseWork, TextRead
from phosphene.trust.close_refusals import place_of, refuse_close, rewordings_of
from phosphene.trust.close_works import (
    Closeness,
    closeness_thresholds,
    judge_closeness,
    load_works,
)
from phosphene.trust.refusal_rules import load_rules

WORKS = 50
ASK, REFUSE = closeness_thresholds(WORKS)
SHARED = ("web", "wrists", "towers")
MANY = (*SHARED, "red", "mask")


def read(*works: CloseWork) -> TextRead:
    return TextRead(1, works)


def test_thresholds_rise_with_the_number_of_works() -> None:
    before = (0.0, 0.0)
    for works in (1, 10, 50, 400, 800):
        ask, refuse = closeness_thresholds(works)
        assert before[0] < ask < refuse < 1
        assert before[1] < refuse
        before = ask, refuse
    assert closeness_thresholds(0) == closeness_thresholds(1)


@pytest.mark.parametrize(
    ("score", "outcome"),
    [
        (ASK - 0.01, None),
        (ASK, "ask"),
        (REFUSE - 0.01, "ask"),
        (REFUSE, "refuse"),
        (1.2, "refuse"),
    ],
)
def test_between_the_two_it_is_asked(score: float, outcome: str | None) -> None:
    found = judge_closeness(read(CloseWork("Spider-Man", score, MANY)), WORKS)
    assert (found.outcome if found else None) == outcome


def test_a_closer_work_of_too_few_words_leaves_the_next() -> None:
    works = CloseWork("Shrek", ASK + 0.02, ("ogre", "donkey")), CloseWork("Hulk", ASK + 0.01, MANY)
    found = judge_closeness(read(*works), WORKS)
    assert found is not None
    assert found.work.entry == "Hulk"


@pytest.mark.parametrize("shared", [("ogre",), ("monkey", "bananas")])
def test_a_word_or_two_in_common_are_nothing(shared: tuple[str, ...]) -> None:
    assert judge_closeness(read(CloseWork("Shrek", 1.0, shared)), WORKS) is None


@pytest.mark.parametrize(
    ("shared", "common", "asked"), [(3, 0, True), (3, 1, False), (4, 2, True), (4, 4, False)]
)
def test_words_of_many_prompts_count_half(shared: int, common: int, asked: bool) -> None:
    said = ("web", "wrists", "old", "friends")[:shared]
    near = judge_closeness(read(CloseWork("Spider-Man", ASK + 0.01, said, common)), WORKS)
    assert (near is not None) is asked
    far = judge_closeness(read(CloseWork("Spider-Man", REFUSE, said, common)), WORKS)
    assert far is not None


def test_with_a_few_words_in_common_it_is_only_asked() -> None:
    found = judge_closeness(read(CloseWork("Nemo", 1.0, ("turtle", "fish", "sea"))), WORKS)
    assert found is not None
    assert found.outcome == "ask"


def test_an_entry_that_holds_no_more_lets_the_next_speak() -> None:
    works = CloseWork("Shrek", 1.0, SHARED), CloseWork("Hulk", ASK, SHARED)
    found = judge_closeness(read(*works), WORKS, free=["Shrek"])
    assert found is not None
    assert (found.work.entry, found.outcome) == ("Hulk", "ask")


def test_an_entry_that_was_wrong_too_often_only_asks() -> None:
    found = judge_closeness(read(CloseWork("Shrek", 1.0, MANY)), WORKS, ask_only=["Shrek"])
    assert found is not None
    assert found.outcome == "ask"


def test_what_is_said_names_the_work_its_holder_and_what_both_share() -> None:
    rules = load_rules()
    asked = refuse_close(Closeness(CloseWork("Spider-Man", 0.612345, SHARED), "ask", ASK), rules)
    assert asked is not None
    assert asked.ask
    assert "“web”, “wrists”, “towers”" in asked.message
    assert (asked.entry, asked.layer, asked.score) == ("Spider-Man", "meaning", 0.612)
    assert asked.holder
    refused = refuse_close(Closeness(CloseWork("Spider-Man", 0.9, SHARED), "refuse", 0.7), rules)
    assert refused is not None
    assert not refused.ask
    assert "leave" in refused.message
    nobody = Closeness(CloseWork("Nobody Knows", 0.9, SHARED), "refuse", 0.7)
    assert refuse_close(nobody, rules) is None


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("a green ogre with a donkey in a dark wood", " in a dark wood"),
        ("un ogre vert et son âne dans un bois", " dans un bois"),
        ("in a swamp an ogre with a donkey", ""),
    ],
)
def test_what_is_offered_keeps_the_place_behind_what_matched(text: str, offered: str) -> None:
    matched = ("ogre", "donkey", "âne")
    assert place_of(text, matched) == offered
    rules = load_rules()
    refusal = refuse_close(Closeness(CloseWork("Shrek", 0.9, matched), "refuse", 0.7), rules)
    assert refusal is not None
    told = list(rewordings_of(refusal, text, ["a donkey"], rules))
    assert all(one.endswith(offered) for one in told[:1])
    assert f"a donkey{offered}" in told


def test_every_shipped_work_is_an_entry_of_the_rules() -> None:
    entries = load_rules().entries
    assert all(one.entry in entries and len(one.texts) == 6 for one in load_works())
