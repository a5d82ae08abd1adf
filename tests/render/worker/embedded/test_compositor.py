import itertools
from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.compositor import HEIGHT, UNIT, WIDTH, Compositor
from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.nouns.plate import SHAPE
from phosphene.render.worker.embedded.score import FrameState
from phosphene.render.worker.embedded.subject_layer import coloured
from phosphene.render.worker.embedded.vocabulary import PLATES, SCORE
from phosphene.render.worker.renderer import Picture
from tests.render.worker.embedded.conftest import SLOTS, paper
from tests.render.worker.embedded.toy import actor

pytestmark = pytest.mark.slow

STILL = msgspec.structs.replace(FrameState(*[0.0] * len(SCORE)), facing=1.0)
SIGMAS = (0.0, 0.2, 0.6, 1.0)


def moved(**changes: float) -> FrameState:
    return msgspec.structs.replace(STILL, **changes)


def without(plates: dict[str, Array], *names: str) -> dict[str, Array]:
    return plates | {name: np.zeros_like(plates[name]) for name in names}


def rgb(picture: Picture) -> NDArray[np.float64]:
    """The picture as a viewer sees it: (HEIGHT, WIDTH, 3) in 0..1."""
    luma = (picture[:HEIGHT].astype(float) - 16) / 219
    halves = (picture[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2).astype(float) - 128) / 224
    blue, red = (half.repeat(2, 0).repeat(2, 1) for half in halves)
    r, b = luma + 1.5748 * red, luma + 1.8556 * blue
    return np.stack([r, (luma - 0.2126 * r - 0.0722 * b) / 0.7152, b], -1)


def redness(picture: Picture) -> NDArray[np.bool_]:
    """Where the subject is."""
    colours = rgb(picture)
    return (colours[..., 0] > 0.6) & (colours[..., 1] < 0.3) & (colours[..., 2] < 0.3)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_a_picture_is_a_frame_in_i420(plates: dict[str, Array], sigma: float) -> None:
    picture = Compositor(plates, sigma).draw_frame(STILL)
    assert picture.dtype == np.uint8
    assert picture.shape == (HEIGHT * 3 // 2, WIDTH) == (1536, 576)
    assert picture[:HEIGHT].std() > 10


@pytest.mark.parametrize("sigma", SIGMAS)
def test_drawing_is_deterministic(plates: dict[str, Array], sigma: float) -> None:
    moment = moved(x=0.1, tilt=0.3, pose=-0.4, drift_near=1.37, weather_y=0.61)
    compositor = Compositor(plates, sigma)
    first = compositor.draw_frame(moment)
    compositor.draw_frame(moved(drift_near=0.7, light=1))
    assert np.array_equal(first, compositor.draw_frame(moment))
    assert np.array_equal(first, Compositor(plates, sigma).draw_frame(moment))


def test_many_threads_draw_the_same(plates: dict[str, Array]) -> None:
    frames = [moved(x=i / 20, drift_far=i / 7, weather_y=i / 5) for i in range(8)]
    alone = list(map(Compositor(plates, 0).draw_frame, frames))
    compositor = Compositor(plates, 0)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(compositor.draw_frame, frames))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_drawing_leaves_the_plates_alone(plates: dict[str, Array]) -> None:
    before = {name: plate.copy() for name, plate in plates.items()}
    Compositor(plates, 0).draw_frame(moved(x=0.3))
    assert all(np.array_equal(plates[name], before[name]) for name in PLATES)


@pytest.mark.parametrize("sigma", [0.0, 0.6])
def test_colours_come_out_as_they_are_on_the_plates(plates: dict[str, Array], sigma: float) -> None:
    colours = rgb(Compositor(without(plates, "weather"), sigma).draw_frame(STILL))
    for (row, column), expected in {
        (300, 480): (0.4, 0.6, 0.9),
        (512, 288): (0.9, 0.1, 0.1),
        (768, 288): (0.9, 0.6, 0.2),
        (860, 288): (0.9, 0.9, 0.2),
    }.items():
        seen = colours[row - 4 : row + 4, column - 4 : column + 4].mean((0, 1))
        np.testing.assert_allclose(seen, expected, atol=0.1)
        assert np.abs(seen / seen.sum() - np.array(expected) / sum(expected)).max() < 0.03


