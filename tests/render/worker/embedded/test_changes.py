from msgspec.structs import replace

from phosphene.render.worker.embedded.changes import changed_parts, touched_parts
from phosphene.render.worker.embedded.nouns.cast import ALONE, Cast
from phosphene.render.worker.embedded.scene import Scene
from tests.render.worker.embedded.conftest import SLOTS
from tests.render.worker.embedded.toy import actor

CAR = Cast(actor())


def changed(cast: Cast, before: Cast = CAR, **slots: str) -> set[str]:
    return set(changed_parts(SLOTS | slots, cast, SLOTS, before))


def test_another_drawing_is_another_plate_and_another_coat_only_another_light() -> None:
    assert changed(CAR) == set()
    assert changed(Cast(actor("bus"))) == {"subject"}
    assert changed(Cast(actor(drawing=1))) == {"subject"}
    assert changed(Cast(replace(actor(), inks=((0, 0, 0),) * 5))) == {"inks"}


def test_who_goes_to_the_other_network_or_comes_from_it_is_drawn_anew() -> None:
    assert changed(ALONE) == {"subject"}
    assert changed(CAR, ALONE) == {"subject"}
    assert changed(Cast(actor(), actor()), CAR, other="fish") >= {"other"}


def test_the_slot_that_tells_only_whose_score_it_is_touches_no_plate_of_a_noun() -> None:
    assert changed(CAR, subject="whale") == {"score"}
    assert changed(ALONE, ALONE, subject="whale") == {"subject", "score"}


def test_other_places_of_actors_are_another_score() -> None:
    assert changed(replace(CAR, count=5)) == {"score"}
    both = Cast(actor(), actor("guitar"))
    assert changed(replace(both, relation="holding"), both) == {"score"}
    assert changed(Cast(replace(actor(), gait="fly"))) == {"score"}


def test_a_remix_that_changes_nothing_touches_everything(scene: Scene) -> None:
    told = Scene(scene.plates, scene.score, scene.slots, CAR)
    assert touched_parts(SLOTS, CAR, told) == touched_parts(SLOTS, CAR, None)
    assert touched_parts(SLOTS, Cast(actor("bus")), told) == {"subject"}
