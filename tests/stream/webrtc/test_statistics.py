import pytest
from msgspec.structs import replace

from phosphene.stream.webrtc.rtcp_packets import ntp_time
from phosphene.stream.webrtc.sender import VideoSender
from phosphene.stream.webrtc.statistics import GAUGES, Statistics, quantile, statistics
from phosphene.stream.webrtc.template import Negotiated
from tests.stream.webrtc.test_rtcp_packets import report

UNIX_S = 1_800_000_000.0


def a_viewer(sender: VideoSender) -> Statistics:
    return statistics(sender, "a", connected=True, keyframe_requests=2)


def test_a_viewers_report_is_seen() -> None:
    sender = VideoSender(Negotiated(108, None, 0, "", 0), lambda: None)
    assert a_viewer(sender).round_trip_s is None
    sent = ntp_time(UNIX_S) >> 16 & 0xFFFFFFFF
    sender.handle_feedback(report(sent, 65536 // 4, sender.ssrc), 1.0, UNIX_S + 0.5)
    seen = a_viewer(sender)
    assert seen.round_trip_s == pytest.approx(0.25, abs=0.001)
    assert (seen.lost, seen.jitter_s, seen.clip) == (0.25, 0.01, "a")


def test_gauges_are_of_all_viewers() -> None:
    one = a_viewer(VideoSender(Negotiated(108, None, 0, "", 0), lambda: None))
    viewers = [
        replace(
            one,
            round_trip_s=n / 100,
            lost=n / 100,
            again=n,
            rendition="half" if n < 3 else "vp8",
            switches=n % 2,
            bitrate=n * 1000,
        )
        for n in range(10)
    ]
    found = {name: read([one, *viewers]) for name, _, read in GAUGES}
    assert found["viewer_round_trip_p50_seconds"] == 0.05
    assert found["viewer_round_trip_p95_seconds"] == 0.09
    assert found["viewer_loss_ratio"] == pytest.approx(0.45 / 11)
    assert found["viewers_lossy"] == 4
    assert found["viewer_packets_again"] == 45
    assert (found["viewers_half"], found["viewers_vp8"], found["viewer_switches"]) == (3, 7, 5)
    assert found["viewer_bandwidth_p50_bytes_per_second"] == 625
    assert {read([]) for _, _, read in GAUGES} == {0}


def test_quantiles() -> None:
    assert [quantile([3, 1, 2, 4], share) for share in (0, 0.5, 1)] == [1, 3, 4]
    assert quantile([], 0.5) == 0
