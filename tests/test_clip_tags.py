import pytest

from phosphene.clip_tags import fold_tag, tag_of
from phosphene.model import Slot


@pytest.mark.parametrize(
    ("name", "value", "tag"),
    [
        ("subject", "fox", "subject:fox"),
        ("Subject", "Hot Air Balloons", "subject:hot_air_balloon"),
        ("subject", "hot_air_balloon", "subject:hot_air_balloon"),
        ("place", "Forêt", "place:foret"),
        ("subject", "the", None),
        ("", "fox", None),
        ('su"b*', 'fo"x', "su_b:fo"),
    ],
)
def test_a_tag_is_the_same_however_it_is_written(name: str, value: str, tag: str | None) -> None:
    assert fold_tag(name, value) == tag


def test_what_is_not_sure_or_not_to_be_seen_is_no_tag() -> None:
    assert tag_of(Slot("subject", "fox", 0.5)) == "subject:fox"
    assert tag_of(Slot("subject", "fox", 0.4)) is None
    assert tag_of(Slot("subject", None, 1.0)) is None
    assert tag_of(Slot("undrawn", "fox", 1.0)) is None
