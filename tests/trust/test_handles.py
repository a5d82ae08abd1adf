"""Generated handles: deterministic, fit for the model, spread out."""

import msgspec

from server.ids import new_id
from server.model import Handle
from server.trust.handles import MANNERS, THINGS, handle


def test_the_same_id_has_the_same_handle() -> None:
    assert handle("01abc") == handle("01abc")
    assert handle("01abc") != handle("01abd")


def test_every_possible_handle_fits_the_model() -> None:
    for manner in MANNERS:
        for thing in THINGS:
            msgspec.convert(f"{manner}_{thing}_999", Handle)
    msgspec.convert(handle("01abc"), Handle)


def test_words_are_not_repeated() -> None:
    assert len(set(MANNERS)) == len(MANNERS)
    assert len(set(THINGS)) == len(THINGS)


def test_a_thousand_people_have_a_thousand_handles_or_nearly() -> None:
    assert len({handle(new_id(1e9 + i)) for i in range(1000)}) >= 995
