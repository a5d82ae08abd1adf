from phosphene.feed.feed_weights import WORTH, OutcomeWorth
from phosphene.feed.ranker.value import deed_interest, interest, viewing_interest


def test_each_doubling_of_the_seconds_counts_the_same() -> None:
    once, twice, four = (viewing_interest("watch", 5, seconds) for seconds in (5.0, 10.0, 20.0))
    assert round(twice - once, 6) == round(four - twice, 6) == WORTH.watched


def test_a_like_counts_and_a_report_weighs_several() -> None:
    assert interest(5, 5.0, ("like",)) > interest(5, 5.0, ())
    assert interest(5, 60.0, ("like", "report")) < interest(5, 0.3, ())
    assert deed_interest("report") < deed_interest("not_for_me") < -deed_interest("remix")


def test_without_the_seconds_deeds_are_left() -> None:
    like, none, skip = (interest(None, None, deeds) for deeds in (["like"], [], ["skip"]))
    assert like > none > skip


def test_seconds_are_bounded() -> None:
    assert interest(5, 1e9, ()) == interest(5, 80.0, ())
    assert interest(5, 0.0, ()) == interest(5, 5 / 16, ())


def test_every_kind_of_reaction_has_a_worth_that_can_be_set() -> None:
    worth = OutcomeWorth(looped=0.5, save=0.75)
    assert viewing_interest("looped", 5, 10.0, worth) - viewing_interest("looped", 5, 10.0) == 0.5
    assert deed_interest("save", worth) == 0.75
