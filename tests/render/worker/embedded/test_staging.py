import pytest
from msgspec.structs import replace

from phosphene.render.worker.embedded.nouns.cast import ALONE, ANCHORED, Actor, Cast
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.score import RADIUS, FrameState, frame_states
from phosphene.render.worker.embedded.staging import (
    ACROSS,
    BOTH,
    DOWN,
    GROUND,
    LARGEST,
    Stage,
    scene_states,
)
from tests.render.worker.embedded.conftest import SLOTS
from tests.render.worker.embedded.toy import actor

LAND = SLOTS | {"place": "hills"}
STATE = FrameState(
    x=0.1, y=0.2, size=0.1, tilt=0.3, pose=0.5, facing=-1, drift_far=0.2, drift_middle=0.5,
    drift_near=1.0, light=0, weather_x=0, weather_y=0, other_x=0.4, other_y=0.1, other_size=-0.2,
    other_tilt=0.1, other_pose=-0.5, other_facing=1, zoom=0, view=0, warmth=0,
)  # fmt: skip


def arranged(cast: Cast, **slots: str) -> FrameState:
    return Stage(LAND | slots, cast).arrange(STATE)


def of(gait: str, size: float = 0.0, concept: str = "thing") -> Actor:
    return replace(actor(concept), gait=gait, size=size, low=1.2, back=(0.0, -0.5))


def feet(state: FrameState, low: float = 1.2) -> float:
    return state.y + low * RADIUS * 2**state.size / DOWN


def test_older_drawings_stand_as_the_score_says() -> None:
    assert arranged(ALONE) == STATE
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
    # Behind something one stays with it, and above it one moves a little.
    assert gone == pytest.approx({"behind": (0, 0), "above": (0.03, 0)}.get(relation, (0.2, 0.2)))
    assert abs(one.x - one.other_x) * ACROSS < 5


def test_a_rider_sits_on_the_back_and_the_mount_is_on_the_ground() -> None:
    shown = arranged(Cast(of("rock"), of("step", 0.3), "riding"))
    below = RADIUS * 2**shown.other_size
    assert shown.other_y + 1.2 * below / DOWN == pytest.approx(GROUND)
    hips = shown.y + 0.62 * RADIUS * 2**shown.size / DOWN
    assert hips == pytest.approx(shown.other_y - 0.5 * below / DOWN)


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