def test_edges_of_final_paper_are_crisp(plates: dict[str, Array]) -> None:
    column = rgb(Compositor(without(plates, "weather", "subject"), 0).draw_frame(STILL))[
        900:935, 288, 0
    ]
    assert (column[:-3] - column[3:]).max() > 0.3


def test_noise_is_fog(plates: dict[str, Array]) -> None:
    def steepest(sigma: float) -> int:
        column = Compositor(plates, sigma).draw_frame(STILL)[600:1000, 100].astype(int)
        return int(np.abs(np.diff(column)).max())

    assert steepest(0) > 2 * steepest(0.6) > 2 * steepest(1.0)


def test_the_subject_is_where_the_score_says(plates: dict[str, Array]) -> None:
    plates["subject"] = np.repeat(plates["subject"][1:2], 3, 0)
    for x, y in ((0.0, 0.0), (0.3, -0.2), (-0.4, 0.1)):
        rows, columns = np.nonzero(redness(Compositor(plates, 0).draw_frame(moved(x=x, y=y))))
        middle = (rows.min() + rows.max()) / 2 / HEIGHT * 2 - 1
        assert middle == pytest.approx(y, abs=0.01)
        left = ((x + 1) / 2 * WIDTH) - 2 * UNIT * 1.5 * 18 / 48
        assert columns.min() == pytest.approx(left, abs=3)


def test_the_subject_grows_turns_and_bends(plates: dict[str, Array]) -> None:
    compositor = Compositor(plates, 0)
    area = redness(compositor.draw_frame(STILL)).sum()
    assert redness(compositor.draw_frame(moved(size=0.5))).sum() == pytest.approx(
        2 * area, rel=0.03
    )
    assert redness(compositor.draw_frame(moved(tilt=1.0))).sum() == pytest.approx(area, rel=0.03)
    assert redness(compositor.draw_frame(moved(pose=1))).sum() > 1.2 * area
    assert redness(compositor.draw_frame(moved(pose=-1))).sum() < 0.8 * area
    right, left = (
        redness(compositor.draw_frame(STILL)),
        redness(compositor.draw_frame(moved(facing=-1))),
    )
    assert (right[:, ::-1] == left).mean() > 0.999
    assert right[:, 380:].any()
    assert not left[:, 380:].any()
    assert 0 < redness(compositor.draw_frame(moved(facing=0))).sum() < 0.2 * area
    down = redness(compositor.draw_frame(moved(tilt=np.pi / 2)))
    assert down[605:].any()
    assert not right[605:].any()


def test_the_subject_throws_a_shadow_below_itself(plates: dict[str, Array]) -> None:
    plates = without(plates, "weather", "far", "middle", "near")
    with_subject = Compositor(plates, 0).draw_frame(STILL)[:HEIGHT].astype(int)
    alone = Compositor(without(plates, "subject"), 0).draw_frame(STILL)[:HEIGHT].astype(int)
    darker = alone - with_subject
    assert darker[590:600, 280].min() > 5
    assert (darker[590:600, 280] > darker[424:434, 280][::-1]).all()


@pytest.mark.parametrize("x", [-3.0, 3.0, 2.0])
def test_a_subject_out_of_sight_is_not_drawn(plates: dict[str, Array], x: float) -> None:
    empty = Compositor(without(plates, "subject"), 0).draw_frame(STILL)
    assert np.array_equal(Compositor(plates, 0).draw_frame(moved(x=x)), empty)


@pytest.mark.parametrize("x", [-1.0, 1.0])
@pytest.mark.parametrize("y", [-1.0, 1.0, 0.33])
@pytest.mark.parametrize("sigma", [0.0, 0.6])
def test_a_subject_across_the_border_is_cut(
    plates: dict[str, Array], x: float, y: float, sigma: float
) -> None:
    Compositor(plates, sigma).draw_frame(moved(x=x, y=y, size=1.3, tilt=0.7))


def test_silhouettes_repeat_and_move_left(plates: dict[str, Array]) -> None:
    plates = without(plates, "weather", "subject")
    plates["far"][:, :, 20:30] = 0
    compositor = Compositor(plates, 0)
    start = compositor.draw_frame(STILL)
    assert np.array_equal(start, compositor.draw_frame(moved(drift_far=12)))
    assert np.array_equal(start, compositor.draw_frame(moved(drift_far=-24)))
    shifted = compositor.draw_frame(moved(drift_far=1))
    before, after = rgb(start)[760, :, 2], rgb(shifted)[760, :, 2]
    assert np.abs(before[UNIT:400] - after[: 400 - UNIT]).max() < 0.1
    assert np.abs(before - after).max() > 0.4


