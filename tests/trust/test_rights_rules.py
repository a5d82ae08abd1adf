"""What holders registered, as rules, and what it conflicts with."""

from datetime import date

import pytest
from msgspec.structs import asdict, replace

from phosphene.errors import BadInput, Unusable
from phosphene.rights import NewRight, Right, check_right
from phosphene.trust.policy import decide
from phosphene.trust.refusal_rules import Rules, load_rules
from phosphene.trust.rights_rules import check_letters, find_conflicts, keys_of, rights_layer

TODAY = date(2026, 11, 30)
ZORB = NewRight(kind="character", name="Zorbleflux", also=("Зорблефлюкс",), mode="refuse")
STYLE = NewRight(
    kind="style",
    name="Ilvane Morrigold",
    mode="ask",
    instead_en="in flat paper cut-outs",
    instead_fr="en papiers découpés à plat",
)


def live(new: NewRight, right_id: str = "r1") -> Right:
    told = {"holder": "Zorb Inc.", "domain": "zorb.example", "state": "confirmed", "at": 0.0}
    return Right(**asdict(new), id=right_id, **told)  # type: ignore[arg-type]


def rules_of(*rights: Right) -> Rules:
    return Rules(rights_layer(rights, TODAY), "rights")


@pytest.mark.parametrize("text", ["Zorbleflux at sea", "le Z0rbleflux danse", "это Зорблефлюкс"])
def test_a_registered_name_is_found_however_it_is_written(text: str) -> None:
    refusal = decide(text, rules_of(live(ZORB)))
    assert refusal is not None
    assert refusal.code == "rights"
    assert "Zorb Inc." in refusal.message


def test_a_style_is_one_only_where_it_is_asked_for_and_its_technique_is_offered() -> None:
    rules = rules_of(live(STYLE))
    assert decide("a portrait by the lake, Ilvane Morrigold looks on", rules) is None
    english = decide("a fox in the style of Ilvane Morrigold", rules)
    french = decide("un renard dans le style de Ilvane Morrigold", rules)
    assert english is not None
    assert french is not None
    assert english.allowed == "a fox in flat paper cut-outs"
    assert french.allowed == "un renard en papiers découpés à plat"


def test_what_nobody_has_looked_at_offers_no_words_of_its_holder() -> None:
    rude = replace(live(ZORB), state="asks", instead_en="a rude word")
    refusal = decide("Zorbleflux at sea", rules_of(rude))
    assert refusal is not None
    assert refusal.allowed == "a cartoon character at sea"


def test_what_is_allowed_to_all_or_not_live_says_nothing() -> None:
    silent = [
        live(replace(ZORB, mode="allow")),
        replace(live(ZORB), state="waits"),
        replace(live(ZORB), state="withdrawn"),
        replace(live(ZORB), until=date(2026, 11, 29)),
    ]
    assert rights_layer(silent, TODAY).names == ()


@pytest.mark.slow
def test_conflicts_are_found() -> None:
    rules = load_rules()
    latin = replace(ZORB, also=())
    assert find_conflicts(latin, rules) == ()
    assert find_conflicts(ZORB, rules) == ("other letters",)
    for name in ("Red Cat", "su nset", "atsunset", "au bord de la mer", "auborddelamer"[:6]):
        assert find_conflicts(replace(latin, name=name), rules) == ("common words",), name
    mickey = find_conflicts(replace(ZORB, name="Mickey Mouse"), rules)
    assert "somebody else's entry" in mickey
    assert keys_of(replace(latin, name="ZORBLEFLUX")) == keys_of(latin)
    assert "a style" in find_conflicts(STYLE, rules)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"mode": "licence"}, "terms"),
        ({"kind": "style"}, "instead"),
        ({"kind": "estate"}, "died"),
        ({"kind": "estate", "died": 1890}, "died"),
        ({"described": ("a purple lizard in a waistcoat",)}, "looks"),
        ({"kind": "brand", "described": ("a purple lizard in a waistcoat",) * 3}, "character"),
    ],
)
def test_an_entry_says_what_it_must(change: dict[str, object], wanted: str) -> None:
    check_right(ZORB, TODAY)
    with pytest.raises(Unusable, match=wanted):
        check_right(replace(ZORB, **change), TODAY)


def test_the_style_of_the_long_dead_is_everybodys() -> None:
    check_right(replace(STYLE, died=1990), TODAY)
    with pytest.raises(Unusable, match="everybody"):
        check_right(replace(STYLE, died=1890), TODAY)


def test_what_has_no_letters_matches_nothing() -> None:
    with pytest.raises(BadInput):
        check_letters(replace(ZORB, also=("!!",)))
