"""The generated world: plates of every kind, scores, and the rules they keep."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.render.worker.embedded.subject_layer import coloured
from phosphene.render.worker.embedded.vocabulary import (
    KEYS,
    PLATE,
    SCALE,
    SCORE,
    SECONDS,
    SHAPES,
    SILHOUETTES,
)
from phosphene.render.worker.embedded.world import World
from tests.breadth import few_of
from training import land, motion, sky, subjects, weather
from training import world as worlds
from training.export import WEIGHTS
from training.paper import COLOURS, DARK, WARM, Palette, mix, soften, tint
from training.pool import draw, world
from training.world import WORLD, held_out

Plate = NDArray[np.uint8]
PLAIN = {
    "subject": "bird",
    "colour": "red",
    "place": "hills",
    "time": "day",
    "motion": "sway",
    "weather": "clear",
    "size": "medium",
    "count": "one",
    "other": "nothing",
    "other_colour": "blue",
    "relation": "beside",
    "camera": "still",
    "mood": "calm",
}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def premultiplied(plate: Plate) -> bool:
    """Colour never exceeds alpha, but for rounding."""
    return bool((plate[..., :3].astype(int) <= plate[..., 3:].astype(int) + 1).all())


@pytest.mark.parametrize("subject", WORLD.values["subject"])
def test_a_subject_fits_its_plate_and_moves(subject: str) -> None:
    poses = subjects.plate(subject, rng())
    assert poses.shape == SHAPES["subject"]
    light = poses.astype(int)
    assert (light[:, :3].max(1) + light[:, 3:5].sum(1) <= light[:, 5] + 3).all()
    alpha = poses[:, 5].astype(float) / 255
    edge = np.concatenate([alpha[:, 0], alpha[:, -1], alpha[:, :, 0], alpha[:, :, -1]], 1)
    assert edge.mean() < 0.01
    assert (alpha.mean((1, 2)) > 0.08).all()
    for one, two in itertools.pairwise(poses.astype(int)):
        assert np.abs(one - two).max() > 60


@pytest.mark.parametrize("colour", WORLD.values["colour"])
def test_a_subject_has_its_colour(colour: str) -> None:
    plate = subjects.plate("balloon", rng()).astype(np.float32) / np.float32(255)
    inks = subjects.inks(colour, "day", rng()).astype(np.float32) / np.float32(255)
    shown = coloured(plate, inks)[1]
    solid = 255 * shown[:3, shown[3] > 0.98]
    away = {
        name: np.abs(np.median(solid, 1) - np.array(rgb)).sum() for name, rgb in COLOURS.items()
    }
    nearest = sorted(away, key=lambda name: away[name])[:2]
    assert colour in nearest


def test_silhouettes_of_subjects_differ() -> None:
    shapes = {s: subjects.plate(s, rng(3))[1, 5] > 127 for s in subjects.DRAW}
    for one, two in itertools.combinations(shapes.values(), 2):
        assert (one & two).sum() / (one | two).sum() < 0.85


def test_alpha_is_a_ramp_and_colour_goes_over_the_edge() -> None:
    crisp = np.zeros((PLATE, PLATE, 4), np.uint8)
    crisp[:, 48:] = (200, 100, 50, 255)
    soft = soften(crisp, ("edge", "edge"))
    ramp = soft[10, :, 3]
    assert (np.diff(ramp.astype(int)) >= 0).all()
    assert 3 <= ((ramp > 4) & (ramp < 251)).sum() <= 5
    inside = soft[10, 47].astype(float)
    assert inside[:3] / inside[3] * 255 == pytest.approx((200, 100, 50), abs=6)


@pytest.mark.parametrize("place", WORLD.values["place"])
@pytest.mark.parametrize("kind", SILHOUETTES)
def test_silhouettes_stand_on_the_ground_and_repeat(kind: str, place: str) -> None:
    strip = land.plate(kind, place, "day", rng(5))
    assert strip.shape == (PLATE, PLATE, 4)
    assert premultiplied(strip)
    assert (strip[-4:, :, 3] > 100).all()
    assert strip[0, :, 3].max() < 30
    jump = np.abs(strip[:, 0].astype(int) - strip[:, -1]).mean()
    usual = np.abs(np.diff(strip.astype(int), axis=1)).mean((0, 2))
    assert jump <= usual.max() * 1.5 + 4


def test_layers_rise_towards_the_back() -> None:
    for place in WORLD.values["place"]:
        cover = [
            np.mean([land.plate(k, place, "day", rng(i))[..., 3].mean() for i in range(3)])
            for k in SILHOUETTES
        ]
        assert cover[2] < min(cover[:2])


def test_times_of_day_have_skies_of_their_own() -> None:
    for place in WORLD.values["place"]:
        means = [
            sky.plate(place, t, rng(2))[..., :3].reshape(-1, 3).mean(0)
            for t in WORLD.values["time"]
        ]
        for one, two in itertools.combinations(means, 2):
            assert np.abs(one - two).sum() > 30


def test_the_sky_has_one_disc_but_not_under_water() -> None:
    for place, time in itertools.product(WORLD.values["place"], WORLD.values["time"]):
        disc = sky.plate(place, time, rng(4))[..., 3] / 255
        assert (disc.max() == 0) if place == "underwater" else (0.01 < disc.mean() < 0.12)


def test_weather_repeats_both_ways_and_clear_is_empty() -> None:
    assert weather.plate("clear", rng()).max() == 0
    for kind in ("snow", "rain"):
        tile = weather.plate(kind, rng(1))
        assert premultiplied(tile)
        assert 0.005 < (tile[..., 3] > 127).mean() < 0.2
        for axis in (0, 1):
            ends = np.abs(tile.take(0, axis).astype(int) - tile.take(-1, axis)).mean()
            usual = np.abs(np.diff(tile.astype(int), axis=axis)).mean()
            assert ends < usual * 4 + 4


@pytest.mark.parametrize("kind", [*SHAPES])
def test_equal_seeds_draw_equal_plates(kind: str) -> None:
    values = world(rng(8))
    one, two, other = (draw(kind, values, rng(s)) for s in (1, 1, 2))
    assert one.shape == SHAPES[kind]
    assert one.dtype == np.uint8
    assert np.array_equal(one, two)
    assert kind == "weather" or not np.array_equal(one, other)


@pytest.mark.parametrize("move", WORLD.values["motion"])
@pytest.mark.parametrize("subject", few_of(WORLD.values["subject"], WORLD.values["subject"][::4]))
def test_scores_are_smooth_and_stay_on_stage(move: str, subject: str) -> None:
    for place, seed in itertools.product(("hills", "underwater"), range(3)):
        values = {"motion": move, "subject": subject, "place": place, "weather": "rain"}
        keys = motion.score(PLAIN | values, rng(seed))
        assert keys.shape == (SECONDS, KEYS, len(SCORE))
        flat = keys.reshape(-1, len(SCORE))
        named = dict(zip(SCORE, flat.T, strict=True))
        assert np.abs(named["x"]).max() < 0.5
        assert named["y"].max() < 0.75
        assert np.abs(named["pose"]).max() <= 1
        assert set(np.unique(named["facing"])) <= {-1.0, 1.0}
        assert np.abs(np.diff(named["x"])).max() < 0.1
        away = SCORE.index("other_size")
        assert (flat[:, away] == motion.AWAY).all()
        assert np.abs(np.delete(flat / np.array(SCALE), away, 1)).max() < 2.5
        assert named["weather_y"].min() > 4


def test_right_and_left_are_told_by_facing_and_by_the_layers() -> None:
    for move, sign in (("right", 1), ("left", -1)):
        keys = motion.score(PLAIN | {"motion": move}, rng()).reshape(-1, len(SCORE))
        near, far = keys[:, SCORE.index("drift_near")], keys[:, SCORE.index("drift_far")]
        assert (keys[:, SCORE.index("facing")] == sign).all()
        assert (near * sign > far * sign).all()
        assert (far * sign > 0).all()


def test_walkers_keep_to_the_ground_but_not_in_the_clouds() -> None:
    low, high = (
        motion.score(PLAIN | {"subject": "cat", "place": place}, rng(1))[..., SCORE.index("y")]
        for place in ("hills", "clouds")
    )
    assert low.mean() > high.mean() + 0.3


def test_whatever_its_size_a_walker_has_its_feet_on_the_ground() -> None:
    feet = []
    for size, count in itertools.product(WORLD.values["size"], WORLD.values["count"]):
        values = PLAIN | {"subject": "fox", "size": size, "count": count}
        keys = motion.score(values, rng(1)).reshape(-1, len(SCORE))
        y, grown = keys[:, SCORE.index("y")], keys[:, SCORE.index("size")]
        feet.append((y + motion.FEET * 2.0**grown).mean())
    assert max(feet) - min(feet) < 0.03


def test_sizes_and_counts_are_told_by_the_size_of_each() -> None:
    sizes = [
        motion.score(PLAIN | {slot: value}, rng(1))[..., SCORE.index("size")].mean()
        for slot in ("size", "count")
        for value in WORLD.values[slot]
    ]
    assert sizes[0] < sizes[1] - 0.5 < sizes[2] - 0.9
    assert sizes[5] < sizes[4] < sizes[3] == sizes[1]


def channels(seed: int = 1, **values: str) -> dict[str, NDArray[np.float32]]:
    """The score of a scene like PLAIN, channel by channel."""
    keys = motion.score(PLAIN | values, rng(seed)).reshape(-1, len(SCORE))
    return dict(zip(SCORE, keys.T, strict=True))


@pytest.mark.parametrize("relation", WORLD.values["relation"])
@pytest.mark.parametrize("other", ["owl", "cat", "balloon"])
def test_two_stand_apart_and_stay_on_stage(relation: str, other: str) -> None:
    for move, seed in itertools.product(("right", "left", "sway"), range(3)):
        said = channels(seed, motion=move, subject="fox", other=other, relation=relation)
        apart = said["other_x"] - said["x"]
        assert (np.sign(apart) == np.sign(apart[0])).all()
        assert np.abs(apart).min() > 0.6
        for name in ("x", "other_x"):
            assert np.abs(said[name]).max() < 0.6
        assert max(said["y"].max(), said["other_y"].max()) < 0.75
        flat = np.stack([*said.values()], 1) / np.array(SCALE)
        assert np.abs(np.delete(flat, SCORE.index("light"), 1)).max() < 2.5


def test_relations_are_told_by_where_the_two_look_and_by_the_layers() -> None:
    for move, way in (("right", 1), ("left", -1)):
        chasing, watching, beside = (
            channels(motion=move, other="rabbit", relation=relation)
            for relation in ("chasing", "watching", "beside")
        )
        assert (chasing["facing"] == way).all()
        assert (chasing["other_facing"] == way).all()
        assert ((chasing["other_x"] - chasing["x"]) * way > 0).all()
        assert (watching["facing"] == -watching["other_facing"]).all()
        assert ((watching["other_x"] - watching["x"]) * watching["facing"] > 0).all()
        assert (beside["facing"] == beside["other_facing"]).all()
        speeds = [abs(said["drift_near"][0]) for said in (watching, beside, chasing)]
        assert speeds == sorted(speeds)
        assert chasing["drift_near"][0] * way > 0


def test_what_is_watched_keeps_higher_unless_it_walks() -> None:
    high, low = (
        channels(subject="cat", other=other, relation="watching")["other_y"].mean()
        for other in ("balloon", "dog")
    )
    assert high < low - 0.4


def test_moods_are_told_by_light_warmth_and_pace() -> None:
    said = {mood: channels(mood=mood) for mood in WORLD.values["mood"]}
    light = {mood: one["light"].mean() for mood, one in said.items()}
    warmth = {mood: one["warmth"].mean() for mood, one in said.items()}
    assert light["gloomy"] < -2 < light["calm"] < light["cheerful"]
    assert warmth["gloomy"] < -1 < warmth["calm"] < warmth["cheerful"]
    assert np.ptp(said["dreamy"]["warmth"]) > 1.5
    assert all(np.ptp(said[mood]["warmth"]) < 0.01 for mood in said if mood != "dreamy")
    turns = {mood: np.abs(np.diff(one["pose"])).sum() for mood, one in said.items()}
    assert turns["gloomy"] < turns["calm"] < turns["cheerful"]


@pytest.mark.parametrize("seed", range(5))
def test_a_camera_comes_closer_goes_away_or_looks_up_and_down(seed: int) -> None:
    said = {camera: channels(seed, camera=camera) for camera in WORLD.values["camera"]}
    assert (said["still"]["zoom"] == 0).all()
    assert (np.diff(said["closer"]["zoom"]) > 0).all()
    assert (np.diff(said["away"]["zoom"]) < 0).all()
    for camera, sign in (("up", -1), ("down", 1)):
        assert np.ptp(said[camera]["zoom"]) == 0
        assert (np.diff(said[camera]["view"]) * sign >= 0).all()
        assert np.ptp(said[camera]["view"]) > 1
    for one in said.values():
        assert one["zoom"].min() >= 0
        assert one["zoom"].max() <= 1
        assert np.abs(one["view"]).max() <= 1


def test_the_world_of_the_training_is_the_shipped_one() -> None:
    assert World.load(WEIGHTS) == WORLD
    assert list(World.load(WEIGHTS).values) == list(WORLD.values)


def test_a_world_is_read_from_tables_of_words(tmp_path: Path) -> None:
    text = Path(worlds.__file__).with_name("world.toml").read_text("utf-8")
    (tmp_path / "world.toml").write_text(
        text.replace("whale bird", "tram kite")
        .replace("[suits.whale]", "[suits.tram]")
        .replace("[suits.bird]", "[suits.kite]")
        .replace("\nwhale =", "\ntram =")
        .replace("\nbird =", "\nkite =")
    )
    made = worlds.read(tmp_path / "world.toml")
    assert made.values["subject"][:2] == ("tram", "kite")
    assert made.values["other"] == ("nothing", *made.values["subject"])
    assert made.values["other_colour"] == made.values["colour"]
    assert made.shown["tram"] == ("whale", "dolphin")
    (tmp_path / "world.toml").write_text(text.replace("[suits.whale]", "[suits.tram]"))
    with pytest.raises(ValueError, match="no subject tram"):
        worlds.read(tmp_path / "world.toml")


def test_some_combinations_are_held_out_but_never_all_of_a_subject() -> None:
    for subject in WORLD.values["subject"]:
        seen = {
            (colour, place)
            for colour in WORLD.values["colour"]
            for place in WORLD.values["place"]
            if not held_out(subject, colour, place)
        }
        assert len({colour for colour, _ in seen}) >= 4
        assert len({place for _, place in seen}) >= 4
    assert held_out("cat", "orange", "hills")
    assert held_out("fox", "red", "forest")
    assert not held_out("whale", "blue", "sea")


def test_held_out_does_not_depend_on_the_process() -> None:
    assert worlds._bucket("rocket blue") == 0


def test_training_never_draws_what_is_held_out() -> None:
    chance = rng(6)
    drawn = [world(chance) for _ in range(400)]
    assert not any(held_out(v["subject"], v["colour"], v["place"]) for v in drawn)
    assert all(v["weather"] == "clear" for v in drawn if v["place"] == "underwater")
    free = [world(chance, held=True) for _ in range(400)]
    assert any(held_out(v["subject"], v["colour"], v["place"]) for v in free)


def test_tints_and_palettes() -> None:
    assert mix((0, 0, 0), (10, 20, 30), 0.5) == (5, 10, 15)
    assert tint((10, 200, 30), "day") == (10, 200, 30)
    assert tint((200, 200, 200), "night")[0] < tint((200, 200, 200), "dawn")[0]
    papers = Palette.of((100, 0, 0))
    assert papers.dark == mix((100, 0, 0), DARK, 0.34)
    assert papers.light == mix((100, 0, 0), WARM, 0.58)


def test_inks_give_every_colour_a_drawing_of_its_own() -> None:
    """Coloured afterwards, a drawing is what it would have been in these papers."""
    inks = np.array([*COLOURS["blue"], *WARM, 255, 0, 0, 0], np.float32) / np.float32(255)
    plate = subjects.plate("fox", rng(2)).astype(np.float32) / np.float32(255)
    shown = coloured(plate, inks)[1, :3]
    papers = Palette.of(COLOURS["blue"], WARM)
    chance = rng(2)
    wide, tall = chance.uniform(0.97, 1.03, 2)
    lean, pattern = chance.uniform(-1, 1), int(chance.random() < 0.4)
    drawn = subjects.pose("fox", papers, (wide, tall), lean, 0.0, pattern)
    assert np.abs(shown * 255 - drawn[..., :3].transpose(2, 0, 1)).mean() < 2


def test_what_the_world_does_not_have_cannot_be_drawn() -> None:
    with pytest.raises(KeyError):
        subjects.plate("minotaur", rng())
    with pytest.raises(KeyError):
        subjects.inks("mauve", "day", rng())
