"""The names nobody may choose."""

import pytest

from phosphene.errors import AlreadyTaken
from phosphene.guest_names import guest_handle
from phosphene.trust.handles import load_reserved


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
    load_reserved().check_handle(guest_handle("01abc"), "01abc")
    with pytest.raises(AlreadyTaken, match="guests"):
        load_reserved().check_handle(guest_handle("01abd"), "01abc")
