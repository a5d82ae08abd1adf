import asyncio

import pytest
from pylibsrtp import Policy, Session

from phosphene.stream.live import LiveClip
from phosphene.stream.webrtc.egress import SegmentedEgress, srtp_destination
from phosphene.stream.webrtc.fanout import Fanouts
from phosphene.stream.webrtc.sender import VideoSender
from phosphene.stream.webrtc.template import Negotiated
from phosphene.stream.webrtc.template_cache import TemplateCaches
from phosphene.stream.webrtc.udp import _open
from phosphene.stream.webrtc.viewer import ROUND, SendState, Viewer, read_clocks, send_newest_to_all
from phosphene.units import Unit

KEY = bytes(44)


class Place:
    """A viewer that is connected, with the socket that it reads."""

    def __init__(self) -> None:
        self.out, self.socket = _open("127.0.0.1", 0), _open("127.0.0.1", 0)
        policy = Policy(
            key=KEY,
            ssrc_type=Policy.SSRC_ANY_OUTBOUND,
            srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_256_GCM,
        )
        self.ended, self.broken = asyncio.Event(), asyncio.Event()
        sender = VideoSender(Negotiated(108, None, 0, "", 0), lambda: None)
        sender.open(
            srtp_destination(Session(policy), self.out, self.socket.getsockname()),
            SegmentedEgress(),
            16,
        )
        self.viewer = Viewer(sender, self.ended.set, self.broken.set, self.wait, TemplateCaches())
        self.waited = 0

    async def wait(self) -> None:
        self.waited += 1

    async def picture(self) -> None:
        """Wait for the last packet of the next one."""
        loop = asyncio.get_running_loop()
        while not (await loop.sock_recv(self.socket, 2048))[1] >> 7:
            pass

    def pictures(self) -> int:
        """How many have come since the last time."""
        count = 0
        while True:
            try:
                count += self.socket.recv(2048)[1] >> 7
            except BlockingIOError:
                return count

    def close(self) -> None:
        self.out.close()
        self.socket.close()


def large(place: int, packets: int) -> Unit:
    """A unit of so many packets."""
    return Unit(place, place == 0, place, 0.0, True, b"\0\0\1\x65" + b"a" * 1170 * packets)


@pytest.mark.asyncio
async def test_everybody_gets_every_unit(live: LiveClip, units: list[Unit]) -> None:
    places, first = [Place() for _ in range(40)], Place()
    async with asyncio.TaskGroup() as tasks:
        fanouts = Fanouts(tasks)
        with fanouts.serving_viewer(live, places[0].viewer):
            for place in places[1:]:
                place.viewer.turn_to(live)
            places[0].viewer.turn_to(live)
            first.viewer.turn_to(live)
            joined = [fanouts.serving_viewer(live, place.viewer) for place in (*places[1:], first)]
            for one in joined:
                one.__enter__()
            for unit in units:
                live.units.append(unit)
                await first.picture()
            live.units.close()
            await asyncio.gather(*(place.ended.wait() for place in places))
            for one in joined:
                one.__exit__(None, None, None)
    assert [place.pictures() for place in places] == [len(units)] * 40
    for place in (*places, first):
        place.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("way", ["send_single_run", "send_picture"])
async def test_a_viewer_that_cannot_be_sent_anything_costs_no_other(
    live: LiveClip, units: list[Unit], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, other = Place(), Place()

    def trip(*given: object) -> None:
        raise ValueError("an odd key")

    monkeypatch.setattr(odd.viewer.sender, way, trip)
    async with asyncio.TaskGroup() as tasks:
        fanouts = Fanouts(tasks)
        odd.viewer.turn_to(live)
        other.viewer.turn_to(live)
        with fanouts.serving_viewer(live, odd.viewer), fanouts.serving_viewer(live, other.viewer):
            for unit in units[:4]:
                live.units.append(unit)
                await other.picture()
            live.units.close()
            await other.ended.wait()
    assert odd.broken.is_set()
    for place in (odd, other):
        place.close()


@pytest.mark.asyncio
async def test_a_large_picture_goes_out_in_rounds(live: LiveClip) -> None:
    place = Place()
    place.viewer.turn_to(live)
    live.units.append(large(0, 3 * ROUND))
    moment = read_clocks()
    said = [place.viewer.send_due(moment) for _ in range(4)]
    assert said[:3] == [SendState.MORE] * 3
    assert said[-1] is SendState.ALL
    assert place.pictures() == 1
    place.close()


def test_who_is_due_just_the_newest_is_sent_it_with_the_others(
    live: LiveClip, units: list[Unit]
) -> None:
    steady, late, away = Place(), Place(), Place()
    for place in (steady, late, away):
        place.viewer.turn_to(live)
    live.units.append(units[0])
    everybody = [steady.viewer, late.viewer, away.viewer]
    assert send_newest_to_all(live, everybody, read_clocks()) == everybody
    steady.viewer.send_due(read_clocks())
    away.viewer.send_due(read_clocks())
    away.viewer.turn_to(None)
    live.units.append(units[1])
    assert send_newest_to_all(live, everybody, read_clocks()) == [late.viewer, away.viewer]
    assert [place.pictures() for place in (steady, late, away)] == [2, 0, 1]
    live.units.close()  # whoever has seen the last is to be told
    assert send_newest_to_all(live, everybody, read_clocks()) == everybody
    for place in (steady, late, away):
        place.close()


@pytest.mark.asyncio
async def test_one_that_is_sent_much_delays_no_other(live: LiveClip) -> None:
    late, other = Place(), Place()
    late.viewer.turn_to(live)
    other.viewer.turn_to(live)
    live.units.append(large(0, 40 * ROUND))
    while other.viewer.send_due(read_clocks()) is SendState.MORE:
        pass
    async with asyncio.TaskGroup() as tasks:
        fanouts = Fanouts(tasks)
        with fanouts.serving_viewer(live, late.viewer), fanouts.serving_viewer(live, other.viewer):
            live.units.append(large(1, 1))
            live.units.close()
            await other.ended.wait()
            assert late.viewer.sender.under_way
            await late.ended.wait()
    late.close()
    other.close()


@pytest.mark.asyncio
async def test_a_viewer_whose_keys_are_used_up_costs_no_other(
    live: LiveClip, units: list[Unit]
) -> None:
    good, bad = Place(), Place()
    for place in (good, bad):
        place.viewer.turn_to(live)
    bad.viewer.sender.change_destination(
        srtp_destination(Session(), bad.out, bad.socket.getsockname())
    )
    async with asyncio.TaskGroup() as tasks:
        fanouts = Fanouts(tasks)
        with fanouts.serving_viewer(live, bad.viewer), fanouts.serving_viewer(live, good.viewer):
            live.units.append(units[0])
            await bad.broken.wait()
            live.units.close()
            await good.ended.wait()
    assert good.pictures() == 1
    good.close()
    bad.close()


@pytest.mark.asyncio
async def test_a_clip_without_viewers_has_no_task(live: LiveClip) -> None:
    place = Place()
    async with asyncio.TaskGroup() as tasks:
        fanouts = Fanouts(tasks)
        for _ in range(2):
            with fanouts.serving_viewer(live, place.viewer):
                assert len(tasks._tasks) >= 1
            assert fanouts.clip_count == 0
    place.close()
