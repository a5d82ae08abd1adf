from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest

from phosphene.part_length import part_ticks
from phosphene.stream.hls import playlist
from phosphene.stream.hls.avc import configuration
from phosphene.stream.hls.fmp4 import VideoTrack
from phosphene.stream.hls.playlist import PlaylistOptions, Variant
from phosphene.stream.hls.segments import (
    Part,
    aligned_parts,
    group_parts,
    has_part,
    part_end,
    part_of,
    whole_segments,
)
from phosphene.units import Unit
from tests.stream.hls.test_fmp4 import samples
from tests.stream.viewer import FPS, GOP, HEIGHT, WIDTH

MOST = part_ticks(FPS)


def a_unit(pts: int, key: bool = False) -> Unit:
    return Unit(pts, key, 0, 0.0, False, b"\0\0\0\1\x41x")


def cut(units: list[Unit], ended: bool = True) -> list[Part]:
    parts, at = [], 0
    while (end := part_end(units, at, MOST, ended)) is not None:
        parts.append(part_of(units, at, end))
        at = end
    return parts


def test_parts_are_a_quarter_of_a_second_and_begin_anew_at_keyframes(units: list[Unit]) -> None:
    parts = cut(units)
    assert MOST == 6
    assert [(part.start, part.duration) for part in parts] == [(6 * n, 6) for n in range(8)]
    assert [part.start for part in parts if part.opens] == [0, GOP, 2 * GOP, 3 * GOP]


@pytest.mark.parametrize(
    ("times", "durations"),
    [
        ([0, 4, 6, 12], [6, 6, 1]),
        ([0, 3, 6, 9, 12], [6, 6, 1]),
        ([0, 6, 12, 17, 18, 20], [6, 6, 6, 3]),
        ([0, 4, 8, 12], [4, 4, 5]),
        ([0, 1, 2, 40, 41], [2, 38, 2]),
        ([0, 9, 18], [9, 9, 1]),
        ([5], [1]),
    ],
)
def test_parts_are_as_long_as_their_target_where_a_picture_is_at_each_end(
    times: list[int], durations: list[int]
) -> None:
    parts = cut([a_unit(time, time == times[0]) for time in times])
    assert [part.duration for part in parts][: len(durations)] == durations
    assert parts[0].start == times[0]
    assert all(one.end == other.start for one, other in pairwise(parts))


def test_a_part_waits_for_the_picture_that_ends_it() -> None:
    units = [a_unit(pts, pts == 0) for pts in range(6)]
    assert part_end(units, 0, MOST, ended=False) is None
    assert part_end([*units, a_unit(6)], 0, MOST, ended=False) == 6
    assert part_end(units, 0, MOST, ended=True) == 6
    assert part_end(units, 6, MOST, ended=True) is None


def test_the_same_units_read_from_a_later_keyframe_make_the_same_parts(units: list[Unit]) -> None:
    assert cut(units[GOP:]) == cut(units)[2:]


@pytest.mark.parametrize(
    ("there", "first", "starts"),
    [
        (range(48), 0, [*range(0, 48, 6)]),
        (range(GOP, 48), 1, [*range(GOP, 48, 6)]),
        # It began within a segment: what comes before the next keyframe cannot be decoded.
        (range(7, 48), 1, [*range(GOP, 48, 6)]),
        (range(2 * GOP + 3), 0, [0, 6, 12, 18]),
        # It was interrupted: what came before does not go on.
        ([*range(15), *range(2 * GOP, 48)], 2, [*range(2 * GOP, 48, 6)]),
        ([*range(15), *range(2 * GOP + 1, 48)], 3, [36, 42]),
        ([], 0, []),
    ],
)
def test_another_rendition_is_cut_where_the_full_one_is(
    units: list[Unit], there: Sequence[int], first: int, starts: list[int]
) -> None:
    full = cut(units)
    number, found = aligned_parts(full, [units[at] for at in there])
    assert (number, [part.start for part in found]) == (first, starts)
    assert found == [part for part in full if part.start in starts]


def test_segments_go_from_keyframe_to_keyframe(units: list[Unit]) -> None:
    found = group_parts(cut(units, ended=False), ended=False)
    assert [(one.start, len(one.parts), one.whole) for one in found] == [
        (0, 2, True),
        (12, 2, True),
        (24, 2, True),
        (36, 1, False),
    ]
    assert group_parts(cut(units), ended=True)[-1].whole
    assert group_parts(cut(units[: 2 * GOP + 1], ended=False), ended=False)[-1].whole
    assert found[0].data == found[0].parts[0].data + found[0].parts[1].data


