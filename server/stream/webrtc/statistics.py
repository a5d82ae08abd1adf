"""What is known of viewers: of one for whoever holds its session, of all for an operator. Pure."""

from collections.abc import Callable, Sequence
from statistics import fmean

from msgspec import Struct

from phosphene.stream.webrtc.sender import VideoSender
from phosphene.units import RenditionName


class Statistics(Struct, frozen=True):
    """One viewer's line. ``round_trip_s``, ``lost`` (0..1, of the last report), ``jitter_s`` and
    ``bitrate`` (bits a second that the line takes, REMB) are what the viewer reports, None or 0
    before it has; the others count since the session began, ``again``: packets sent again,
    ``switches``: changes of the ``rendition`` that it is sent within a clip."""

    clip: str | None
    connected: bool
    round_trip_s: float | None
    lost: float
    jitter_s: float
    bitrate: int | None
    pictures: int
    packets: int
    octets: int
    again: int
    keyframe_requests: int
    rendition: RenditionName | None = None
    switches: int = 0


def statistics(
    sender: VideoSender,
    clip: str | None,
    *,
    connected: bool,
    keyframe_requests: int,
    rendition: RenditionName | None = None,
    switches: int = 0,
) -> Statistics:
    """Of the viewer that ``sender`` sends to."""
    seen = sender.receiver
    return Statistics(
        clip=clip,
        connected=connected,
        round_trip_s=seen.round_trip_s,
        lost=seen.lost,
        jitter_s=seen.jitter_s,
        bitrate=seen.bitrate,
        pictures=sender.pictures,
        packets=sender.packets,
        octets=sender.octets,
        again=sender.again,
        keyframe_requests=keyframe_requests,
        rendition=rendition,
        switches=switches,
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies; 0 of none."""
    # Sorted at each scrape, of 1,000 viewers at most: a digest would be one more state to keep
    # right.
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


Read = Callable[[Sequence[Statistics]], float]

GAUGES: tuple[tuple[str, str, Read], ...] = (
    (
        "viewer_round_trip_p50_seconds",
        "Median round trip of the viewers",
        lambda all_: quantile(_trips(all_), 0.5),
    ),
    (
        "viewer_round_trip_p95_seconds",
        "Round trip that 95 % of the viewers are below",
        lambda all_: quantile(_trips(all_), 0.95),
    ),
    (
        "viewer_loss_ratio",
        "Mean share of packets that viewers last reported lost",
        lambda all_: fmean([one.lost for one in all_]) if all_ else 0.0,
    ),
    (
        "viewers_lossy",
        "Viewers that last reported more than 5 % lost",
        lambda all_: sum(one.lost > 0.05 for one in all_),
    ),
    (
        "viewer_packets_again",
        "Packets sent again to the viewers that are here",
        lambda all_: sum(one.again for one in all_),
    ),
    (
        "viewers_half",
        "Viewers that are sent the half-size rendition",
        lambda all_: sum(one.rendition == "half" for one in all_),
    ),
    (
        "viewers_vp8",
        "Viewers that are sent VP8",
        lambda all_: sum(one.rendition == "vp8" for one in all_),
    ),
    (
        "viewer_switches",
        "Changes of rendition of the viewers that are here",
        lambda all_: sum(one.switches for one in all_),
    ),
    (
        "viewer_bandwidth_p50_bytes_per_second",
        "Median of what viewers say that their lines take",
        lambda all_: quantile([one.bitrate for one in all_ if one.bitrate is not None], 0.5) / 8,
    ),
)
"""Name, description and how it is read of all viewers."""


def _trips(viewers: Sequence[Statistics]) -> list[float]:
    return [one.round_trip_s for one in viewers if one.round_trip_s is not None]
