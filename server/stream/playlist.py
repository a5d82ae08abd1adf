"""HLS playlists as text (RFC 8216bis, draft-pantos-hls-rfc8216bis). Pure functions."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import ceil

from msgspec import Struct

from server.model import part_ticks
from server.stream.avc import codec
from server.stream.boxes import Track
from server.stream.segments import TARGET_S, Segment

PARTS_SHOWN = 3
"""Segments at the end of a live playlist that are listed part by part."""
HOLD_BACK_PARTS = 3


class Variant(Struct, frozen=True):
    """A rendition of ``bandwidth`` bits/s at most, whose playlist is at ``uri``."""

    track: Track
    bandwidth: int
    uri: str


def multivariant(variants: Sequence[Variant]) -> str:
    """The playlist that players are given, from which they choose by what their line takes; they
    begin with the first."""
    head = ["#EXTM3U", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for one in variants:
        track = one.track
        about = (
            f'BANDWIDTH={one.bandwidth},CODECS="{codec(track.avcc)}",'
            f"RESOLUTION={track.width}x{track.height},FRAME-RATE={track.fps:.3f},"
            "CLOSED-CAPTIONS=NONE"
        )
        head += [f"#EXT-X-STREAM-INF:{about}", one.uri]
    return _lines(*head)


def live(
    found: Sequence[Segment], fps: int, ended: bool, query: str = "", aired_at: float = 0.0
) -> str:
    """The playlist of a clip on air, low latency; ``query`` is put behind every address in it,
    ``aired_at`` is the Unix time of the clip's beginning."""
    target = part_ticks(fps) / fps
    hold_back = HOLD_BACK_PARTS * target
    control = f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={hold_back:.5f}"
    head = _head(TARGET_S, "EVENT", query)
    head += [control, f"#EXT-X-PART-INF:PART-TARGET={target:.5f}"]
    first_in_parts = len(found) - PARTS_SHOWN
    for number, segment in enumerate(found):
        head.append(f"#EXT-X-PROGRAM-DATE-TIME:{_date(aired_at + segment.start / fps)}")
        if number >= first_in_parts:
            head += _parts(segment, fps, query)
        if segment.whole:
            head += _segment(segment, fps, query)
    if ended:
        return _lines(*head, "#EXT-X-ENDLIST")
    after = found[-1].parts[-1].end
    return _lines(*head, f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p{after}.m4s{query}"')


def finished(found: Sequence[Segment], fps: int, query: str = "") -> str:
    """The playlist of a finished clip."""
    longest = max(segment.duration for segment in found) / fps
    lines = _head(ceil(longest), "VOD", query)
    for segment in found:
        lines += _segment(segment, fps, query)
    return _lines(*lines, "#EXT-X-ENDLIST")


def _head(target_s: int, kind: str, query: str) -> list[str]:
    return [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        f"#EXT-X-TARGETDURATION:{target_s}",
        f"#EXT-X-PLAYLIST-TYPE:{kind}",
        # The default, but without it Chromium's own HLS ends a live clip with its first playlist.
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="init.mp4{query}"',
    ]


def _parts(segment: Segment, fps: int, query: str) -> list[str]:
    return [
        f"#EXT-X-PART:DURATION={part.duration / fps:.5f},"
        f'URI="p{part.start}.m4s{query}"{",INDEPENDENT=YES" if part.opens else ""}'
        for part in segment.parts
    ]


def _segment(segment: Segment, fps: int, query: str) -> list[str]:
    return [f"#EXTINF:{segment.duration / fps:.5f},", f"s{segment.start}.m4s{query}"]


def _date(unix_s: float) -> str:
    """ISO 8601 in milliseconds."""
    whole = datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="milliseconds")
    return whole.replace("+00:00", "Z")


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"
