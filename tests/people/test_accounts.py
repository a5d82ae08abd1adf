import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from phosphene.errors import (
    AlreadyTaken,
    BadInput,
    NotFound,
    PhospheneError,
    Unauthorized,
    Unconfirmed,
    Unprocessable,
)
from phosphene.model import Person
from phosphene.people.accounts import CONFIRMED_S, Accounts, KeptPasskey, need_confirmed
from phosphene.people.passkeys import CHALLENGE_S, Challenges, check_domains, party_of
from phosphene.store.sqlite import SqliteStore
from tests.people.authenticator import Authenticator
from tests.store.making import a_store

pytestmark = pytest.mark.asyncio

PARTY = party_of("", "localhost:8000")
KEY = bytes(range(32))
ANNA = Person("anna", "quiet_lantern_27")


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


class House(Struct):
    store: SqliteStore
    accounts: Accounts
    clock: Clock

    async def keep(
        self, device: Authenticator, person: Person = ANNA, name: str = "phone"
    ) -> KeptPasskey:
        options = as_told(await self.accounts.offer_passkey(PARTY, person))
        return await self.accounts.keep_passkey(PARTY, person, device.create(options), name)

    async def sign_in(self, device: Authenticator) -> Person:
        options = as_told(self.accounts.offer_sign_in(PARTY))
        return await self.accounts.sign_in(PARTY, device.get(options))


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = Clock()
    async with a_store(tmp_path / "phosphene.db", "test", clock) as store:
        challenges = Challenges(KEY, clock)
        yield House(store, Accounts(store, store.accounts, challenges, clock), clock)


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def as_told(options: dict[str, Any]) -> dict[str, Any]:
    """As a browser gets them."""
    told: dict[str, Any] = json.loads(json.dumps(options, default=dict))
    return told


async def test_a_guest_keeps_the_name_and_signs_in_elsewhere(
    house: House, device: Authenticator
) -> None:
    kept = await house.keep(device)
    assert len(set(kept.codes)) == 8
    assert await house.store.accounts.has_account(ANNA.id)
    assert await house.sign_in(device) == ANNA
    (passkey,) = await house.store.accounts.list_passkeys(ANNA.id)
    assert (passkey.name, passkey.count, passkey.domain) == ("phone", 1, "localhost")


async def test_a_second_passkey_gives_no_codes_and_the_last_one_stays(house: House) -> None:
    first, second = Authenticator(), Authenticator()
    await house.keep(first)
    assert not (await house.keep(second, name="laptop")).codes
    found = {one.name: one for one in await house.store.accounts.list_passkeys(ANNA.id)}
    phone, laptop = found["phone"], found["laptop"]
    await house.store.accounts.remove_passkey(ANNA.id, phone.id)
    with pytest.raises(Unauthorized, match="not known"):
        await house.sign_in(first)
    with pytest.raises(Unprocessable, match="only passkey"):
        await house.store.accounts.remove_passkey(ANNA.id, laptop.id)
    with pytest.raises(NotFound):
        await house.store.accounts.remove_passkey("ben", laptop.id)


async def test_two_first_passkeys_at_once_make_one_account(house: House) -> None:
    kept = await asyncio.gather(house.keep(Authenticator()), house.keep(Authenticator()))
    assert sorted(len(one.codes) for one in kept) == [0, 8]
    assert len(await house.store.accounts.list_passkeys(ANNA.id)) == 2


async def test_a_name_that_somebody_has_cannot_be_kept(house: House, device: Authenticator) -> None:
    await house.store.set_handle(Person("ben", ANNA.handle))
    with pytest.raises(AlreadyTaken):
        await house.keep(device)
    assert not await house.store.accounts.has_account(ANNA.id)


async def test_a_recovery_code_works_once_however_it_is_typed(
    house: House, device: Authenticator
) -> None:
    first, second, *_ = (await house.keep(device)).codes
    assert (
        await house.accounts.use_recovery_code(ANNA.handle, first.upper().replace("-", " ")) == ANNA
    )
    for handle, code in ((ANNA.handle, first), ("nobody", second), (ANNA.handle, "aaaa-bbbb")):
        with pytest.raises(Unauthorized):
            await house.accounts.use_recovery_code(handle, code)
    assert await house.store.accounts.count_recovery_codes(ANNA.id) == 7
    fresh = await house.accounts.renew_codes(ANNA)
    with pytest.raises(Unauthorized):
        await house.accounts.use_recovery_code(ANNA.handle, second)
    assert await house.accounts.use_recovery_code(ANNA.handle, fresh[0]) == ANNA


