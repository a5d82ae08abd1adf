import pytest

from server.errors import NotLive
from server.model import Unit
from server.stream.live import Live, Stage


def nothing() -> None:
    pass


def test_a_clip_is_on_air_inside_the_block() -> None:
    stage = Stage()
    with stage.on_air("a", width=64, height=96, fps=24, ask_keyframe=nothing) as live:
        assert stage.get("a") is live
        assert stage.live_ids == {"a"}
        assert not live.units.items
        assert not live.units.closed
    assert live.units.closed
    assert stage.live_ids == frozenset()
    with pytest.raises(NotLive):
        stage.get("a")


def test_the_log_is_closed_when_drawing_fails() -> None:
    stage = Stage()
    with (
        pytest.raises(ZeroDivisionError),
        stage.on_air("a", width=64, height=96, fps=24, ask_keyframe=nothing) as live,
    ):
        raise ZeroDivisionError
    assert live.units.closed
    assert not stage.live_ids


def test_a_clip_cannot_be_on_air_twice() -> None:
    stage = Stage()
    with stage.on_air("a", width=64, height=96, fps=24, ask_keyframe=nothing) as first:
        with (
            pytest.raises(RuntimeError),
            stage.on_air("a", width=64, height=96, fps=24, ask_keyframe=nothing),
        ):
            pass
        assert stage.get("a") is first
        first.units.append(Unit(0, True, 0, 1.0, False, b""))


def test_arrivals_are_told_while_watched() -> None:
    stage, seen = Stage(), list[str]()

    def arrival(live: Live) -> None:
        seen.append(live.clip)

    with (
        stage.watch(arrival),
        stage.on_air("a", width=64, height=96, fps=24, ask_keyframe=nothing),
    ):
        pass
    with stage.on_air("b", width=64, height=96, fps=24, ask_keyframe=nothing):
        pass
    assert seen == ["a"]


def test_the_encoder_is_asked_once_a_second(live: Live, asked: list[str]) -> None:
    for now_s in (0.0, 0.3, 0.999, 1.0, 1.5, 7.0):
        live.want_keyframe(now_s)
    assert len(asked) == 3
