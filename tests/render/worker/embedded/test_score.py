import numpy as np
import pytest

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.score import FPS, frame_states, second_subject, subject_states
from phosphene.render.worker.embedded.vocabulary import KEYS, SCORE


def still(seconds: int, **values: float) -> Array:
    keys = np.zeros((seconds, KEYS, len(SCORE)), np.float32)
    for name, value in values.items():
        keys[..., SCORE.index(name)] = value
    return keys


def noise(seconds: int) -> Array:
    keys = np.random.default_rng(3).standard_normal((seconds, KEYS, len(SCORE)))
    return (keys * 0.3).astype(np.float32)


@pytest.mark.parametrize("seconds", [1, 2, 10])
def test_a_second_is_24_frames(seconds: int) -> None:
    assert len(frame_states(noise(seconds))) == seconds * FPS


def test_frames_at_keys_have_the_keys_values() -> None:
    keys = noise(2)
    frames = frame_states(keys)
    for j in range(2 * KEYS - 1):
        frame = frames[(j + 1) * FPS // KEYS]
        assert frame.x == pytest.approx(keys.reshape(-1, len(SCORE))[j, 0])


def test_before_the_first_key_all_stands_still() -> None:
    keys = noise(1)
    assert {frame.tilt for frame in frame_states(keys)[:4]} == {
        float(keys[0, 0, SCORE.index("tilt")])
    }


def test_later_seconds_never_change_frames_that_were_shown() -> None:
    keys = noise(10)
    whole = frame_states(keys)
    for seconds in range(1, 10):
        assert frame_states(keys[:seconds]) == whole[: seconds * FPS]
    rest = keys.copy()
    rest[4:] += 5
    assert frame_states(rest)[: 4 * FPS] == whole[: 4 * FPS]


def test_movement_is_smooth_where_chunks_meet() -> None:
    time = (np.arange(3 * KEYS) + 1) / KEYS
    keys = still(3)
    keys[..., 0] = np.sin(2 * time).reshape(3, KEYS)
    x = np.array([frame.x for frame in frame_states(keys)])
    expected = np.sin(2 * np.arange(len(x)) / FPS)
    assert np.abs(x - expected)[6:].max() < 0.002
    assert np.abs(np.diff(x, 2))[6:].max() < 0.012


def test_velocities_add_up() -> None:
    frames = frame_states(still(4, drift_near=1.5, weather_x=-0.5))
    assert frames[-1].drift_near == pytest.approx(1.5 * 4)
    assert frames[2 * FPS - 1].weather_x == pytest.approx(-0.5 * 2)
    steps = np.diff([frame.drift_near for frame in frames])
    np.testing.assert_allclose(steps, 1.5 / FPS)


def test_facing_uses_the_sign_and_turns_gradually() -> None:
    keys = still(1, facing=0.01)
    keys[0, 4:, SCORE.index("facing")] = -0.3
    facing = [frame.facing for frame in frame_states(keys)]
    assert facing[0] == 1
    assert facing[-1] == -1
    assert any(-1 < value < 1 for value in facing)
    assert facing == sorted(facing, reverse=True)


@pytest.mark.parametrize("value", [1e4, -1e4])
def test_wild_keys_are_bounded(value: float) -> None:
    for frame in frame_states(np.full((1, KEYS, len(SCORE)), value, np.float32)):
        assert abs(frame.x) <= 3
        assert abs(frame.size) <= 2.5
        assert abs(frame.pose) <= 1
        assert abs(frame.drift_far) <= 24
        assert abs(frame.light) <= 4
        assert 0 <= frame.zoom <= 1
        assert abs(frame.view) <= 1
        assert abs(frame.warmth) <= 1.5


def test_one_stands_where_the_score_says() -> None:
    frames = frame_states(noise(2))
    assert subject_states(frames, 30, "one") == (frames[30],)


@pytest.mark.parametrize(("count", "number"), [("two", 2), ("three", 3)])
@pytest.mark.parametrize("facing", [1.0, -1.0])
def test_others_follow_the_first_and_all_are_around_the_middle(
    count: str, number: int, facing: float
) -> None:
    frames = frame_states(still(2, facing=facing))
    standing = subject_states(frames, 30, count)
    assert len(standing) == number
    first, *others = [one.x * facing for one in standing]
    assert others == sorted(others)
    assert first > max(others)
    assert first + others[0] == pytest.approx(0)
    assert {one.facing for one in standing} == {facing}


def test_others_do_the_same_a_little_later_and_need_no_frame_to_come() -> None:
    frames = frame_states(noise(2))
    first, last = subject_states(frames, 30, "two")
    assert first.pose == frames[30].pose
    assert last.pose in {frame.pose for frame in frames[:30]}
    assert subject_states(frames, 0, "three")[1].pose == frames[0].pose
    assert subject_states(frames[:31], 30, "three") == subject_states(frames, 30, "three")


def test_the_camera_keeps_to_its_picture_between_two_keys() -> None:
    keys = still(1, zoom=0.4)
    keys[0, :, SCORE.index("view")] = (0.5, 0.9, 1, 1, -0.8, -1, -1, -1)
    keys[0, :, SCORE.index("zoom")] = (0.4, 0.1, 0, 0, -1, 0, 0.5, 0.1)
    frames = frame_states(keys)
    assert max(frame.view for frame in frames) == 1
    assert min(frame.view for frame in frames) == -1
    assert min(frame.zoom for frame in frames) == 0


def test_both_subjects_turn_gradually() -> None:
    keys = still(1, other_facing=0.2)
    keys[0, 4:, SCORE.index("other_facing")] = -0.3
    turned = [frame.other_facing for frame in frame_states(keys)]
    assert (turned[0], turned[-1]) == (1, -1)
    assert turned == sorted(turned, reverse=True)


def test_the_second_subject_has_channels_of_its_own() -> None:
    frame = frame_states(noise(2))[30]
    other = second_subject(frame)
    assert (other.x, other.y, other.size) == (frame.other_x, frame.other_y, frame.other_size)
    assert (other.tilt, other.pose) == (frame.other_tilt, frame.other_pose)
    assert other.facing == frame.other_facing
    assert (other.light, other.zoom, other.warmth) == (frame.light, frame.zoom, frame.warmth)