def test_layers_move_by_fractions_of_a_pixel(plates: dict[str, Array]) -> None:
    plates["near"][:, :, 40:50] = 0
    compositor = Compositor(plates, 0)
    steps = [compositor.draw_frame(moved(drift_near=quarter / 4 / UNIT)) for quarter in range(5)]
    assert all(not np.array_equal(a, b) for a, b in itertools.pairwise(steps))


def test_weather_falls_and_repeats(plates: dict[str, Array]) -> None:
    compositor = Compositor(plates, 0)
    assert np.array_equal(
        compositor.draw_frame(STILL), compositor.draw_frame(moved(weather_x=9, weather_y=-18))
    )
    bright = rgb(compositor.draw_frame(STILL))[..., 0]
    lower = rgb(compositor.draw_frame(moved(weather_y=1)))[..., 0]
    row, column = round(30 / 96 * 9 * UNIT), round(70 / 96 * 9 * UNIT)
    assert bright[row - 5 : row + 5, column].min() > 0.85
    assert lower[row + UNIT - 5 : row + UNIT + 5, column].min() > 0.85
    assert lower[row - 5 : row + 5, column].max() < 0.7
    assert bright[9 * UNIT + row, column] > 0.8


def test_the_light_of_the_score_is_subtle(plates: dict[str, Array]) -> None:
    compositor = Compositor(plates, 0)
    dark, plain, bright = (
        compositor.draw_frame(moved(light=light))[:HEIGHT].mean() for light in (-1.0, 0.0, 1.0)
    )
    assert dark < plain < bright < 1.2 * dark


@pytest.mark.parametrize("light", [1.4, 1.5, 4.0])
def test_however_bright_white_stays_white(plates: dict[str, Array], light: float) -> None:
    plates["sky"] = np.ones_like(plates["sky"])
    compositor = Compositor(without(plates, "weather", "subject"), 0)
    middle = compositor.draw_frame(moved(light=light))[280:320, 240:336]
    assert middle.min() > 245


@pytest.mark.parametrize("sigma", SIGMAS)
def test_empty_plates_are_drawn(sigma: float, plates: dict[str, Array]) -> None:
    picture = Compositor(without(plates, *PLATES), sigma).draw_frame(STILL)
    assert picture[:HEIGHT].max() < 24


@pytest.mark.parametrize("sigma", SIGMAS)
def test_noise_for_plates_stays_within_video_range(sigma: float, plates: dict[str, Array]) -> None:
    rng = np.random.default_rng(5)
    noise = {name: rng.random(plate.shape, np.float32) for name, plate in plates.items()}
    compositor = Compositor(noise, sigma)
    for light in (-1.0, 1.0):
        picture = compositor.draw_frame(moved(light=light, drift_far=0.4, weather_y=0.3))
        assert picture[:HEIGHT].min() >= 16
        assert picture[HEIGHT:].min() >= 4
        assert picture[HEIGHT:].max() <= 252
    again = Compositor(noise, sigma)
    again.draw_frame(STILL)
    assert np.array_equal(picture, again.draw_frame(moved(light=1, drift_far=0.4, weather_y=0.3)))


@pytest.mark.parametrize("ink", [(1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, 1.0, 1.0)])
def test_the_purest_colours_bear_light_and_warmth(
    plates: dict[str, Array], ink: tuple[float, float, float]
) -> None:
    plates["inks"] = np.array([*ink, 0, 0, 0, 1, 0, 0, 0], np.float32)
    compositor = Compositor(without(plates, "weather"), 0)
    plain = _chroma(compositor.draw_frame(STILL))
    for light, warmth in ((4.0, 1.5), (4.0, -1.5), (-4.0, 1.5)):
        seen = _chroma(compositor.draw_frame(moved(light=light, warmth=warmth)))
        assert np.abs(seen - plain).max() < 60


def _chroma(picture: Picture) -> NDArray[np.int64]:
    """Blue and red difference in the middle, (2, 20, 20)."""
    return picture[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)[:, 246:266, 134:154].astype(int)


