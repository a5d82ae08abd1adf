import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec import Struct

from phosphene.bus.local import LocalBus
from phosphene.errors import Unauthorized
from phosphene.people.connections import NOBODY, OpenConnections
from phosphene.people.login_sessions import DAY_S, LoginSessions
from phosphene.store.accounts import Passkey
from phosphene.store.logins import LIFE_S
from phosphene.store.retention import forget_logins
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from phosphene.store.watch_limits import KeptLimits, WatchLimits
from phosphene.trust.identity import Identities
from tests.store.making import a_store

pytestmark = pytest.mark.asyncio
KEY = bytes(range(32))


class Site(Struct):
    store: SqliteStore
    logins: LoginSessions
    now: list[float]


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    now = [time.time()]
    async with a_store(tmp_path / "phosphene.db", "test", lambda: now[0]) as store:
        logins = LoginSessions(
            store.accounts, Identities(KEY), LocalBus(), OpenConnections(), lambda: now[0]
        )
        yield Site(store, logins, now)


async def test_a_guest_costs_a_row_when_they_come_back(site: Site) -> None:
    person, token = site.logins.issue_guest()
    assert not await site.store.accounts.list_logins(person.id)
    known = await site.logins.read_token(token, "curl/8")
    again = await site.logins.read_token(token, "curl/8")
    assert known.person == person
    assert known.login == again.login
    (login,) = await site.store.accounts.list_logins(person.id)
    assert (login.agent, login.confirmed_at) == ("curl/8", 0.0)


async def test_a_login_lasts_while_it_is_used(site: Site) -> None:
    person, token = site.logins.issue_guest()
    await site.logins.read_token(token, "")
    site.now[0] += 2 * DAY_S
    assert (await site.logins.read_token(token, "")).renewed
    assert not (await site.logins.read_token(token, "")).renewed
    site.now[0] += LIFE_S - 1
    assert (await site.logins.read_token(token, "")).person == person
    site.now[0] += LIFE_S + 1
    with pytest.raises(Unauthorized):
        await site.logins.read_token(token, "")
    await site.store._write(forget_logins, Ages(), site.now[0])
    assert not await site.store.accounts.list_logins(person.id)


async def test_a_login_tells_whether_its_person_has_set_limits(site: Site) -> None:
    (person, token), (_, other) = site.logins.issue_guest(), site.logins.issue_guest()
    assert not (await site.logins.read_token(token, "")).limited
    limits = KeptLimits(limits=WatchLimits(minutes_a_day=10))
    await site.store.watch_limits.change_limits(person.id, lambda before: limits)
    assert (await site.logins.read_token(token, "")).limited
    assert not (await site.logins.read_token(other, "")).limited


async def test_an_ended_login_does_not_come_back_by_its_signature(site: Site) -> None:
    person, token = site.logins.issue_guest()
    known = await site.logins.read_token(token, "")
    assert await site.logins.end_logins(person.id, [known.login]) == [known.login]
    assert not await site.logins.end_logins(person.id, [known.login])
    with pytest.raises(Unauthorized, match="ended"):
        await site.logins.read_token(token, "")


async def test_nobody_ends_the_login_of_another(site: Site) -> None:
    _, token = site.logins.issue_guest()
    known = await site.logins.read_token(token, "")
    assert not await site.logins.end_logins("ben", [known.login])
    await site.logins.read_token(token, "")


async def test_who_has_an_account_is_not_let_in_by_an_old_token(site: Site) -> None:
    person, token = site.logins.issue_guest()
    passkey = Passkey(
        id="p",
        person=person.id,
        domain="localhost",
        key="",
        count=0,
        name="phone",
        created_at=site.now[0],
        used_at=site.now[0],
    )
    await site.store.accounts.keep_passkey(person, passkey, ["digest"], 20)
    with pytest.raises(Unauthorized, match="kept"):
        await site.logins.read_token(token, "")
    _, fresh = await site.logins.begin_login(person.id, "Firefox")
    known = await site.logins.read_token(fresh, "Firefox")
    assert (known.person, known.confirmed_at) == (person, site.now[0])


@pytest.mark.slow
@pytest.mark.parametrize("token", ["", "2.", "2.abc", "1.a.9.b", "x" * 500, "é", "2." + "a" * 60])
async def test_what_is_no_token_is_nobody(site: Site, token: str) -> None:
    with pytest.raises(Unauthorized):
        await site.logins.read_token(token, "")


async def test_what_is_open_closes_with_its_login(site: Site) -> None:
    closed = list[str]()
    person, token = site.logins.issue_guest()
    known = await site.logins.read_token(token, "")
    held = site.logins.connections.holding
    with held(known.login, lambda: closed.append("socket")), held(NOBODY, lambda: None):
        with held(known.login, lambda: closed.append("left before")):
            pass
        with held(known.login, lambda: closed.append("viewer")):
            await site.logins.end_logins(person.id, [known.login])
            assert closed == ["socket", "viewer"]
    assert not site.logins.connections.list_logins()
