import pytest
from msgspec.structs import replace

from phosphene.render.worker.embedded.nouns.cast import ALONE, ANCHORED, Actor, Cast
from phosphene.render.worker.embedded.nouns.measures import OLDER
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.nouns.rims import RIMS
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.score import (
    GROUND,
    RADIUS,
    FrameState,
    frame_states,
)
from phosphene.render.worker.embedded.staging import (
    BOTH,
    LARGEST,
    Stage,
    scene_states,
    stand_on_ground,
)
from phosphene.render.worker.embedded.stand import ACROSS, DOWN, ground_below
from tests.render.worker.embedded.conftest import SLOTS
from tests.render.worker.embedded.toy import actor

LAND = SLOTS | {"place": "hills"}
STATE = FrameState(
    x=0.1, y=0.2, size=0.1, tilt=0.3, pose=0.5, facing=-1, drift_far=0.2, drift_middle=0.5,
    drift_near=1.0, light=0, weather_x=0, weather_y=0, other_x=0.4, other_y=0.1, other_size=-0.2,
    other_tilt=0.1, other_pose=-0.5, other_facing=1, zoom=0, view=0, warmth=0,
)  # fmt: skip


# Behind something one stays with it, above it one moves a little, and on or in it both do as it
# does.
MOVED = {
    "behind": (0, 0),
    "above": (0, 0),
    "blowing": (0, 0),
    "on": (0.04, 0.04),
    "inside": (0.04, 0.04),
}


def arranged(cast: Cast, **slots: str) -> FrameState:
    return Stage(LAND | slots, cast).arrange(STATE)


def of(gait: str, size: float = 0.0, concept: str = "thing") -> Actor:
    return replace(actor(concept), gait=gait, size=size, low=1.2, back=(0.0, -0.5))


def feet(state: FrameState, low: float = 1.2) -> float:
    return state.y + low * RADIUS * 2**state.size / DOWN


@pytest.mark.parametrize("subject", ["bird", "sailboat", "fish", "somebody of another world"])
def test_older_drawings_that_fly_or_swim_are_where_the_score_says(subject: str) -> None:
    assert arranged(ALONE, subject=subject) == STATE


@pytest.mark.parametrize("motion", ["right", "left", "sway"])
def test_older_drawings_keep_their_feet_on_the_ground(motion: str) -> None:
    state = Stage(LAND | {"subject": "dog", "motion": motion}, ALONE).arrange(
        replace(STATE, y=0.35)
    )
    assert feet(state, OLDER["dog"].low) == pytest.approx(GROUND)


def test_who_hops_leaves_the_ground_and_comes_back_to_it() -> None:
    up, down = (
        Stage(LAND | {"subject": "dog", "motion": "hop"}, ALONE).arrange(replace(STATE, y=y))
        for y in (0.3, 0.6)
    )
    assert feet(up, OLDER["dog"].low) < GROUND - 0.05
    assert feet(down, OLDER["dog"].low) == pytest.approx(GROUND)


def test_who_still_forms_is_where_nobody_knows_who_it_will_be() -> None:
    rest = replace(STATE, y=0.0, size=0.0, tilt=0.0)
    dog, whale = (
        Stage(LAND | {"subject": name, "motion": "right"}, ALONE).arrange(rest)
        for name in ("dog", "whale")
    )
    assert dog == whale


def test_many_older_drawings_are_smaller() -> None:
    assert arranged(Cast(count=5)).size < arranged(Cast(count=3)).size


@pytest.mark.parametrize("gait", ["walk", "step", "run", "roll", "stand", "sway", "rock", "crawl"])
@pytest.mark.parametrize("size", [-0.9, 0.0, 1.1])
def test_feet_are_on_the_ground_at_any_size(gait: str, size: float) -> None:
    assert feet(arranged(Cast(of(gait, size)))) == pytest.approx(GROUND)


def test_what_flies_or_is_where_no_ground_is_stays_in_the_air() -> None:
    assert arranged(Cast(of("fly"))).y == STATE.y
    assert arranged(Cast(of("walk")), place="clouds").y == STATE.y


def test_what_is_built_is_upright_and_goes_with_the_ground() -> None:
    still = arranged(Cast(of("stand")))
    assert still.tilt == 0
    assert still.facing == 1
    later = Stage(LAND, Cast(of("stand"))).arrange(replace(STATE, drift_middle=1.5, drift_near=3.0))
    assert later.x < still.x