async def test_who_has_no_account_has_no_codes_and_nothing_to_prove(house: House) -> None:
    with pytest.raises(NotFound):
        await house.accounts.renew_codes(ANNA)
    with pytest.raises(NotFound):
        await house.accounts.offer_confirmation(PARTY, ANNA)


async def test_an_answer_counts_once(house: House, device: Authenticator) -> None:
    await house.keep(device)
    credential = device.get(as_told(house.accounts.offer_sign_in(PARTY)))
    await house.accounts.sign_in(PARTY, credential)
    with pytest.raises(Unauthorized, match="used already"):
        await house.accounts.sign_in(PARTY, credential)


async def test_an_answer_comes_in_time(house: House, device: Authenticator) -> None:
    await house.keep(device)
    credential = device.get(as_told(house.accounts.offer_sign_in(PARTY)))
    house.clock.now += CHALLENGE_S + 2
    with pytest.raises(Unauthorized, match="five minutes"):
        await house.accounts.sign_in(PARTY, credential)


async def test_a_challenge_is_good_for_one_purpose(house: House, device: Authenticator) -> None:
    await house.keep(device)
    to_prove = device.get(as_told(await house.accounts.offer_confirmation(PARTY, ANNA)))
    with pytest.raises(Unauthorized, match="not begun here"):
        await house.accounts.sign_in(PARTY, to_prove)
    to_enter = device.get(as_told(house.accounts.offer_sign_in(PARTY)))
    with pytest.raises(Unauthorized, match="not begun here"):
        await house.accounts.check_passkey(PARTY, ANNA, to_enter)
    await house.accounts.check_passkey(PARTY, ANNA, to_prove)


async def test_a_passkey_proves_nobody_else(house: House, device: Authenticator) -> None:
    ben, his = Person("ben", "brisk_otter_11"), Authenticator()
    await house.keep(device)
    await house.keep(his, ben)
    asked = as_told(await house.accounts.offer_confirmation(PARTY, ANNA))
    with pytest.raises(Unauthorized, match="not yours"):
        await house.accounts.check_passkey(PARTY, ANNA, his.get(asked))


async def test_a_copied_passkey_is_found_by_its_count(house: House, device: Authenticator) -> None:
    await house.keep(device)
    await house.sign_in(device)
    await house.sign_in(device)
    device.count = 0
    with pytest.raises(Unauthorized, match="copied"):
        await house.sign_in(device)


@pytest.mark.parametrize(
    "device",
    [
        Authenticator("https://evil.example"),
        Authenticator("http://localhost:8001"),
        Authenticator(verifies=False),
    ],
    ids=["other site", "other port", "nobody verified"],
)
async def test_an_answer_from_elsewhere_keeps_nothing(house: House, device: Authenticator) -> None:
    with pytest.raises(Unprocessable):
        await house.keep(device)
    assert not await house.store.accounts.has_account(ANNA.id)


async def test_the_same_passkey_is_kept_once(house: House, device: Authenticator) -> None:
    await house.keep(device)
    with pytest.raises(Unprocessable, match="already"):
        await house.keep(device)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.recursive(
        st.none() | st.text(max_size=8) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["clientDataJSON", "signature", "x"]), inner)
        ),
        max_leaves=4,
    ),
    st.binary(max_size=80),
)
async def test_whatever_is_sent_is_answered_with_a_problem(
    house: House, response: Any, data: bytes
) -> None:
    for credential in (
        {"id": "a", "rawId": "a", "response": response},
        Authenticator().get({"rpId": "localhost", "challenge": data.hex()}),
    ):
        with pytest.raises(PhospheneError):
            await house.accounts.sign_in(PARTY, credential)


async def test_a_passkey_belongs_to_a_domain() -> None:
    assert party_of("https://clips.example", "x").domain == "clips.example"
    with pytest.raises(Unprocessable, match="public_url"):
        party_of("", "127.0.0.1:8000")
    check_domains("https://clips.example", ["clips.example", "localhost"])
    check_domains("", ["clips.example"])
    with pytest.raises(BadInput, match=r"clips\.example"):
        check_domains("https://other.example", ["clips.example"])


async def test_a_proof_is_good_for_a_while() -> None:
    need_confirmed(1000.0, 1000.0 + CONFIRMED_S)
    with pytest.raises(Unconfirmed):
        need_confirmed(1000.0, 1001.0 + CONFIRMED_S)
