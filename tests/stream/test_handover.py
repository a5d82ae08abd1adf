"""What an instance that goes on with a clip finds of it on the bus."""

from collections.abc import Sequence

import msgspec
import pytest

from phosphene.bus.bus import StreamEntry
from phosphene.bus.local import LocalBus
from phosphene.stream.handover import units_so_far, whole_log
from phosphene.stream.relay import RelayProgress
from phosphene.stream.relay_stream import RelayedEnd, RelayedUnit
from phosphene.units import Unit


def unit(pts: int, key: bool = False) -> Unit:
    return Unit(pts, key, pts, 0.0, True, b"%d" % pts)


def entry(number: int, message: RelayedUnit | RelayedEnd) -> StreamEntry:
    return StreamEntry(number, msgspec.msgpack.encode(message))


def sent(units: Sequence[Unit], lease: int = 1, first: int = 0) -> list[StreamEntry]:
    return [entry(at, RelayedUnit(one, lease)) for at, one in enumerate(units, first)]


UNITS = [unit(pts, key=pts % 4 == 0) for pts in range(9)]


def test_the_log_is_what_was_sent_however_often() -> None:
    assert whole_log(sent(UNITS)) == UNITS
    assert whole_log([*sent(UNITS[:5]), *sent(UNITS[4:], first=4)]) == UNITS
    assert whole_log([]) == []


def test_a_log_with_a_gap_is_none() -> None:
    assert whole_log([*sent(UNITS[:3]), *sent(UNITS[4:], first=4)]) == []
    assert whole_log(sent(UNITS[4:], first=4)) == []


def test_who_went_on_with_it_counts_and_who_is_late_does_not() -> None:
    second, late = sent(UNITS[4:7], lease=2, first=4), sent([unit(90), unit(91)], first=5)
    assert whole_log([*sent(UNITS[:6]), *second, *late]) == UNITS[:7]
    assert whole_log([*sent(UNITS[:6]), entry(6, RelayedEnd(1)), *second]) == UNITS[:7]


def test_who_knew_nothing_of_it_began_another_log() -> None:
    anew = [unit(100 + pts, key=pts == 0) for pts in range(3)]
    assert whole_log([*sent(UNITS), *sent(anew, lease=2)]) == anew


def test_what_anybody_else_put_there_is_passed_over() -> None:
    assert whole_log([StreamEntry(0, b"\xc1"), *sent(UNITS), StreamEntry(7, b"")]) == UNITS


@pytest.mark.asyncio
async def test_alone_nothing_is_known() -> None:
    assert await units_so_far(LocalBus(), "a") == []


def shown(entries: Sequence[tuple[int, RelayedUnit]]) -> list[int]:
    """What a relay takes of a stream, by their ticks, as ``receive_units`` does."""
    heard, log = RelayProgress(), [-1]
    for number, piece in entries:
        if (
            heard.is_current(piece)
            and heard.accept_unit(number, piece.unit)
            and piece.unit.pts > log[-1]
        ):
            log.append(piece.unit.pts)
    return log[1:]


def pieces(units: Sequence[Unit], lease: int = 1, first: int = 0) -> list[tuple[int, RelayedUnit]]:
    return [(at, RelayedUnit(one, lease)) for at, one in enumerate(units, first)]


def test_a_mirror_sees_one_picture_of_each_moment_whoever_draws() -> None:
    first, second = pieces(UNITS[:6]), pieces(UNITS[4:], lease=2, first=4)
    late = pieces([unit(6), unit(7)], first=6)
    assert shown([*first, *second, *late]) == list(range(9))
    assert shown([*first, *second[:3], *late, *second[3:]]) == list(range(9))


def test_a_mirror_that_missed_some_gets_them_from_who_goes_on() -> None:
    first, second = pieces(UNITS[:5]), pieces(UNITS[4:], lease=2, first=4)
    assert shown([*first[:5], *second]) == list(range(9))


def test_a_mirror_goes_on_with_another_log_at_its_first_keyframe() -> None:
    anew = [unit(100 + pts, key=pts == 0) for pts in range(3)]
    assert shown([*pieces(UNITS), *pieces(anew, lease=2)]) == [*range(9), 100, 101, 102]
    assert RelayProgress().is_current(RelayedEnd(0))
