from phosphene.feed.ranker.columns import AUTHOR, COLUMNS, FEATURES, columns_of, feature_number
from phosphene.model import Clip, Person, Slot


def clip(text: str, *slots: Slot) -> Clip:
    return Clip(
        id="c1",
        author=Person("p1", "x"),
        text=text,
        seconds=5,
        status="done",
        created_at=0.0,
        understood=slots,
    )


def test_a_french_prompt_meets_an_english_one_in_its_slots() -> None:
    english = columns_of(clip("a fox at night", Slot("subject", "fox", 0.9, ("fox",))))
    french = columns_of(clip("un renard de nuit", Slot("subject", "fox", 0.9, ("renard",))))
    assert english[0] == french[0] == feature_number("subject:fox")
    assert english[AUTHOR + 1] == feature_number("night")


def test_a_long_text_keeps_its_columns() -> None:
    found = columns_of(clip(" ".join(f"word{number}" for number in range(40))))
    assert len(found) == COLUMNS
    assert all(0 <= one < FEATURES for one in found)
    assert found[AUTHOR] == feature_number("@p1")
