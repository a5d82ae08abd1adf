from phosphene.feed.ranker.value import interest


def test_each_doubling_of_the_seconds_counts_the_same() -> None:
    once, twice, four = (interest(5, seconds, ()) for seconds in (5.0, 10.0, 20.0))
    assert round(twice - once, 6) == round(four - twice, 6) > 0


def test_a_like_counts_and_a_report_weighs_several() -> None:
    assert interest(5, 5.0, ("like",)) > interest(5, 5.0, ())
    assert interest(5, 60.0, ("like", "report")) < interest(5, 0.3, ())


def test_without_the_seconds_deeds_are_left() -> None:
    like, none, skip = (interest(None, None, deeds) for deeds in (["like"], [], ["skip"]))
    assert like > none > skip


def test_seconds_are_bounded() -> None:
    assert interest(5, 1e9, ()) == interest(5, 80.0, ())
    assert interest(5, 0.0, ()) == interest(5, 5 / 16, ())
