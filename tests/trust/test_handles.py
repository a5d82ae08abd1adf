"""Generated handles: deterministic, fit for the model, spread out."""

import msgspec
import pytest

from phosphene.errors import AlreadyTaken
from phosphene.ids import new_id
from phosphene.model import Handle
from phosphene.trust.handles import MANNERS, THINGS, handle, load_reserved


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


@pytest.mark.parametrize(
    "name",
    [
        *(
            "admin",
            "adm1n",
            "adrnin",
            "admin_7",
            "admin7",
            "the_admin",
            "phosphene",
            "phosphene_team",
        ),
        "ph0sphene",
        "support",
        "supp0rt_1",
        "operator",
        "0perator",
        "system_",
        "no_reply",
        "root",
    ],
)
def test_names_of_those_who_run_the_place_are_kept(name: str) -> None:
    with pytest.raises(AlreadyTaken, match="kept"):
        load_reserved().check_handle(name, "01abc")


@pytest.mark.parametrize(
    "name", ["lantern", "badminton", "modest_owl", "supporter", "anna_2", "x7"]
)
def test_other_names_are_free(name: str) -> None:
    load_reserved().check_handle(name, "01abc")


def test_a_guest_keeps_the_given_name_and_takes_nobody_elses() -> None:
    load_reserved().check_handle(handle("01abc"), "01abc")
    with pytest.raises(AlreadyTaken, match="guests"):
        load_reserved().check_handle(handle("01abd"), "01abc")
