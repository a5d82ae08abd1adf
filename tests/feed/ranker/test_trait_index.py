import numpy as np

from phosphene.feed.ranker.trait_index import TraitIndex
from phosphene.model import FeedWish, Polarity


def wish(polarity: Polarity, *traits: str) -> FeedWish:
    return FeedWish("w", polarity, "said", traits, 0.0)


def test_a_wish_means_the_clips_that_have_all_of_it() -> None:
    index = TraitIndex()
    index.set_traits(0, ("subject:fox", "weather:snow"))
    index.set_traits(1, ("subject:fox",))
    index.set_traits(2, ("possible:scary",))
    asked = [wish("more", "subject:fox", "weather:snow"), wish("none", "feeling:scary")]
    found = index.find_wished([*asked, wish("less", "subject:owl")])
    assert [one.tolist() for one in (found.more, found.less, found.none)] == [[0], [], [2]]
    # Of what one wants more of a feeling has to be likely.
    assert not len(index.find_wished([wish("more", "feeling:scary")]).more)


def test_a_clip_that_is_told_again_has_what_it_was_told_last() -> None:
    index = TraitIndex()
    index.set_traits(0, ("subject:fox",))
    index.set_traits(0, ("subject:owl",))
    found = index.find_wished([wish("more", "subject:fox"), wish("less", "subject:owl")])
    assert not len(found.more)
    assert np.array_equal(found.less, [0])
