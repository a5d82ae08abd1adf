"""The chain of a ledger shows whatever was changed in it."""

import pytest
from msgspec.structs import replace

from phosphene.consent.ledger import (
    LedgerEntry,
    LedgerFact,
    LevelChecked,
    UseRefused,
    encode_fact,
    entry_digest,
    first_broken,
    person_digest,
    read_fact,
)

FACTS: tuple[LedgerFact, ...] = (
    LevelChecked("presence", "camera"),
    UseRefused(person_digest("bob"), "prompt", "scope"),
    UseRefused(person_digest("eve"), "remix", "rule"),
)


def a_chain(owner: str = "ada") -> list[LedgerEntry]:
    chain = list[LedgerEntry]()
    for seq, fact in enumerate(FACTS, 1):
        previous = chain[-1].digest if chain else ""
        said = encode_fact(fact)
        digest = entry_digest(person_digest(owner), seq, 10.5 * seq, said, previous)
        chain.append(
            LedgerEntry(seq=seq, at=10.5 * seq, fact=said, previous=previous, digest=digest)
        )
    return chain


def test_a_whole_chain_holds_and_is_one_person_s() -> None:
    assert first_broken("ada", a_chain()) is None
    assert first_broken("eve", a_chain()) == 1
    assert first_broken("ada", []) is None


@pytest.mark.parametrize("place", range(len(FACTS)))
def test_what_is_changed_left_out_or_moved_is_found(place: int) -> None:
    chain = a_chain()
    for changed in (
        replace(chain[place], at=chain[place].at + 1),
        replace(chain[place], fact=encode_fact(LevelChecked("verified", "camera"))),
        replace(chain[place], digest="0" * 64),
        replace(chain[place], seq=9),
    ):
        assert first_broken("ada", [*chain[:place], changed, *chain[place + 1 :]]) == place + 1
    left_out = [*chain[:place], *chain[place + 1 :]]
    assert first_broken("ada", left_out) == (place + 1 if left_out[place:] else None)


def test_the_end_of_a_chain_holds_onto_what_is_before_it() -> None:
    first, *rest = a_chain()
    assert first_broken("ada", rest) == 1
    assert first_broken("ada", rest, first) is None
    assert first_broken("ada", rest[1:], first) == 2
    assert first_broken("ada", rest, replace(first, digest="0" * 64)) == 2


def test_a_fact_says_no_id_of_anybody() -> None:
    said = encode_fact(FACTS[1])
    assert "bob" not in said
    assert read_fact(said) == FACTS[1]
