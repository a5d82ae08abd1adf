"""Whoever is to be told is told, or it is known why not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import get_args

import pytest

from phosphene.errors import Refusal
from phosphene.schemas import Webhook, WebhookKind
from phosphene.store.sqlite import SqliteStore, open_store
from phosphene.trust.origins import origin_of
from phosphene.trust.public_network import PATIENCE_S, OutboundClient
from phosphene.webhooks.message import make_secret
from phosphene.webhooks.sender import PAUSES_S, WebhookSender, pause_after
from tests.store.making import NOON, a_clip, a_comment
from tests.webhooks.receiver import Receiver, receiving

REFUSAL = Refusal(code="minors", rule="minors-1", message="no", matched=("these words",))


@asynccontextmanager
async def telling(folder: Path, receiver: Receiver) -> AsyncIterator[tuple[SqliteStore, Webhook]]:
    """A store whose webhook is the receiver."""
    async with open_store(folder / "phosphene.db", "one", lambda: NOON) as store:
        hook = Webhook(id="h", url=receiver.url, events=get_args(WebhookKind), created_at=NOON)
        receiver.secret = make_secret()
        await store.webhooks.add_webhook(hook, receiver.secret)
        yield store, hook


class Outcomes:
    """What came of messages, in order."""

    def __init__(self) -> None:
        self._outcomes: asyncio.Queue[str] = asyncio.Queue()
        self.note = self._outcomes.put_nowait

    async def next(self) -> str:
        async with asyncio.timeout(20):
            return await self._outcomes.get()


@asynccontextmanager
async def sending(
    store: SqliteStore, *allowed: str | None
) -> AsyncIterator[tuple[WebhookSender, Outcomes]]:
    outcomes = Outcomes()
    async with OutboundClient([one for one in allowed if one], PATIENCE_S) as client:
        base_url = "https://x.example"
        sender = WebhookSender(store.webhooks, client.post, lambda: NOON, base_url, outcomes.note)
        task = asyncio.create_task(sender.run())
        try:
            yield sender, outcomes
        finally:
            task.cancel()


@pytest.mark.asyncio
async def test_what_happened_is_told_without_words(tmp_path: Path) -> None:
    async with (
        receiving() as receiver,
        telling(tmp_path, receiver) as (store, _),
        sending(store, origin_of(receiver.url)) as (sender, outcomes),
    ):
        await store.add_clip(a_clip("a"))
        for one in await store.add_comment(a_comment("k", "a", text="a secret")):
            if one.event is not None:
                sender.heed_event(one.event)
        told = await receiver.next()
        assert (told["type"], told["data"]["clip"], told["data"]["comment"]) == (
            "comment.created",
            "a",
            "k",
        )
        await sender.tell_refused(REFUSAL)
        refused = await receiver.next()
        assert (refused["type"], refused["data"]) == ("prompt.refused", {"rule": "minors-1"})
        assert "secret" not in str(told)
        assert "words" not in str(refused)
        assert [await outcomes.next() for _ in range(2)] == ["delivered", "delivered"]
        (found,) = await store.webhooks.list_deliveries("h", 1)
        assert (found.state, found.status) == ("delivered", 204)
        assert (await store.webhooks.list_webhooks())[0].waiting == 0


@pytest.mark.asyncio
async def test_what_failed_is_sent_again_as_the_same(tmp_path: Path) -> None:
    async with receiving() as receiver, telling(tmp_path, receiver) as (store, _):
        receiver.status = "503 Later"
        await store.webhooks.put_test("h")
        async with sending(store, origin_of(receiver.url)) as (_, outcomes):
            assert (await receiver.next())["type"] == "webhook.test"
            assert await outcomes.next() == "failed"
        (first,) = await store.webhooks.list_deliveries("h", 1)
        assert (first.state, first.status, first.why) == ("waiting", 503, "status 503")
        assert first.due_at is not None
        assert first.due_at >= NOON + PAUSES_S[0]
        assert receiver.ids == [first.id]


@pytest.mark.asyncio
async def test_an_address_that_is_gone_is_told_nothing_more(tmp_path: Path) -> None:
    async with receiving() as receiver, telling(tmp_path, receiver) as (store, _):
        receiver.status = "410 Gone"
        async with sending(store, origin_of(receiver.url)) as (sender, outcomes):
            await store.webhooks.put_message("clip.failed", "a")
            sender.wake_up()
            assert await outcomes.next() == "gone"
            assert (await store.webhooks.list_webhooks())[0].ended_at == NOON
            await store.webhooks.put_message("clip.failed", "b")
        assert [one.state for one in await store.webhooks.list_deliveries("h", 9)] == ["failed"]


@pytest.mark.asyncio
async def test_an_address_inside_is_not_connected_to(tmp_path: Path) -> None:
    async with receiving() as receiver, telling(tmp_path, receiver) as (store, _):
        await store.webhooks.put_test("h")
        async with sending(store) as (_, outcomes):
            assert await outcomes.next() == "failed"
        (found,) = await store.webhooks.list_deliveries("h", 1)
        assert (found.state, found.status) == ("waiting", None)
        assert "https" in found.why
        assert receiver.ids == []


def test_after_three_days_it_is_given_up() -> None:
    pauses = [pause_after(attempts) for attempts in range(len(PAUSES_S) + 1)]
    assert pauses == [*PAUSES_S, None]
    assert 70 * 3600 < sum(PAUSES_S) < 80 * 3600
