"""Which rendition a viewer is sent: with real units, a clock of the test, and no network."""

from collections.abc import Awaitable, Callable

import pytest

from phosphene.errors import NotAcceptable
from phosphene.stream.live import LiveClip
from phosphene.stream.webrtc.rtp_timestamps import RTP_CLOCK, rtp_clock
from phosphene.stream.webrtc.selection import Selection
from phosphene.stream.webrtc.sender import ReceiverStatus, VideoSender
from phosphene.stream.webrtc.template import Negotiated
from phosphene.stream.webrtc.template_cache import TemplateCaches
from phosphene.stream.webrtc.viewer import Viewer
from phosphene.units import Unit
from tests.stream.viewer import FPS, GOP, HEIGHT, WIDTH, Encoder

GOOD = ReceiverStatus(0.02, 0.0, 0.001, 10_000_000)
LOST = ReceiverStatus(0.02, 0.3, 0.001, 10_000_000)
WEAK = ReceiverStatus(0.02, 0.0, 0.001, 1)


class Seat:
    """A viewer on a clip; ``sent`` are the units that it was sent, as (rendition, tick)."""

    def __init__(self, encoder: Encoder, only: str | None = None) -> None:
        async def writable() -> None:
            raise AssertionError

        waits: Callable[[], Awaitable[None]] = writable
        self.encoder = encoder
        self.sender = VideoSender(Negotiated(108, None, 0, "", 0), lambda: None)
        self.viewer = Viewer(self.sender, lambda: None, lambda: None, waits, TemplateCaches())
        self.changed = 0
        self.selection = Selection(
            self.viewer.turn_to,
            self.viewer.change_to,
            only,  # type: ignore[arg-type]
            self._change,
        )
        self.sent: list[tuple[str, int]] = []
        self.times: list[int] = []
        self.now_s = 0.0

    def _change(self) -> None:
        self.changed += 1

    def watch(self, first: int, stop: int) -> list[tuple[str, int]]:
        """The clip goes on over these ticks; what the viewer was sent meanwhile."""
        before = len(self.sent)
        for pts in range(first, stop):
            self.encoder.make(pts, pts + 1)
            self._pump(pts)
        return self.sent[before:]

    def _pump(self, pts: int) -> None:
        cursor = self.viewer.cursor
        while cursor is not None and (step := cursor.next_unit(rtp_clock(pts / FPS))):
            place, due = step
            unit = cursor.live.units.items[place]
            self.sent.append((cursor.live.name, unit.pts))
            self.times.append(due)

    def look(self, *seen: ReceiverStatus) -> None:
        for one in seen:
            self.now_s += 1.0
            self.selection.note_receiver(one, self.now_s)


@pytest.fixture
def seat(encoder: Encoder) -> Seat:
    made = Seat(encoder)
    made.selection.turn_to(encoder.live)
    return made


