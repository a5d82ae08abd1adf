"""Who is heard of a scene: the actors of its cast, else those of its slots."""

from phosphene.render.worker.embedded.nouns.cast import Actor, Cast
from phosphene.render.worker.embedded.nouns.plate import INKS
from phosphene.render.worker.embedded.synth.cue import Performer, cue_of
from tests.render.worker.embedded.synth.sounding import scene_of


def actor(concept: str, gait: str) -> Actor:
    return Actor(concept, inks=((0, 0, 0),) * len(INKS), gait=gait)


def test_slots_tell_who_is_heard_and_how_many() -> None:
    scene = scene_of(count="two", other="cat", relation="watching", motion="hop")
    assert cue_of(scene).performers == (
        Performer("horse", count=2, hops=True),
        Performer("cat", channels="other_"),
    )
    assert cue_of(scene_of(subject="nothing")).performers == ()


def test_actors_of_the_cast_are_heard_in_place_of_them() -> None:
    cast = Cast(subject=actor("violin", "rock"), count=5)
    assert cue_of(scene_of(cast)).performers == (Performer("violin", "rock", count=5),)


def test_of_a_rider_only_the_ridden_is_heard_where_the_rider_is() -> None:
    cast = Cast(actor("woman", "walk"), actor("camel", "step"), relation="riding")
    assert cue_of(scene_of(cast)).performers == (Performer("camel", "step"),)


def test_a_further_place_and_weather_are_heard_as_themselves() -> None:
    inside = cue_of(scene_of(Cast(place="kitchen", weather="fireworks"), place="city"))
    assert (inside.place, inside.weather) == ("kitchen", "fireworks")
    older = cue_of(scene_of(place="sea", weather="rain"))
    assert (older.place, older.weather) == ("sea", "rain")
