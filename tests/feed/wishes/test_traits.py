import pytest

from phosphene.feed.wishes.traits import ClipTraits, Traits
from phosphene.feed.wishes.vocabulary import load_vocabulary
from phosphene.model import Slot
from tests.feed.wishes.made import a_clip, prompt_words


def traits(text: str, *slots: tuple[str, str]) -> Traits:
    return ClipTraits(prompt_words(), load_vocabulary()).traits_of(a_clip(text, *slots))


def test_what_a_model_understood_is_believed_before_the_words() -> None:
    found = traits("a wolf", ("subject", "dog"), ("place", "clouds"))
    assert {"subject:dog", "group:animal", "place:sky", "word:wolf"} <= found
    assert "subject:wolf" not in found


def test_where_no_model_says_what_it_understood_the_words_are_read() -> None:
    french = traits("un renard dans la neige, la nuit")
    assert {"subject:fox", "place:snow", "weather:snow", "time:night", "group:animal"} <= french


def test_who_lives_under_water_is_there_unless_they_are_elsewhere() -> None:
    assert "place:underwater" in traits("a jellyfish")
    assert "place:underwater" not in traits(
        "a jellyfish", ("subject", "jellyfish"), ("place", "room")
    )


def test_what_may_scare_is_told_apart_from_what_does() -> None:
    assert "feeling:scary" in traits("a zombie in a dark corridor")
    howling = traits("it howls", ("subject", "wolf"), ("time", "night"))
    assert {"possible:scary", "feeling:scary"} & howling == {"possible:scary"}
    assert "possible:scary" not in traits("a friendly ghost, smiling")


def test_a_clip_is_read_anew_when_a_model_has_understood_it() -> None:
    made = ClipTraits(prompt_words(), load_vocabulary())
    before = made.traits_of(a_clip("a wolf"))
    after = made.traits_of(a_clip("a wolf", ("subject", "dog")))
    assert "subject:wolf" in before
    assert "subject:wolf" not in after


def test_what_is_asked_about_again_is_remembered_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phosphene.feed.wishes.traits.KEPT", 2)
    made = ClipTraits(prompt_words(), load_vocabulary())
    first, second, third = (a_clip("a lamp", clip_id=one) for one in ("c1", "c2", "c3"))
    for one in (first, second, first, third):
        made.traits_of(one)
    assert [made.remembers_clip(one) for one in (first, second, third)] == [True, False, True]


def test_a_slot_that_is_only_guessed_shows_nothing() -> None:
    clip = a_clip("x", ("subject", "fox"))
    unsure = Slot("place", "forest", 0.2)
    made = ClipTraits(prompt_words(), load_vocabulary())
    clip = type(clip)(
        **{f: getattr(clip, f) for f in clip.__struct_fields__ if f != "understood"},
        understood=(*clip.understood, unsure),
    )
    assert "place:forest" not in made.traits_of(clip)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("a terrific goal", "possible:scary"),
        ("a scarecrow in a field", "feeling:scary"),
        ("a map of Armenia", "possible:violent"),
        ("gunpowder tea in a cup", "possible:violent"),
        ("a still life with pears", "possible:calm"),
        ("une soupe aux choux", "possible:cute"),
        ("fast food on a tray", "possible:exciting"),
        ("guppies in a fish tank", "possible:violent"),
        ("une aurore boréale", "time:dawn"),
        ("compilers optimise loops", "possible:happy"),
    ],
)
def test_a_word_that_only_begins_like_another_is_not_that(text: str, wrong: str) -> None:
    assert wrong not in traits(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("terrified children", "feeling:scary"),
        ("un masque terrifiant", "feeling:scary"),
        ("des hommes avec des armes à feu", "feeling:violent"),
        ("a duel with guns", "feeling:violent"),
        ("dunes on Mars", "place:space"),
        ("la planète Mars", "place:space"),
        ("she is standing still", "feeling:calm"),
    ],
)
def test_the_word_itself_still_is(text: str, right: str) -> None:
    assert right in traits(text)


def test_a_month_is_no_planet_to_the_table() -> None:
    assert "place:space" not in traits("une giboulée de mars", ("place", "street"))
