"""From a deed to the browser of whom it concerns, through a push service that opens what comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from phosphene.model import Person
from phosphene.notifications import QuietHours
from phosphene.people.push_client import PushClient
from phosphene.people.pusher import BACK_OFF_S, Pusher, back_off_s
from phosphene.store.logins import Login
from phosphene.store.pushes import CLAIM_S, MOST_FAILURES, PushSubscription, subscription_id
from phosphene.store.relations import Relation
from phosphene.store.sqlite import SqliteStore
from phosphene.trust.web_push import Vapid, load_push_key
from tests.people.push_service import Browser, PushService, push_service
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_clip, a_comment, a_store

pytestmark = pytest.mark.asyncio
HOUR = 3600.0


class House:
    """A store with people in it, and what tells their browsers."""

    def __init__(
        self, store: SqliteStore, service: PushService, client: PushClient, clock: Clock
    ) -> None:
        self.store = store
        self.service = service
        self.clock = clock
        self.here: set[str] = set()
        self.outcomes: list[str] = []
        self.wake = asyncio.Event()
        self.pusher = self.a_pusher(client)
        self.other = self.a_pusher(client)

    def a_pusher(self, client: PushClient) -> Pusher:
        return Pusher(
            self.store.pushes,
            client.send_push,
            self.is_here,
            self.outcomes.append,
            self.clock,
            "https://clips.example",
            self.wake,
            grace_s=0.0,
        )

    async def is_here(self, person_id: str) -> bool:
        return person_id in self.here

    async def subscribe(self, name: str, person: Person = ANNA, login: str = "") -> Browser:
        browser = self.service.browser(name)
        login = login or f"{person.id} {name}"
        now = self.clock()
        await self.store.accounts.begin_login(login, Login(login, person.id, now, now, 0.0, ""))
        await self.store.pushes.subscribe_browser(a_subscription(browser, person, login, now))
        return browser

    async def tell(self, pusher: Pusher | None = None) -> list[str]:
        """Tell whoever is to be told now, to the end; what came, by browser and title."""
        async with asyncio.TaskGroup() as tasks:
            await (pusher or self.pusher).start_due(tasks)
        came = [self.service.pushed.get_nowait() for _ in range(self.service.pushed.qsize())]
        return sorted(f"{one.browser}: {one.title}" for one in came)

    async def comment(self, name: str, author: Person = BEN) -> None:
        self.clock.now += 1
        words = a_comment(name, "annas", author=author, created_at=self.clock())
        await self.store.add_comment(words)

    async def relate(self, person: Person, kind: Relation, other: Person) -> None:
        self.clock.now += 1
        await self.store.people.set_relation(person, kind, other, True)


def a_subscription(browser: Browser, person: Person, login: str, now: float) -> PushSubscription:
    return PushSubscription(
        id=subscription_id(browser.endpoint),
        person=person.id,
        login=login,
        endpoint=browser.endpoint,
        p256dh=browser.keys.p256dh,
        auth=browser.keys.auth,
        language="en",
        created_at=now,
        told_at=now,
    )


@asynccontextmanager
async def a_house(path: Path) -> AsyncIterator[House]:
    clock = Clock()
    async with push_service() as service, a_store(path / "x.db", "one", clock) as store:
        vapid = Vapid(load_push_key(path / "push.key"), "", clock)
        async with PushClient(vapid, [service.origin]) as client:
            for person in (ANNA, BEN, EVE):
                await store.set_handle(person)
            await store.add_clip(a_clip("annas"))
            yield House(store, service, client, clock)


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path) as opened:
        yield opened


async def test_a_comment_rings_every_browser_of_the_author(house: House) -> None:
    for name in ("phone", "desk"):
        await house.subscribe(name)
    await house.subscribe("bens", BEN)
    assert await house.tell() == []
    await house.comment("one")
    async with asyncio.TaskGroup() as tasks:
        await house.pusher.start_due(tasks)
    came = {one.browser: one for one in (await house.service.next(), await house.service.next())}
    phone = came["phone"]
    assert phone.message == {
        "web_push": 8030,
        "notification": {
            "title": "@ben commented on your clip",
            "body": "oh!",
            "lang": "en",
            "tag": "commented annas",
            "navigate": "https://clips.example/?clip=annas",
        },
        "app_badge": 1,
    }
    assert phone.headers["urgency"] == "normal"
    assert len(phone.headers["topic"]) == 32
    assert came["desk"].headers["topic"] == phone.headers["topic"]
    assert await house.tell() == []


async def test_what_comes_together_is_told_as_one(house: House) -> None:
    await house.subscribe("phone")
    await house.comment("one")
    await house.relate(EVE, "follow", ANNA)
    assert await house.tell() == ["phone: 2 new things for you"]
    await house.relate(BEN, "follow", ANNA)
    # It is grouped with the follow that was not looked at: one is told of it with the next.
    assert await house.tell() == []


async def test_what_was_read_rings_no_more(house: House) -> None:
    await house.subscribe("phone")
    await house.comment("one")
    await house.store.people.mark_seen(ANNA.id, house.clock())
    assert await house.tell() == []
    assert house.outcomes == []


async def test_who_has_a_page_open_is_not_rung(house: House) -> None:
    await house.subscribe("phone")
    house.here.add(ANNA.id)
    await house.comment("one")
    assert await house.tell() == []
    house.here.clear()
    await house.comment("two", EVE)
    # Of the first they saw the mark.
    assert await house.tell() == ["phone: @eve commented on your clip"]


async def test_a_stranger_rings_once_an_hour_and_whom_one_follows_each_time(house: House) -> None:
    await house.subscribe("phone")
    await house.comment("one")
    assert await house.tell() == ["phone: @ben commented on your clip"]
    # Read, liked, liked no more, liked again: all within the hour.
    await house.store.people.mark_seen(ANNA.id, house.clock())
    for on in (True, False, True):
        house.clock.now += 1
        await house.store.set_like("annas", BEN, on)
        assert await house.tell() == []
    await house.relate(ANNA, "follow", BEN)
    await house.comment("two")
    assert await house.tell() == ["phone: 2 new things for you"]
    await house.comment("three")
    assert await house.tell() == ["phone: @ben commented on your clip"]


async def test_after_an_hour_a_stranger_rings_again(house: House) -> None:
    await house.subscribe("phone")
    for name in ("one", "two"):
        await house.comment(name)
        assert await house.tell() == ["phone: @ben commented on your clip"]
        await house.store.people.mark_seen(ANNA.id, house.clock())
        house.clock.now += HOUR


async def test_whom_one_mutes_or_blocks_does_not_ring(house: House) -> None:
    await house.subscribe("phone")
    await house.relate(ANNA, "mute", EVE)
    await house.comment("one", EVE)
    assert await house.tell() == []
    await house.comment("two")
    # Between the deed and the ring.
    await house.relate(ANNA, "block", BEN)
    assert await house.tell() == []


async def test_a_kind_that_is_turned_off_does_not_ring(house: House) -> None:
    await house.subscribe("phone")
    await house.store.people.set_kinds_off(ANNA.id, ["commented"])
    await house.comment("one")
    assert await house.tell() == []


async def test_quiet_hours_end_with_one_push_of_all(house: House) -> None:
    await house.subscribe("phone")
    house.clock.now = NOON - NOON % 86400 + 23 * HOUR
    quiet = QuietHours("22:00", "07:00", "UTC")
    await house.store.pushes.set_quiet_hours(ANNA.id, quiet)
    await house.comment("one")
    assert await house.tell() == []
    await house.relate(EVE, "follow", ANNA)
    assert await house.tell() == []
    house.clock.now += 7.9 * HOUR
    assert await house.tell() == []
    house.clock.now += 0.2 * HOUR
    assert await house.tell() == ["phone: 2 new things for you"]


async def test_quiet_hours_that_are_given_up_keep_nothing_back(house: House) -> None:
    await house.subscribe("phone")
    quiet = QuietHours("00:00", "23:59", "UTC")
    await house.store.pushes.set_quiet_hours(ANNA.id, quiet)
    await house.comment("one")
    assert await house.tell() == []
    await house.store.pushes.set_quiet_hours(ANNA.id, None)
    assert await house.tell() == ["phone: @ben commented on your clip"]


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
async def test_a_browser_that_is_gone_is_forgotten(house: House, status: str) -> None:
    gone = await house.subscribe("gone")
    await house.subscribe("phone")
    gone.status = status
    await house.comment("one")
    assert await house.tell() == ["phone: @ben commented on your clip"]
    assert sorted(house.outcomes) == ["gone", "sent"]
    left = await house.store.pushes.list_subscriptions(ANNA.id)
    assert [one.endpoint.rpartition("/")[2] for one in left] == ["phone-secret"]


async def test_a_service_that_fails_is_left_alone_for_ever_longer(house: House) -> None:
    browser = await house.subscribe("phone")
    browser.status = "503 Service Unavailable"
    await house.comment("one")
    for asked in range(1, 4):
        assert await house.tell() == []
        assert house.service.asked == asked
        # A deed meanwhile does not shorten it.
        await house.comment(f"again {asked}", EVE)
        assert await house.tell() == []
        assert house.service.asked == asked
        house.clock.now += back_off_s(asked - 1) + 1
    browser.status = "201 Created"
    assert await house.tell() == ["phone: 2 new things for you"]
    (left,) = await house.store.pushes.list_subscriptions(ANNA.id)
    assert left.failures == 0


async def test_it_comes_back_when_the_service_says(house: House) -> None:
    browser = await house.subscribe("phone")
    browser.status, browser.headers = "429 Slow", "Retry-After: 3000\r\nContent-Length: 0\r\n"
    await house.comment("one")
    assert await house.tell() == []
    house.clock.now += 2900
    assert await house.tell() == []
    assert house.service.asked == 1
    browser.status = "201 Created"
    house.clock.now += 101
    assert await house.tell() == ["phone: @ben commented on your clip"]


async def test_one_that_fails_for_days_is_forgotten(house: House) -> None:
    browser = await house.subscribe("phone")
    browser.status = "403 Forbidden"
    await house.comment("one")
    for _ in range(MOST_FAILURES):
        assert await house.tell() == []
        house.clock.now += BACK_OFF_S[1]
    assert house.service.asked == MOST_FAILURES
    assert not await house.store.pushes.list_subscriptions(ANNA.id)


async def test_two_instances_ring_once(house: House) -> None:
    await house.subscribe("phone")
    await house.comment("one")
    both = await asyncio.gather(house.tell(), house.tell(house.other))
    assert [*both[0], *both[1]] == ["phone: @ben commented on your clip"]


async def test_what_an_instance_left_behind_is_told_by_another(house: House) -> None:
    await house.subscribe("phone")
    await house.comment("one")
    (taken,) = await house.store.pushes.take_due(9)
    assert taken.subscription.person == ANNA.id
    # Its instance is gone before it could be sent.
    assert await house.tell(house.other) == []
    house.clock.now += CLAIM_S
    assert await house.tell(house.other) == ["phone: @ben commented on your clip"]


async def test_what_comes_while_a_push_is_on_its_way_is_told_next(house: House) -> None:
    await house.subscribe("phone")
    await house.comment("one")
    (taken,) = await house.store.pushes.take_due(9)
    await house.comment("two", EVE)
    await house.store.pushes.settle_push(taken.subscription, taken.notices[0].at)
    assert await house.tell() == ["phone: @eve commented on your clip"]


async def test_who_signs_out_is_told_there_no_more(house: House) -> None:
    await house.subscribe("phone", login="out")
    await house.subscribe("desk", login="in")
    await house.store.accounts.end_logins(ANNA.id, ["out"])
    left = await house.store.pushes.list_subscriptions(ANNA.id)
    assert [one.login for one in left] == ["in"]
    await house.comment("one")
    assert await house.tell() == ["desk: @ben commented on your clip"]


async def test_a_login_that_nobody_used_for_long_is_told_no_more(house: House) -> None:
    await house.subscribe("phone")
    house.clock.now += 401 * 86400
    await house.comment("one")
    assert await house.tell() == []
    assert not await house.store.pushes.list_subscriptions(ANNA.id)


async def test_a_browser_that_changes_hands_tells_the_next_one_nothing_of_the_first(
    house: House,
) -> None:
    await house.subscribe("phone")
    await house.comment("one")
    await house.subscribe("phone", EVE)
    assert await house.tell() == []
    await house.comment("two")
    assert await house.tell() == []
    assert not await house.store.pushes.list_subscriptions(ANNA.id)
    await house.relate(BEN, "follow", EVE)
    assert await house.tell() == ["phone: @ben follows you"]


async def test_it_runs_beside_the_requests_and_is_woken(house: House) -> None:
    await house.subscribe("phone")
    running = asyncio.create_task(house.pusher.run())
    for name, author in (("one", BEN), ("two", EVE)):
        await house.comment(name, author)
        house.wake.set()
        assert (await house.service.next()).title == f"@{author.handle} commented on your clip"
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()


async def test_one_slow_service_holds_up_nobody_else(house: House) -> None:
    slow = await house.subscribe("slow")
    slow.answers = asyncio.Event()
    await house.subscribe("phone")
    running = asyncio.create_task(house.pusher.run())
    for name, author in (("one", BEN), ("two", EVE)):
        await house.comment(name, author)
        house.wake.set()
        while (came := await house.service.next()).browser != "phone":
            continue
        assert came.title == f"@{author.handle} commented on your clip"
    slow.answers.set()
    running.cancel()
    await asyncio.wait([running])