def test_a_ball_turns_as_far_as_it_goes() -> None:
    rolls = Cast(replace(of("roll"), spins=True))
    one, two = (Stage(LAND, rolls).arrange(replace(STATE, drift_near=d)) for d in (0.0, 2.0))
    assert two.tilt - one.tilt == pytest.approx(2.0 / (RADIUS * 2**one.size))


def test_nobody_is_larger_than_the_frame() -> None:
    assert arranged(Cast(of("stand", 3.0))).size <= LARGEST
    assert arranged(Cast(of("roll", 3.0)), count="two").size <= BOTH
    both = arranged(Cast(of("walk", 3.0), of("walk", 3.0)))
    assert max(both.size, both.other_size) <= BOTH


@pytest.mark.parametrize("relation", ANCHORED)
def test_the_second_goes_where_the_first_does(relation: str) -> None:
    stage = Stage(LAND, Cast(of("walk"), of("step", 0.3), relation))
    one, two = stage.arrange(STATE), stage.arrange(replace(STATE, x=STATE.x + 0.2))
    gone = (two.x - one.x, two.other_x - one.other_x)
    assert gone == pytest.approx(MOVED.get(relation, (0.2, 0.2)))
    assert abs(one.x - one.other_x) * ACROSS < 5


def test_a_rider_sits_on_the_back_and_the_mount_is_on_the_ground() -> None:
    shown = arranged(Cast(of("rock"), of("step", 0.3), "riding"))
    below = RADIUS * 2**shown.other_size
    assert shown.other_y + 1.2 * below / DOWN == pytest.approx(GROUND)
    hips = shown.y + 0.62 * RADIUS * 2**shown.size / DOWN
    assert hips == pytest.approx(shown.other_y - 0.5 * below / DOWN)


def test_who_is_in_something_looks_over_its_rim_and_is_smaller() -> None:
    tub = arranged(Cast(of("step", 1.0), of("stand", concept="bathtub"), "inside"))
    assert tub.size < tub.other_size
    rim = tub.other_y + RIMS["bathtub"].y * RADIUS * 2**tub.other_size / DOWN
    assert tub.y < rim < feet(tub)
    assert feet(replace(tub, y=tub.other_y, size=tub.other_size)) == pytest.approx(GROUND)
    balloon = arranged(Cast(of("step"), None, "inside"), other="balloon")
    assert balloon.other_y < balloon.y < balloon.other_y + RADIUS * 2**balloon.other_size / DOWN
    assert balloon.size < balloon.other_size - 1


def test_a_hat_is_on_the_head_and_small_and_food_before_it() -> None:
    hat = arranged(Cast(of("walk"), of("rock", concept="hat"), "wearing"))
    pizza = arranged(Cast(of("walk"), of("rock", concept="pizza"), "eating"))
    assert hat.other_y < pizza.other_y < hat.y + 0.1
    assert max(hat.other_size, pizza.other_size) < hat.size - 0.5


def test_five_of_a_kind_are_five(scene: Scene) -> None:
    frames = frame_states(scene.score)
    many = replace(scene, cast=Cast(of("step"), count=5))
    states = scene_states(many, frames, 30)
    assert len(states) == 5
    assert len(scene_states(scene, frames, 30)) == 1
    assert len({round(state.x, 3) for state in states}) == 5


@pytest.mark.parametrize(("thing", "above"), [("table", True), ("chair", False)])
def test_somebody_on_a_thing_is_on_top_of_it_and_on_a_seat_lower(thing: str, above: bool) -> None:
    below = of("stand", 0.3, thing)
    shown = arranged(Cast(of("step"), below, "on"))
    top = shown.other_y + below.back[1] * RADIUS * 2**shown.other_size / DOWN
    assert abs(feet(shown) - top) < 0.03 if above else feet(shown) > top + 0.05
    assert shown.x == shown.other_x
    assert feet(shown) < GROUND


@pytest.mark.parametrize(
    ("cast", "slots", "shadows"),
    [
        (Cast(of("walk")), {}, (True, False)),
        (Cast(of("fly")), {}, (False, False)),
        (Cast(of("walk")), {"place": "clouds"}, (False, False)),
        (Cast(of("walk"), of("step"), "riding"), {}, (False, True)),
        (Cast(of("walk"), of("rock"), "holding"), {}, (True, False)),
        (ALONE, {"subject": "dog", "other": "bird"}, (True, False)),
    ],
)
def test_who_stands_on_the_ground_throws_a_shadow_on_it(
    cast: Cast, slots: dict[str, str], shadows: tuple[bool, bool]
) -> None:
    assert stand_on_ground(LAND | {"subject": "nothing", "other": "nothing"} | slots, cast) == (
        shadows
    )


