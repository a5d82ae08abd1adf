from msgspec.structs import replace

from phosphene.stream.live import LiveClip
from phosphene.stream.webrtc.cursor import Cursor
from phosphene.stream.webrtc.rtp_timestamps import rtp_time
from phosphene.units import Unit
from tests.stream.viewer import FPS, GOP

TICKS = 90_000 // FPS
NOW = 1_000_000
"""This moment on the viewer's clock."""


def a_cursor(live: LiveClip, after: int = -1) -> Cursor:
    return Cursor(live, after)


def fill(live: LiveClip, units: list[Unit]) -> None:
    for unit in units:
        live.units.append(unit)


def drain(cursor: Cursor, now: int = NOW) -> list[tuple[int, int]]:
    steps = []
    while step := cursor.next_unit(now):
        steps.append(step)
    return steps


def test_a_latecomer_starts_at_the_last_keyframe_squeezed_to_now(
    live: LiveClip, units: list[Unit]
) -> None:
    fill(live, units[: GOP + 4])
    places, times = zip(*drain(a_cursor(live)), strict=True)
    assert [*places] == [*range(GOP, GOP + 4)]
    assert [*times] == [NOW - 270, NOW - 180, NOW - 90, NOW]


def test_after_the_burst_times_are_those_of_the_units(live: LiveClip, units: list[Unit]) -> None:
    fill(live, units[:3])
    cursor = a_cursor(live)
    drain(cursor)
    fill(live, units[3:6])  # three at once, as after a hiccup, keep their distances
    assert [time - NOW for _, time in drain(cursor, NOW + 7)] == [TICKS, 2 * TICKS, 3 * TICKS]


def test_before_first_light_there_is_nothing(live: LiveClip, units: list[Unit]) -> None:
    cursor = a_cursor(live)
    assert cursor.next_unit(NOW) is None
    fill(live, units[:1])
    assert drain(cursor) == [(0, NOW)]


def test_a_viewer_that_fell_behind_jumps(live: LiveClip, units: list[Unit]) -> None:
    fill(live, units[:1])
    cursor = a_cursor(live)
    first = drain(cursor)[0][1]
    fill(live, units[1 : 2 * GOP + 3])
    places, times = zip(*drain(cursor), strict=True)
    assert [*places] == [*range(2 * GOP, 2 * GOP + 3)]
    assert first < times[0]
    # All at once, so that a player shows the last of them at its moment.
    end = NOW + (2 * GOP + 2) * TICKS
    assert [*times] == [end - 180, end - 90, end]


def test_what_is_shown_again_ends_at_the_moment_of_the_newest(
    live: LiveClip, units: list[Unit]
) -> None:
    fill(live, units[:4])
    cursor = a_cursor(live)
    drain(cursor)
    cursor.picture_lost(5.0)
    fill(live, units[4:5])
    places, times = zip(*drain(cursor), strict=True)
    assert [*places] == [0, 1, 2, 3, 4]
    assert [NOW + TICKS - time for time in times] == [360, 270, 180, 90, 0]


def test_within_a_burst_no_picture_goes_the_short_way(live: LiveClip, units: list[Unit]) -> None:
    fill(live, units[:2])
    cursor = a_cursor(live)
    assert cursor.next_unit(NOW) == (0, NOW - 90)
    assert cursor.step_over_newest(1, rtp_time(units[1].pts, FPS)) is None
    assert cursor.next_unit(NOW) == (1, NOW)
    fill(live, units[2:3])
    assert cursor.step_over_newest(2, rtp_time(units[2].pts, FPS)) == NOW + TICKS


def test_it_ends_after_the_last_unit(live: LiveClip, units: list[Unit]) -> None:
    fill(live, units[:2])
    cursor = a_cursor(live)
    live.units.close()
    assert not cursor.at_end
    assert len(drain(cursor)) == 2
    assert cursor.at_end


def test_it_ends_when_the_clip_never_began(live: LiveClip) -> None:
    cursor = a_cursor(live)
    assert not cursor.at_end
    live.units.close()
    assert cursor.next_unit(NOW) is None
    assert cursor.at_end


def test_times_go_on_from_the_clip_before(live: LiveClip, units: list[Unit]) -> None:
    fill(live, units[:4])
    times = [time for _, time in drain(a_cursor(live, after=NOW + 20))]
    assert times[0] > NOW + 20
    assert times == sorted(set(times))


def test_a_lost_picture_is_answered_with_the_pictures_since_the_keyframe(
    live: LiveClip, units: list[Unit], asked: list[str]
) -> None:
    fill(live, units[:4])
    cursor = a_cursor(live)
    before = drain(cursor)[-1][1]
    cursor.picture_lost(5.0)
    places, times = zip(*drain(cursor), strict=True)
    assert [*places] == [0, 1, 2, 3]
    assert before < times[0]
    assert [*times] == sorted(set(times))
    assert not asked


def test_pictures_lost_one_after_the_other_are_answered_once(
    live: LiveClip, units: list[Unit]
) -> None:
    fill(live, units[:4])
    cursor = a_cursor(live)
    drain(cursor)
    for now_s in (5.0, 5.1, 5.2):
        cursor.picture_lost(now_s)
    assert len(drain(cursor)) == 4
    cursor.picture_lost(5.3)
    assert drain(cursor) == []
    cursor.picture_lost(5.6)
    assert len(drain(cursor)) == 4


def test_a_picture_lost_before_the_first_is_no_picture(live: LiveClip, units: list[Unit]) -> None:
    cursor = a_cursor(live)
    cursor.picture_lost(1.0)
    fill(live, units[:1])
    assert len(drain(cursor)) == 1


def test_a_long_group_of_pictures_is_cut_by_the_encoder(
    live: LiveClip, units: list[Unit], asked: list[str]
) -> None:
    fill(live, units[:1] + units[1:GOP] * 6)
    cursor = a_cursor(live)
    drain(cursor)
    for now_s in (5.0, 5.5, 6.5):
        cursor.picture_lost(now_s)
    assert len(asked) == 2
    assert drain(cursor) == []


def test_who_keeps_up_follows_unit_by_unit(live: LiveClip, units: list[Unit]) -> None:
    fill(live, units[:3])
    cursor, other = a_cursor(live), a_cursor(live)
    assert cursor.step_over_newest(2, 2 * TICKS) is None  # it is due all since the keyframe
    for one in (cursor, other):
        drain(one)
    fill(live, units[3:4])
    assert cursor.step_over_newest(3, rtp_time(units[3].pts, FPS)) == drain(other)[0][1]
    assert cursor.step_over_newest(3, rtp_time(units[3].pts, FPS)) is None
    assert drain(cursor) == []
    fill(live, units[4:6])
    assert cursor.step_over_newest(5, rtp_time(units[5].pts, FPS)) is None
    assert drain(cursor) == drain(other)


def test_times_rise_when_units_have_one_time(live: LiveClip, units: list[Unit]) -> None:
    fill(live, units[:2])
    cursor = a_cursor(live)
    (_, before) = drain(cursor)[-1]
    fill(live, [replace(units[2], pts=units[1].pts)])
    assert cursor.step_over_newest(2, rtp_time(units[1].pts, FPS)) == before + 1