def test_what_a_blocked_request_waits_for(units: list[Unit]) -> None:
    found = group_parts(cut(units, ended=False), ended=False)
    assert has_part(found, 3, 0)
    assert not has_part(found, 3, 1)
    assert not has_part(found, 3, None)
    assert has_part(found, 2, None)
    assert not has_part(found, 4, 0)


def test_a_finished_clip_has_a_segment_per_keyframe(units: list[Unit]) -> None:
    found = whole_segments(samples(units))
    assert [(one.start, one.duration) for one in found] == [(GOP * n, GOP) for n in range(4)]


def test_the_live_playlist(units: list[Unit]) -> None:
    found = group_parts(cut(units, ended=False), ended=False)
    lines = playlist.live_playlist(
        found, PlaylistOptions(FPS, MOST, query="?token=t"), False, aired_at=1e9
    ).splitlines()
    assert lines[0] == "#EXTM3U"
    assert "#EXT-X-MEDIA-SEQUENCE:0" in lines
    dated = [lines[at + 1] for at, line in enumerate(lines) if "DATE-TIME" in line]
    assert [line.partition(",")[0] for line in dated] == [
        "#EXTINF:0.50000",
        *["#EXT-X-PART:DURATION=0.25000"] * 3,
    ]
    assert lines.count("#EXT-X-PROGRAM-DATE-TIME:2001-09-09T01:46:41.000Z") == 1
    assert "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.75000" in lines
    assert "#EXT-X-PART-INF:PART-TARGET=0.25000" in lines
    assert '#EXT-X-PART:DURATION=0.25000,URI="p36.m4s?token=t",INDEPENDENT=YES' in lines
    assert not any('"p0.m4s' in line or '"p6.m4s' in line for line in lines)
    assert [line for line in lines if line.startswith("s")] == [
        f"s{n}.m4s?token=t" for n in (0, 12, 24)
    ]
    # Only what begins with a keyframe can be decoded on its own.
    independent = [line.partition('URI="')[2][:3] for line in lines if "INDEPENDENT=YES" in line]
    assert independent == ["p12", "p24", "p36"]
    assert sum(line.startswith("#EXT-X-PART:") for line in lines) == 5
    assert lines[-1] == '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p42.m4s?token=t"'


def test_an_ended_playlist_says_so_and_hints_at_nothing(units: list[Unit]) -> None:
    text = playlist.live_playlist(
        group_parts(cut(units), ended=True), PlaylistOptions(FPS, MOST), True
    )
    assert text.endswith("s36.m4s\n#EXT-X-ENDLIST\n")
    # A player that has some parts of a segment fetches it whole, and waits for none.
    assert "#EXT-X-PART:" not in text
    assert "PRELOAD" not in text


def test_the_playlist_of_a_finished_clip(units: list[Unit]) -> None:
    text = playlist.finished_playlist(whole_segments(samples(units)), PlaylistOptions(FPS))
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in text
    assert text.count("#EXTINF:0.50000,") == 4
    assert "#EXT-X-TARGETDURATION:1\n" in text


def test_the_multivariant_playlist_names_codec_size_and_rate(units: list[Unit]) -> None:
    track = VideoTrack(WIDTH, HEIGHT, FPS, configuration(units[0].data))
    full = Variant(track, 2_500_000, "live/video.m3u8")
    text = playlist.multivariant_playlist([full])
    assert 'CODECS="avc1.42' in text
    assert f"RESOLUTION={WIDTH}x{HEIGHT},FRAME-RATE={float(Fraction(FPS)):.3f}" in text
    assert ",CLOSED-CAPTIONS=NONE\n" in text
    assert text.endswith("\nlive/video.m3u8\n")
    assert "AUDIO" not in text


def test_what_is_heard_is_a_playlist_of_its_own_and_no_player_is_left_without_pictures(
    units: list[Unit],
) -> None:
    track = VideoTrack(WIDTH, HEIGHT, FPS, configuration(units[0].data))
    variants = [Variant(track, 3_000_000, "full.m3u8"), Variant(track, 900_000, "half.m3u8")]
    lines = playlist.multivariant_playlist(variants, "sound.m3u8").splitlines()
    assert lines[2].startswith("#EXT-X-MEDIA:TYPE=AUDIO")
    assert lines[2].endswith(',DEFAULT=YES,AUTOSELECT=YES,URI="sound.m3u8"')
    assert [line for line in lines if line[0] != "#"] == ["full.m3u8", "half.m3u8"] * 2
    heard = [line for line in lines if line.endswith('AUDIO="sound"')]
    assert ['"avc1.42' in line and ",opus" in line for line in heard] == [True, True]
    assert sum("opus" in line for line in lines) == 2