def test_warmth_goes_from_blue_to_red_and_leaves_the_luma(plates: dict[str, Array]) -> None:
    compositor = Compositor(plates, 0)
    cold, plain, warm = (compositor.draw_frame(moved(warmth=warmth)) for warmth in (-1.0, 0.0, 1.0))
    assert np.array_equal(cold[:HEIGHT], warm[:HEIGHT])
    for one, other in ((cold, plain), (plain, warm)):
        blue, red = (_chroma(other) - _chroma(one)).mean((1, 2))
        assert blue == -12
        assert red == 10


def test_without_zoom_the_picture_is_untouched(plates: dict[str, Array]) -> None:
    compositor = Compositor(plates, 0)
    for view in (-1.0, 0.0, 1.0):
        assert np.array_equal(compositor.draw_frame(STILL), compositor.draw_frame(moved(view=view)))


def test_a_closer_camera_shows_the_middle_larger(plates: dict[str, Array]) -> None:
    compositor = Compositor(plates, 0)
    area = redness(compositor.draw_frame(STILL)).sum()
    assert redness(compositor.draw_frame(moved(zoom=0.25))).sum() == pytest.approx(
        2**0.5 * area, rel=0.03
    )
    closer = redness(compositor.draw_frame(moved(zoom=0.5)))
    assert closer.sum() == pytest.approx(2 * area, rel=0.03)
    rows, columns = np.nonzero(closer)
    wide = np.nonzero(redness(compositor.draw_frame(STILL)))
    for found, before, middle in ((rows, wide[0], HEIGHT / 2), (columns, wide[1], WIDTH / 2)):
        for edge in (np.min, np.max):
            assert edge(found) - middle == pytest.approx(2**0.5 * (edge(before) - middle), abs=2)


