from phosphene.feed.wishes.obeying import NOTHING_WISHED, Obeyed, needed_traits
from phosphene.model import FeedWish, Polarity
from tests.feed.wishes.made import NOW


def wish(polarity: Polarity, *traits: str, until: float | None = None) -> FeedWish:
    return FeedWish("w", polarity, "said", traits, NOW, until)


def test_of_what_is_not_wanted_it_is_enough_that_it_may_be_felt() -> None:
    assert needed_traits(wish("none", "feeling:scary")) == ("possible:scary",)
    assert needed_traits(wish("more", "feeling:scary")) == ("feeling:scary",)


def test_a_clip_is_meant_that_has_all_that_one_wish_says() -> None:
    obeyed = Obeyed([wish("none", "subject:fox", "weather:snow"), wish("more", "subject:owl")], NOW)
    assert obeyed.wants_none_of(frozenset({"subject:fox", "weather:snow", "time:night"}))
    assert not obeyed.wants_none_of(frozenset({"subject:fox"}))
    assert obeyed.wants_more_of(frozenset({"subject:owl"}))
    assert not obeyed.wants_less_of(frozenset({"subject:owl"}))
    assert obeyed.ask_for_more


def test_a_wish_ends_at_its_time() -> None:
    wished = [wish("none", "subject:fox", until=NOW + 1)]
    assert Obeyed(wished, NOW).wants_none_of(frozenset({"subject:fox"}))
    assert not Obeyed(wished, NOW + 1).wants_none_of(frozenset({"subject:fox"}))
    assert not NOTHING_WISHED.ask_for_more