@pytest.mark.parametrize("name", ["snake", "crocodile"])
def test_who_wriggles_swims_in_the_sea_and_lies_on_land(name: str) -> None:
    who = of("swim", concept=name)
    assert feet(arranged(Cast(who))) == pytest.approx(GROUND)
    assert feet(arranged(Cast(who), place="underwater")) != pytest.approx(GROUND)
    assert stand_on_ground(LAND, Cast(who))[0]
    beach = Cast(who, place="beach")
    assert feet(arranged(beach, place="sea")) == pytest.approx(GROUND)
    assert stand_on_ground(LAND | {"place": "sea"}, beach)[0]


def test_the_ground_of_a_city_is_its_street() -> None:
    who = Cast(of("walk"))
    assert feet(arranged(who, place="city")) == pytest.approx(GROUND + ground_below("city"))
    pair = Cast(of("walk"), of("fly"), "beside")
    low, high = arranged(pair, place="city"), arranged(pair, place="forest")
    assert low.other_y - high.other_y == pytest.approx(low.y - high.y)
    assert low.y > high.y
    assert arranged(Cast(of("fly")), place="city") == arranged(Cast(of("fly")), place="forest")


def test_an_older_turtle_crawls_on_land() -> None:
    state = replace(STATE, y=0.1)
    stage = Stage(LAND | {"subject": "turtle", "motion": "right"}, ALONE)
    low = OLDER["turtle"].low
    assert feet(stage.arrange(state), low) == pytest.approx(GROUND)
    deep = Stage(LAND | {"subject": "turtle", "place": "underwater"}, ALONE)
    assert deep.arrange(state) == state


def test_who_is_behind_something_large_looks_out_at_its_side() -> None:
    shown = arranged(Cast(of("walk", -0.3), of("roll", 0.5, "car"), "behind"))
    away = abs(shown.x - shown.other_x) * ACROSS
    small, large = (RADIUS * 2**size for size in (shown.size, shown.other_size))
    assert small < large
    # Half of it is seen, a little further up the ground.
    assert large - small < away < large + small
    assert shown.y + 1.2 * small / DOWN < GROUND


def test_a_little_thing_is_less_than_half_of_who_is_beside_it() -> None:
    girl, orange = of("walk", 0.0, "girl"), of("stand", -0.5, "orange")
    alike = replace(STATE, other_size=STATE.size)
    for cast in (Cast(girl, orange, "beside"), Cast(orange, girl, "beside")):
        state = Stage(LAND, cast).arrange(alike)
        both = sorted((2**state.size, 2**state.other_size))
        assert both[0] < 0.5 * both[1]
    two = Stage(LAND, Cast(orange, of("stand", -0.5, "lemon"), "beside")).arrange(alike)
    assert two.size == two.other_size


def test_two_that_stand_are_not_before_each_other() -> None:
    tree, house = of("sway", 0.0, "tree"), of("stand", 0.0, "house")
    apart = replace(STATE, x=-0.42, other_x=0.42)
    state = Stage(LAND, Cast(tree, house, "beside")).arrange(apart)
    assert state.other_x - state.x > 0.5


def test_shorts_are_worn_at_the_legs() -> None:
    card = tuple(0 for _ in CARD)
    boy = replace(of("walk", -0.25, "boy"), card=card)
    state = arranged(Cast(boy, of("stand", -0.45, "shorts"), "wearing"))
    assert state.other_y > state.y
    assert state.other_size < state.size - 1


@pytest.mark.parametrize("relation", ["holding", "eating"])
def test_what_is_little_hides_nobody_who_holds_it(relation: str) -> None:
    shown = arranged(Cast(of("walk"), of("rock", -0.45, "coffee"), relation))
    assert 2**shown.other_size < 0.4 * 2**shown.size
    # Below the eyes, which are in the upper half of the head.
    assert shown.other_y > shown.y + (of("walk").head[1] + 0.9) * RADIUS * 2**shown.size / DOWN


def test_who_rides_a_skateboard_is_larger_than_it_and_has_it_on_the_ground() -> None:
    shown = arranged(Cast(of("walk"), of("roll", -0.45, "skateboard"), "riding"))
    assert shown.other_size < shown.size - 0.4
    half = 0.5 * RADIUS * 2**shown.other_size / DOWN
    assert shown.other_y < GROUND < shown.other_y + 2 * half
    assert shown.y < shown.other_y
