"""Handles of guests: deterministic, fit for the model, spread out."""

import msgspec

from phosphene.guest_names import LEFT, MANNERS, THINGS, guest_handle
from phosphene.ids import new_id
from phosphene.model import Handle


def test_the_same_id_has_the_same_guest_handle() -> None:
    assert guest_handle("01abc") == guest_handle("01abc")
    assert guest_handle("01abc") != guest_handle("01abd")


def test_every_possible_handle_fits_the_model() -> None:
    for manner in MANNERS:
        for thing in THINGS:
            msgspec.convert(f"{manner}_{thing}_999", Handle)
    msgspec.convert(guest_handle("01abc"), Handle)


def test_words_are_not_repeated() -> None:
    assert len(set(MANNERS)) == len(MANNERS)
    assert len(set(THINGS)) == len(THINGS)


def test_a_thousand_people_have_a_thousand_handles_or_nearly() -> None:
    assert len({guest_handle(new_id(1e9 + i)) for i in range(1000)}) >= 995


def test_who_left_is_called_so() -> None:
    assert guest_handle(LEFT) == LEFT
