import time

import pytest

from phosphene.errors import NotLive
from phosphene.stream.live import LiveClip, LiveClips
from phosphene.stream.rendition import measured_rate
from phosphene.units import Unit
from tests.stream.viewer import FPS, Encoder


def nothing() -> None:
    pass


def test_a_clip_is_on_air_inside_the_block() -> None:
    stage = LiveClips()
    with stage.on_air("a", width=64, height=96, fps=24, ask_keyframe=nothing) as live:
        assert stage.get_live("a") is live
        assert stage.live_ids == {"a"}
        assert not live.units.items
        assert not live.units.closed
    assert live.units.closed
    assert stage.live_ids == frozenset()
    with pytest.raises(NotLive):
        stage.get_live("a")


def test_the_log_is_closed_when_drawing_fails() -> None:
    stage = LiveClips()
    with (
        pytest.raises(ZeroDivisionError),
        stage.on_air("a", width=64, height=96, fps=24, ask_keyframe=nothing) as live,
    ):
        raise ZeroDivisionError
    assert live.units.closed
    assert not stage.live_ids


def test_a_clip_cannot_be_on_air_twice() -> None:
    stage = LiveClips()
    with stage.on_air("a", width=64, height=96, fps=24, ask_keyframe=nothing) as first:
        with (
            pytest.raises(RuntimeError),
            stage.on_air("a", width=64, height=96, fps=24, ask_keyframe=nothing),
        ):
            pass
        assert stage.get_live("a") is first
        first.units.append(Unit(0, True, 0, 1.0, False, b""))


def test_arrivals_are_told_while_watched() -> None:
    stage, seen = LiveClips(), list[str]()

    def arrival(live: LiveClip) -> None:
        seen.append(live.clip)

    with (
        stage.announcing_arrivals(arrival),
        stage.on_air("a", width=64, height=96, fps=24, ask_keyframe=nothing),
    ):
        pass
    with stage.on_air("b", width=64, height=96, fps=24, ask_keyframe=nothing):
        pass
    assert seen == ["a"]


def test_renditions_are_there_for_those_who_watch(encoder: Encoder) -> None:
    live = encoder.live
    assert live.get_rendition("full") is live
    with live.watching_rendition("full"), live.watching_rendition("half") as half:
        assert encoder.asked == ["half"]
        assert (half.audience.count, half.name, half.clip) == (1, "half", "a")
        assert half.newest_tick == -1
        encoder.make(0, 2)
        assert [unit.pts for unit in half.units.items] == [0, 1]
        assert half.units.items[0].data != live.units.items[0].data
    vp8 = live.get_rendition("vp8")
    live.close()
    late = LiveClip("b", width=64, height=96, fps=24, ask_keyframe=nothing)
    late.close()
    assert half.units.closed
    assert vp8.units.closed
    assert late.get_rendition("half").units.closed
    assert late.names == ("full",)


def test_a_rate_is_that_of_the_last_second() -> None:
    def unit(pts: int) -> Unit:
        return Unit(pts, False, pts, 0.0, True, bytes(100 if pts < 24 else 50))

    assert measured_rate([], 24) == 0
    assert measured_rate([unit(pts) for pts in range(24)], 24) == 24 * 800
    assert measured_rate([unit(pts) for pts in range(60)], 24) == 24 * 400
    assert measured_rate([unit(0), unit(100)], 24) == 400


def test_the_encoder_is_asked_once_a_second(live: LiveClip, asked: list[str]) -> None:
    for now_s in (0.0, 0.3, 0.999, 1.0, 1.5, 7.0):
        live.request_keyframe(now_s)
    assert len(asked) == 3


def test_a_clip_of_another_instance_goes_on_at_its_moment(units: list[Unit]) -> None:
    live = LiveClip("a", width=64, height=96, fps=FPS, ask_keyframe=nothing)
    before = time.time()
    live.continue_after(units[:FPS])
    assert live.aired_at is not None
    # The last of them was shown just now, however long all of them took to come.
    assert before <= live.aired_at + (FPS - 1) / FPS <= time.time()
    assert live.newest_tick == FPS - 1
    live.append_unit(units[FPS])
    assert live.newest_tick == FPS


def test_a_clip_can_be_closed_by_its_name() -> None:
    stage = LiveClips()
    stage.close_clip("a")
    with stage.on_air("a", width=64, height=96, fps=FPS, ask_keyframe=nothing) as live:
        with live.audience.viewer_present():
            assert live.viewer_count == 1
        stage.close_clip("a")
        assert live.units.closed
        assert stage.get_live("a") is live
