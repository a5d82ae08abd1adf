"""HLS playlists as text (RFC 8216bis, draft-pantos-hls-rfc8216bis). Pure functions."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from phosphene.stream.hls.avc import codec
from phosphene.stream.hls.fmp4 import VideoTrack
from phosphene.stream.hls.segments import TARGET_S, Segment

# RFC 8216bis wants parts within three target durations of the end; older ones only make the
# playlist longer.
PARTS_SHOWN = 3
"""Segments at the end of a live playlist that are listed part by part."""
# PART-HOLD-BACK must be twice PART-TARGET at least, and should be three times (RFC 8216bis).
HOLD_BACK_PARTS = 3
HALF = "half-"
"""Prefix of the names of the pictures at half the size."""


class Variant(Struct, frozen=True):
    """One encoding of the pictures: its playlist is at ``uri``, and takes ``bandwidth`` bits/s at
    most, sound included."""

    track: VideoTrack
    bandwidth: int
    uri: str


def multivariant_playlist(variants: Sequence[Variant], sound: str = "") -> str:
    """The playlist that players are given; ``sound``: address of the playlist of what is heard.

    Players that know no Opus in MP4 are given the pictures alone: they leave out what they do not
    know (RFC 8216, section 4.3.4.2).
    """
    lines = ["#EXTM3U", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if sound:
        about = 'TYPE=AUDIO,GROUP-ID="sound",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES'
        lines.append(f'#EXT-X-MEDIA:{about},URI="{sound}"')
        for variant in variants:
            lines += _variant(variant, ",opus", ',AUDIO="sound"')
    for variant in variants:
        lines += _variant(variant)
    return _lines(*lines)


def _variant(variant: Variant, codecs: str = "", more: str = "") -> list[str]:
    track = variant.track
    about = (
        f'BANDWIDTH={variant.bandwidth},CODECS="{codec(track.avcc)}{codecs}",'
        # Without CLOSED-CAPTIONS=NONE Shaka Player 5.2 looks for captions in the open segment,
        # which has no address yet, and plays no clip on air (7 of 7 tries failed; with it both
        # played).
        f"RESOLUTION={track.width}x{track.height},FRAME-RATE={track.fps:.3f},CLOSED-CAPTIONS=NONE"
    )
    return [f"#EXT-X-STREAM-INF:{about}{more}", variant.uri]


class PlaylistOptions(Struct, frozen=True):
    """How a playlist is written: times in 1/``rate`` second, no part longer than ``most``, a
    ``prefix`` before every name and a ``query`` behind every address."""

    rate: int
    most: int = 1
    prefix: str = ""
    query: str = ""
    first: int = 0
    """The number of its first segment."""

    def uri_of(self, name: str) -> str:
        return f"{self.prefix}{name}{self.query}"


def live_playlist(
    found: Sequence[Segment], form: PlaylistOptions, ended: bool, aired_at: float = 0.0
) -> str:
    """The playlist of a clip on air, low latency; ``aired_at`` is the Unix time of its
    beginning."""
    target = form.most / form.rate
    # AVPlayer turns a playlist away as a whole when one part is longer than PART-TARGET, or shorter
    # than 85 % of it in the middle of a segment: so the encoder repeats a picture where a part has
    # to end.
    hold_back = HOLD_BACK_PARTS * target
    control = f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={hold_back:.5f}"
    # What of an EVENT was there once must stay, and the half may begin anew.
    head = _head(TARGET_S, "" if form.prefix == HALF else "EVENT", form)
    head += [control, f"#EXT-X-PART-INF:PART-TARGET={target:.5f}"]
    # None when nothing follows: hls.js 1.7, which had some parts of the last segment, never fetched
    # the others of a playlist that told them with its end (3 of 4 that asked without directives),
    # and stood a part before it.
    first_in_parts = len(found) - (0 if ended else PARTS_SHOWN)
    for number, segment in enumerate(found):
        head.append(f"#EXT-X-PROGRAM-DATE-TIME:{_date(aired_at + segment.start / form.rate)}")
        if number >= first_in_parts:
            head += _parts(segment, form)
        if segment.whole:
            head += _segment(segment, form)
    if ended:
        return _lines(*head, "#EXT-X-ENDLIST")
    after = form.uri_of(f"p{found[-1].parts[-1].end}.m4s")
    return _lines(*head, f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{after}"')


def finished_playlist(found: Sequence[Segment], form: PlaylistOptions) -> str:
    """The playlist of a finished clip."""
    longest = max(segment.duration for segment in found) / form.rate
    # Rounded, as durations are compared with it: sound may be a packet longer than its pictures.
    lines = _head(max(1, int(longest + 0.5)), "VOD", form)
    for segment in found:
        lines += _segment(segment, form)
    return _lines(*lines, "#EXT-X-ENDLIST")


def _head(target_s: int, kind: str, form: PlaylistOptions) -> list[str]:
    return [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        f"#EXT-X-TARGETDURATION:{target_s}",
        *([f"#EXT-X-PLAYLIST-TYPE:{kind}"] if kind else []),
        # The default, but without it Chromium's own HLS ends a live clip with its first playlist.
        f"#EXT-X-MEDIA-SEQUENCE:{form.first}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{form.uri_of("init.mp4")}"',
    ]


def _parts(segment: Segment, form: PlaylistOptions) -> list[str]:
    return [
        f"#EXT-X-PART:DURATION={part.duration / form.rate:.5f},"
        f'URI="{form.uri_of(f"p{part.start}.m4s")}"{",INDEPENDENT=YES" if part.opens else ""}'
        for part in segment.parts
    ]


def _segment(segment: Segment, form: PlaylistOptions) -> list[str]:
    return [f"#EXTINF:{segment.duration / form.rate:.5f},", form.uri_of(f"s{segment.start}.m4s")]


def _date(unix_s: float) -> str:
    """ISO 8601 in milliseconds."""
    whole = datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="milliseconds")
    return whole.replace("+00:00", "Z")


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"
