from phosphene.api.hidden import heard, without
from phosphene.model import Page
from tests.store.making import ANNA, BEN, a_clip, a_comment


def test_a_page_leaves_out_who_is_hidden_and_keeps_its_cursor() -> None:
    page = Page((a_clip("a", author=ANNA), a_clip("b", author=BEN)), "next")
    left = without(page, frozenset({ANNA.id}))
    assert ([clip.id for clip in left.clips], left.cursor) == (["b"], "next")
    assert without(page, frozenset()) is page


def test_comments_of_hidden_people_are_not_heard() -> None:
    said = a_comment("c1", "a", author=ANNA), a_comment("c2", "a", author=BEN)
    assert [one.id for one in heard(said, frozenset({BEN.id}))] == ["c1"]
