"""Ids of refusals cannot be made, changed or lent."""

import pytest

from phosphene.base64url import decode_base64url
from phosphene.errors import Forbidden, NotFound, Refusal
from phosphene.reports import APPEAL_S
from phosphene.trust.refusal_ids import RefusalIds

IDS, NOW = RefusalIds(b"k" * 32), 1_790_000_000.0
SAID = Refusal(
    code="character",
    rule="names/character/zorb",
    message="",
    matched=("zorb",),
    rules_version="7+abc",
    score=0.5,
    threshold=0.4,
    appeal_keeps="prompt",
)


def test_an_id_says_what_was_refused_of_whom_and_no_word_of_it() -> None:
    made = IDS.make_id(SAID, "a zorb at sea", (), "anna", NOW)
    claims = IDS.read_id(made, "anna", NOW)
    assert (claims.rule, claims.version, claims.layer) == (SAID.rule, "7+abc", "words")
    assert (claims.matched, claims.at, claims.severe) == (((2, 6),), NOW, False)
    assert claims.digest == IDS.digest_of("a zorb at sea")
    assert b"at sea" not in decode_base64url(made.split(".")[1])
    assert len(made) < 300


def test_no_id_is_taken_for_an_option_of_a_command() -> None:
    made = [IDS.make_id(SAID, "a zorb", (), f"p{number}", NOW) for number in range(500)]
    said = [IDS.read_id(one, f"p{number}", NOW).id for number, one in enumerate(made)]
    assert not [one for one in (*made, *said) if one.startswith("-")]
    assert len(set(said)) == 500


def test_nobody_makes_changes_or_lends_one() -> None:
    made = IDS.make_id(SAID, "a zorb at sea", (), "anna", NOW)
    _, claims, mac = made.split(".")
    other = RefusalIds(b"j" * 32).make_id(SAID, "a zorb at sea", (), "anna", NOW)
    softer = IDS.make_id(SAID, "another", (), "anna", NOW).split(".")[1]
    for forged in (other, f"r1.{softer}.{mac}", f"r1.{claims}.", made[3:], "r1..", "r1.é.é", ""):
        with pytest.raises(NotFound):
            IDS.read_id(forged, "anna", NOW)
    with pytest.raises(NotFound):
        IDS.read_id(made, "ben", NOW)
    with pytest.raises(Forbidden):
        IDS.read_id(made, "anna", NOW + APPEAL_S + 1)


def test_the_hash_is_of_a_key_and_of_what_the_prompt_goes_on_from() -> None:
    one = IDS.digest_of("a zorb")
    assert one != RefusalIds(b"j" * 32).digest_of("a zorb")
    assert len({one, IDS.digest_of("a zorb", ("b",)), IDS.digest_of("a", ("zorb",))}) == 3
