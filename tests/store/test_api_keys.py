"""API keys in the store: whose they are, how much is left of a day, and how they end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from phosphene.api_keys import NewApiKey
from phosphene.errors import AlreadyTaken, NotFound, Unprocessable
from phosphene.store import api_keys, logins
from phosphene.store.people import set_handle
from phosphene.store.schema import SqliteConnection, connect, migrate
from tests.store.making import ANNA, NOON

DAY_S = api_keys.DAY_S


@pytest.fixture
def cx(tmp_path: Path) -> Iterator[SqliteConnection]:
    connection = connect(tmp_path / "phosphene.db")
    migrate(connection)
    yield connection
    connection.close()


def add(cx: SqliteConnection, id_: str, *, account: str = "bot", clips: int = 2) -> None:
    new = NewApiKey(name="a program", account=account, requests_per_day=1, clips_per_day=clips)
    api_keys.add_key(cx, f"digest {id_}", id_, new, NOON)


def test_keys_of_one_account_are_one_person_and_no_person_s(cx: SqliteConnection) -> None:
    set_handle(cx, ANNA)
    with pytest.raises(AlreadyTaken):
        add(cx, "a", account=ANNA.handle)
    add(cx, "a")
    add(cx, "b")
    known = [logins.find(cx, f"digest {one}", NOON) for one in "ab"]
    assert {(one.person, one.handle, one.scopes) for one in known if one} == {
        (known[0].person if known[0] else "", "bot", "clips:write")
    }
    assert ANNA.id not in [one.person for one in known if one]


def test_a_day_has_so_many_and_the_next_one_as_many_again(cx: SqliteConnection) -> None:
    add(cx, "a")
    taken = [api_keys.take_quota(cx, "a", "clips", NOON) for _ in range(3)]
    assert [(one.granted, one.left) for one in taken] == [(True, 1), (True, 0), (False, 0)]
    api_keys.give_clip_back(cx, "a", NOON)
    assert api_keys.take_quota(cx, "a", "clips", NOON).granted
    assert api_keys.take_quota(cx, "a", "requests", NOON).granted
    assert not api_keys.take_quota(cx, "a", "requests", NOON).granted
    (told,) = api_keys.api_keys(cx, NOON)
    assert (told.requests_today, told.clips_today, told.used_at) == (1, 2, NOON)
    api_keys.give_clip_back(cx, "a", NOON + DAY_S)  # of yesterday
    assert api_keys.take_quota(cx, "a", "clips", NOON + DAY_S).left == 1
    assert api_keys.api_keys(cx, NOON + 2 * DAY_S)[0].clips_today == 0
    with pytest.raises(NotFound):
        api_keys.take_quota(cx, "none", "clips", NOON)


def test_a_revoked_key_is_over_and_leaves_room(
    cx: SqliteConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_keys, "MOST", 1)
    add(cx, "a")
    with pytest.raises(Unprocessable):
        add(cx, "b")
    assert api_keys.revoke_key(cx, "a", NOON) == ["a"]
    assert api_keys.revoke_key(cx, "a", NOON + 1) == []
    login = logins.find(cx, "digest a", NOON)
    assert login
    assert login.ended_at == NOON
    add(cx, "b")
    assert [one.revoked_at for one in api_keys.api_keys(cx, NOON)] == [NOON, None]
    with pytest.raises(NotFound):
        api_keys.revoke_key(cx, "none", NOON)