@pytest.mark.parametrize("bad", [LOST, WEAK])
def test_a_weak_line_gets_the_half_at_its_keyframe_and_comes_back_up(
    seat: Seat, bad: ReceiverStatus
) -> None:
    seat.watch(0, 3)
    seat.look(GOOD, bad)
    assert not seat.encoder.asked
    seat.look(bad)
    assert seat.encoder.asked == ["half"]
    there = seat.watch(3, GOP + 2)
    assert there == [
        *(("full", pts) for pts in range(3, GOP)),
        *(("half", pts) for pts in range(GOP, GOP + 2)),
    ]
    assert seat.changed == seat.selection.switches == 1
    seat.look(*[GOOD] * 8)
    back = seat.watch(GOP + 2, 2 * GOP + 2)
    assert [name for name, _ in back] == ["half"] * (GOP - 2) + ["full"] * 2
    assert [pts for _, pts in seat.sent] == list(range(2 * GOP + 2))
    assert seat.times == [pts * RTP_CLOCK // FPS for _, pts in seat.sent]
    assert seat.selection.switches == 2


def test_nobody_is_watched_for_longer_than_they_watch(seat: Seat) -> None:
    half = seat.encoder.live.get_rendition("half")
    seat.watch(0, 1)
    seat.selection.choose_rendition("half")
    assert half.audience.count == 1
    seat.watch(1, GOP + 1)
    assert half.audience.count == 1
    seat.selection.choose_rendition(None)
    seat.watch(GOP + 1, 2 * GOP + 1)
    assert half.audience.count == 0
    seat.selection.choose_rendition("half")
    seat.selection.choose_rendition("full")
    seat.selection.choose_rendition("half")
    seat.selection.close()
    assert half.audience.count == 0


def test_while_somebody_watches_the_encoder_is_asked_with_each_keyframe(seat: Seat) -> None:
    seat.watch(0, 1)
    seat.selection.choose_rendition("half")
    seat.watch(1, GOP + 1)
    begun = len(seat.encoder.asked)
    seat.watch(GOP + 1, 3 * GOP + 1)
    assert seat.encoder.asked[begun:] == ["half"] * 2
    seat.selection.close()
    seat.encoder.make(3 * GOP + 1, 4 * GOP)
    assert len(seat.encoder.asked) == begun + 2


def test_a_change_of_mind_before_the_keyframe_changes_nothing(seat: Seat) -> None:
    seat.watch(0, 3)
    seat.selection.choose_rendition("half")
    seat.watch(3, 5)
    seat.selection.choose_rendition("full")
    assert {name for name, _ in seat.watch(5, 2 * GOP)} == {"full"}
    assert seat.selection.switches == 0


def test_a_rendition_that_stops_gives_way_to_the_full_one(seat: Seat, units: list[Unit]) -> None:
    seat.watch(0, 1)
    seat.selection.choose_rendition("half")
    seat.watch(1, GOP + 1)
    live = seat.encoder.live
    for pts in range(GOP + 1, 3 * FPS + GOP + 1):
        assert seat.selection.shown is live.get_rendition("half")
        if pts == 3 * FPS + 2:
            seat.look(GOOD)
        old = units[pts % (2 * FPS)]
        live.append_unit(Unit(pts, old.key, pts, 0.0, True, old.data))
    assert seat.selection.shown is live


def test_the_next_clip_begins_in_what_the_line_took(
    seat: Seat, units: list[Unit], others: dict[str, list[Unit]]
) -> None:
    seat.watch(0, 3)
    seat.look(LOST, LOST)
    seat.watch(3, GOP + 2)
    busy = Encoder(units, others)  # type: ignore[arg-type]
    busy.asked.append("half")
    busy.make(0, 5)
    seat.encoder = busy
    seat.selection.turn_to(busy.live)
    assert seat.watch(5, 7) == [("half", pts) for pts in range(7)]
    quiet = Encoder(units, others)  # type: ignore[arg-type]
    quiet.make(0, 5)
    seat.encoder = quiet
    seat.selection.turn_to(quiet.live)
    names = [name for name, _ in seat.watch(5, GOP + 1)]
    assert names == ["full"] * GOP + ["half"]
    assert seat.times == sorted(set(seat.times))


def test_a_player_without_h264_waits_for_its_rendition(encoder: Encoder) -> None:
    seat = Seat(encoder, "vp8")
    seat.watch(0, 3)
    seat.selection.turn_to(encoder.live)
    assert seat.selection.shown is None
    assert encoder.asked == ["vp8"]
    assert seat.watch(3, GOP + 2) == [("vp8", GOP), ("vp8", GOP + 1)]
    late = Seat(encoder, "vp8")
    late.selection.turn_to(encoder.live)
    assert late.watch(GOP + 2, GOP + 3) == [("vp8", GOP + n) for n in range(3)]
    late.look(*[LOST] * 9)
    late.selection.choose_rendition("half")
    assert {name for name, _ in late.watch(GOP + 3, 2 * GOP)} == {"vp8"}


def test_a_clip_that_ends_while_it_is_waited_for_is_over(encoder: Encoder) -> None:
    seat = Seat(encoder, "vp8")
    seat.selection.turn_to(encoder.live)
    seat.watch(0, 0)
    assert not seat.selection.is_over
    encoder.live.close()
    assert seat.selection.is_over
    assert seat.changed == 1
    late = Seat(encoder, "vp8")
    late.selection.turn_to(encoder.live)
    assert late.selection.is_over
    assert late.changed == 1


def test_of_a_finished_clip_there_is_only_h264(units: list[Unit], encoder: Encoder) -> None:
    finished = LiveClip("c", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None)
    finished.units.append(units[0])
    seat = Seat(encoder)
    seat.selection.turn_to(finished)
    seat.selection.choose_rendition("half")
    seat.look(*[LOST] * 9)
    assert seat.selection.shown is finished
    vp8 = Seat(encoder, "vp8")
    vp8.selection.turn_to(encoder.live)
    with pytest.raises(NotAcceptable, match="only"):
        vp8.selection.turn_to(finished)
    assert encoder.live.get_rendition("vp8").audience.count == 1
