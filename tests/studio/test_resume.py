"""What viewers have of a clip that another instance began."""

from msgspec.structs import replace

from phosphene.studio.resume import shown_so_far
from phosphene.units import Unit
from tests.store.making import a_clip

CLIP = replace(a_clip("a", status="live"), created_at=100.0, fps=24)


def a_unit(pts: int, *, final: bool) -> Unit:
    return Unit(pts, False, pts, 0.0 if final else 1.0, final, b"")


def test_what_is_known_goes_on_after_its_last_tick_with_the_run_so_far() -> None:
    units = [a_unit(0, final=False), a_unit(1, final=True), a_unit(2, final=True)]
    shown = shown_so_far(CLIP, units, 200.0, elsewhere=True)
    assert (shown.pts, shown.run) == (2, tuple(units[1:]))


def test_who_watched_an_instance_alone_is_gone_with_it() -> None:
    assert shown_so_far(CLIP, [], 200.0, elsewhere=False).pts == -1


def test_what_is_not_known_may_have_been_sent_until_now() -> None:
    """Ticks that a viewer has had must not come again: 2.01 s are 49 ticks at most."""
    shown = shown_so_far(CLIP, [], 102.01, elsewhere=True)
    assert (shown.pts, shown.run) == (49, ())