@pytest.mark.parametrize("zoom", [0.005, 0.42, 1.0])
def test_the_view_reaches_from_the_top_to_the_bottom(plates: dict[str, Array], zoom: float) -> None:
    plates["near"] = plates["near"] * 0.9
    compositor, share = Compositor(without(plates, "weather"), 0), 2.0**-zoom
    whole = compositor.draw_frame(STILL)[:HEIGHT].astype(int)
    for view, row in ((-1.0, 0), (1.0, HEIGHT - 1)):
        seen = compositor.draw_frame(moved(zoom=zoom, view=view))[row, WIDTH // 2]
        assert int(seen) == pytest.approx(whole[row, WIDTH // 2], abs=6)
    top = compositor.draw_frame(moved(zoom=zoom, view=-1.0, y=-0.6))
    low = compositor.draw_frame(moved(zoom=zoom, view=1.0, y=-0.6))
    down = [
        np.nonzero(redness(picture))[0].mean() if redness(picture).any() else -99
        for picture in (top, low)
    ]
    assert down[0] > down[1]
    assert down[0] == pytest.approx(0.2 * HEIGHT / share, abs=8)


def test_two_subjects_stay_in_the_frame_of_a_camera_that_comes_closer(
    plates: dict[str, Array],
) -> None:
    pair = plates | {"other": plates["subject"], "other_inks": plates["inks"]}
    apart = moved(x=-0.5, size=-0.3, other_x=0.5, other_size=-0.3, other_facing=1.0)
    still, closer = (
        redness(Compositor(pair, 0).draw_frame(msgspec.structs.replace(apart, zoom=zoom)))
        for zoom in (0.0, 0.55)
    )
    assert 1.1 * still.sum() < closer.sum() < 1.5 * still.sum()
    assert not closer[:, [0, -1]].any()


def test_a_second_subject_stands_where_its_own_channels_say(plates: dict[str, Array]) -> None:
    purple = np.array([0.6, 0.0, 0.8, 0, 0, 0, 1, 0, 0, 0], np.float32)
    alone, both = (
        Compositor(plates, 0),
        Compositor(plates | {"other": plates["subject"], "other_inks": purple}, 0),
    )
    apart = moved(x=-0.4, other_x=0.4, other_y=-0.3, other_facing=1.0)
    shown = rgb(both.draw_frame(apart))
    there = (shown[..., 1] < 0.2) & (shown[..., 2] > 0.6)
    rows, columns = np.nonzero(there)
    assert (rows.min() + rows.max()) / 2 / HEIGHT * 2 - 1 == pytest.approx(-0.3, abs=0.02)
    assert columns.min() > WIDTH // 2
    assert np.array_equal(redness(both.draw_frame(apart)), redness(alone.draw_frame(apart)))
    behind = moved(other_size=-1.5, other_facing=1.0)
    assert np.array_equal(redness(both.draw_frame(behind)), redness(alone.draw_frame(behind)))
    away = moved(other_x=3.0, other_facing=1.0)
    assert np.array_equal(both.draw_frame(away), alone.draw_frame(away))


def test_a_sketch_shows_the_same_picture(plates: dict[str, Array]) -> None:
    fine, sketch = (Compositor(plates, sigma).draw_frame(STILL)[:HEIGHT] for sigma in (0.29, 0.31))
    assert np.abs(fine.astype(int) - sketch).mean() < 3


def test_several_are_drawn_the_first_in_front(plates: dict[str, Array]) -> None:
    compositor = Compositor(plates, 0)
    alone = redness(compositor.draw_frame(moved(x=0.3)))
    apart = redness(compositor.draw_frame(moved(x=0.3), moved(x=-0.4)))
    assert (apart & ~alone).any()
    assert (apart | ~alone).all()
    behind = compositor.draw_frame(moved(x=0.3), moved(x=0.3, size=-1.5))
    assert np.array_equal(redness(behind), alone)


def test_inks_colour_the_subject_without_changing_its_shape(plates: dict[str, Array]) -> None:
    green = np.array([0.1, 0.8, 0.2, 0, 0, 0, 1, 0, 0, 0], np.float32)
    red, other = coloured(plates["subject"], plates["inks"]), coloured(plates["subject"], green)
    assert red.shape == (3, 4, 96, 96)
    assert np.array_equal(red[:, 3], other[:, 3])
    np.testing.assert_allclose(red[1, :3, 48, 48], (0.9, 0.1, 0.1), atol=1e-6)
    np.testing.assert_allclose(other[1, :3, 48, 48], (0.1, 0.8, 0.2), atol=1e-6)


def test_the_light_of_the_inks_veils_the_subject(plates: dict[str, Array]) -> None:
    night = plates["inks"].copy()
    night[6:] = 0.5, 0.0, 0.0, 0.3
    veiled = coloured(plates["subject"], night)
    np.testing.assert_allclose(veiled[1, :3, 48, 48], (0.45, 0.05, 0.35), atol=1e-6)
    assert (veiled[1, :3, 0, 0] == 0).all()


def grain_of(plates: dict[str, Array], *names: str) -> dict[str, Array]:
    random = np.random.default_rng(9)
    return {
        name: random.standard_normal((*plates[name].shape[:-3], 2, 96, 96)).astype(np.float32)
        for name in names
    }


@pytest.mark.parametrize("name", ["sky", "far", "middle", "near", "subject", "weather"])
def test_noise_that_is_left_is_seen_and_condenses(plates: dict[str, Array], name: str) -> None:
    plates = without(plates, "weather")
    grain = grain_of(plates, name)

    def roughness(sigma: float) -> float:
        noisy = Compositor(plates, sigma, grain).draw_frame(STILL)[:HEIGHT].astype(int)
        # Of nothing but its grain: paper with no noise on it is as clear there.
        none = {name: np.zeros_like(grain[name])}
        clean = Compositor(plates, sigma, none).draw_frame(STILL)[:HEIGHT].astype(int)
        return float(np.abs(noisy - clean).mean())

    rough = [roughness(sigma) for sigma in (0.9, 0.6, 0.31)]
    assert rough == sorted(rough, reverse=True)
    assert rough[0] > 0.2


def test_the_second_subject_has_its_own_noise(plates: dict[str, Array]) -> None:
    plates = without(plates, "weather") | {"other": plates["subject"], "other_inks": plates["inks"]}
    apart = moved(x=-0.5, other_x=0.5, other_facing=1.0)
    clear = Compositor(plates, 0.6).draw_frame(apart)[:HEIGHT].astype(int)
    noisy = Compositor(plates, 0.6, grain_of(plates, "other")).draw_frame(apart)[:HEIGHT]
    changed = np.abs(noisy - clear).sum(0)
    assert changed[WIDTH * 5 // 8 :].sum() > 20 * changed[: WIDTH * 3 // 8].sum()


def test_what_is_final_has_no_grain(plates: dict[str, Array]) -> None:
    grain = grain_of(plates, "far", "subject", "weather", "sky")
    clean = Compositor(plates, 0.0).draw_frame(STILL).astype(int)
    still = Compositor(plates, 0.0, grain).draw_frame(STILL).astype(int)
    assert np.abs(clean - still).max() <= 3


def test_fog_is_a_veil_and_a_flake_is_paper(plates: dict[str, Array]) -> None:
    """Half transparent all over stays so; half transparent at the rim of a flake is its edge."""
    pale = np.full((96, 96), 0.5, np.float32)
    fog = plates | {"weather": paper((1.0, 1.0, 1.0), pale)}
    thin = np.where(np.arange(96) % 48 < 3, np.float32(0.7), np.float32(0))[:, None]
    rain = plates | {"weather": paper((1.0, 1.0, 1.0), np.broadcast_to(thin, (96, 96)).copy())}
    clear, foggy, rainy = (
        Compositor(shown, 0).draw_frame(STILL)[:HEIGHT, WIDTH // 2].astype(int)
        for shown in (without(plates, "weather"), fog, rain)
    )
    assert 0.3 < ((foggy - clear) / (235 - clear)).mean() < 0.6
    assert ((rainy - clear) / (235 - clear)).max() > 0.85


@pytest.mark.parametrize("weather", ["rain", "snow"])
def test_no_sun_shines_where_it_rains_and_clouds_hang_there(
    plates: dict[str, Array], weather: str
) -> None:
    scenery = without(plates, "weather", "subject")
    clear = Compositor(scenery, 0, slots=SLOTS | {"weather": "clear"}).draw_frame(STILL)
    wet = Compositor(scenery, 0, slots=SLOTS | {"weather": weather}).draw_frame(STILL)
    bright, dull = (p[: HEIGHT // 3].astype(int) for p in (clear, wet))
    assert (bright - dull).max() > 60
    assert dull.max() < bright.max() - 20
    later = msgspec.structs.replace(STILL, seconds=4.0)
    moved_ = Compositor(scenery, 0, slots=SLOTS | {"weather": weather}).draw_frame(later)
    assert (moved_[: HEIGHT // 4] != wet[: HEIGHT // 4]).any()


def test_who_stands_on_the_ground_throws_a_shadow_there(plates: dict[str, Array]) -> None:
    up = moved(y=0.25)
    land = SLOTS | {"subject": "dog", "place": "hills", "weather": "clear"}
    shade, none = (
        Compositor(without(plates, "weather"), 0, slots=land | {"place": place}).draw_frame(up)
        for place in ("hills", "clouds")
    )
    changed = (shade[:HEIGHT].astype(int) - none[:HEIGHT]).astype(int)
    assert changed.min() < -10
    assert changed.max() <= 0
    assert np.nonzero(changed)[0].min() > HEIGHT * 0.75


def test_no_rain_falls_in_a_room(plates: dict[str, Array]) -> None:
    def drawn(place: str, plates: dict[str, Array]) -> Picture:
        slots, cast = SLOTS | {"weather": "rain"}, Cast(place=place)
        return Compositor(plates, 0, cast=cast, slots=slots).draw_frame(STILL)

    dry = without(plates, "weather")
    assert np.array_equal(drawn("room", plates), drawn("room", dry))
    assert not np.array_equal(drawn("beach", plates), drawn("beach", dry))


def test_who_stands_beside_the_first_has_inks_of_their_own(plates: dict[str, Array]) -> None:
    one, blue = actor("woman"), ((0, 0, 255),) * 5
    square = np.zeros(SHAPE, np.float32)
    square[[3, -1], 40:56, 40:56] = 1.0
    given = without(plates, "weather") | {"subject": square}
    alike, apart = (
        Compositor(given, 0, cast=Cast(one, crowd=crowd)).draw_frame(moved(x=0.5), moved(x=-0.5))
        for crowd in ((), (blue,))
    )
    changed = np.nonzero((apart[:HEIGHT] != alike[:HEIGHT]).any(0))[0]
    assert len(changed)
    assert changed.max() < WIDTH // 2
