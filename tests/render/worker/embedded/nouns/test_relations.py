import pytest

from phosphene.render.worker.embedded.nouns.relations import relation


@pytest.mark.parametrize(
    ("between", "action", "first", "second", "concept", "expected"),
    [
        ("riding a", None, "person", "animal", "horse", "riding"),
        ("on a", None, "person", "vehicle", "bicycle", "riding"),
        ("a", None, "person", "thing", "skateboard", "riding"),
        # Nobody rides what cannot be ridden: it is held, or there.
        ("riding a", None, "person", "thing", "guitar", "holding"),
        ("riding a", None, "person", "building", "castle", "beside"),
        ("on a", None, "animal", "furniture", "table", "on"),
        ("sur la", None, "bird", "building", "house", "on"),
        ("on a", None, "bird", "thing", "headstone", "on"),
        ("on a", None, "thing", "place", "island", "beside"),
        ("on a", None, "figure", "building", "wave", "beside"),
        ("flying a", None, "person", "thing", "kite", "holding"),
        ("in a", None, "person", "clothes", "coat", "wearing"),
        ("with a", None, "person", "thing", "skis", "riding"),
        ("with a", None, "person", "thing", "guitar", "holding"),
        ("with a", None, "person", "building", "castle", "beside"),
        ("holding a", None, "person", "bird", "parrot", "holding"),
        ("holding a", None, "person", "animal", "horse", "beside"),
        ("wearing a", None, "person", "person", "woman", "beside"),
        ("eats a", None, "animal", "food", "cake", "eating"),
        ("eats a", None, "animal", "vehicle", "car", "beside"),
        ("the", "drink", "person", "food", "tea", "eating"),
        ("a", "play", "person", "music", "violin", "holding"),
        ("and a", None, "animal", "animal", "fox", "beside"),
        ("chases a", None, "animal", "animal", "mouse", "chasing"),
        ("in a big wicker", None, "animal", "furniture", "basket", "inside"),
        ("dans une", None, "animal", "furniture", "bathtub", "inside"),
        ("in a red coat with a", None, "animal", "furniture", "basket", "beside"),
        ("in the rain next to a", None, "animal", "thing", "box", "beside"),
        ("in a", None, "animal", "vehicle", "car", "riding"),
        ("in a red coat with a", None, "animal", "vehicle", "boat", "beside"),
        ("in a", None, "animal", "vehicle", "boat", "on"),
        ("on a", None, "person", "vehicle", "ship", "on"),
    ],
)
def test_what_two_things_are_to_each_other(
    between: str, action: str | None, first: str, second: str, concept: str, expected: str
) -> None:
    assert relation(between.split(), action, first, second, concept) == expected


@pytest.mark.parametrize(
    ("between", "kind", "concept", "found"),
    [
        (["fahrt", "mit", "dem"], "vehicle", "bicycle", "riding"),
        (["en"], "vehicle", "motorcycle", "riding"),
        (["на"], "vehicle", "bicycle", "riding"),
        (["mit", "seinem"], "animal", "dog", "beside"),
        (["blowing", "out"], "furniture", "candle", "blowing"),
        (["blowing"], "thing", "book", "beside"),
    ],
)
def test_what_one_goes_by_is_ridden_in_other_languages(
    between: list[str], kind: str, concept: str, found: str
) -> None:
    assert relation(between, None, "person", kind, concept) == found
