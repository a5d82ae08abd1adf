"""Which webhooks are told of what, and how often."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from phosphene.errors import NotFound, Unprocessable
from phosphene.schemas import Webhook, WebhookKind
from phosphene.store import webhook_queue, webhooks
from phosphene.store.schema import SqliteConnection, connect, migrate
from tests.store.making import NOON


@pytest.fixture
def cx(tmp_path: Path) -> Iterator[SqliteConnection]:
    connection = connect(tmp_path / "phosphene.db")
    migrate(connection)
    yield connection
    connection.close()


def add(cx: SqliteConnection, id_: str, *events: WebhookKind) -> None:
    hook = Webhook(id=id_, url="https://example.org/x", events=events, created_at=NOON)
    webhooks.add_webhook(cx, hook, "whsec_")


def test_each_is_told_of_what_it_wants(cx: SqliteConnection) -> None:
    add(cx, "clips", "clip.finished", "clip.failed")
    add(cx, "comments", "comment.created")
    webhook_queue.put_message(cx, "clip.failed", "a")
    webhook_queue.put_message(cx, "comment.created", "a", "k")
    webhook_queue.put_message(cx, "prompt.refused", "", "minors")
    due = webhooks.take_due(cx, NOON, 9, {})
    assert [(one.webhook, one.kind, one.clip, one.about) for one in due] == [
        ("clips", "clip.failed", "a", ""),
        ("comments", "comment.created", "a", "k"),
    ]
    assert [one.waiting for one in webhooks.webhooks(cx)] == [1, 1]


def test_what_was_taken_is_taken_by_nobody_else_for_a_minute(cx: SqliteConnection) -> None:
    add(cx, "h", "clip.failed")
    webhook_queue.put_message(cx, "clip.failed", "a")
    (first,) = webhooks.take_due(cx, NOON, 9, {})
    assert webhooks.take_due(cx, NOON + webhooks.CLAIM_S - 1, 9, {}) == []
    (again,) = webhooks.take_due(cx, NOON + webhooks.CLAIM_S, 9, {})
    assert (again.number, again.begun_at) == (first.number, NOON)
    webhooks.settle_delivery(cx, first, 200, "", True)
    webhooks.settle_delivery(cx, again, 200, "", True)
    assert webhooks.webhooks(cx)[0].waiting == 0
    assert webhooks.next_due(cx, []) is None


def test_an_address_that_is_down_fills_no_database(
    cx: SqliteConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_queue, "MOST_WAITING", 2)
    monkeypatch.setattr(webhooks, "KEPT", 1)
    add(cx, "h", "clip.failed")
    for clip in ("a", "b", "c"):
        webhook_queue.put_message(cx, "clip.failed", clip)
    (hook,) = webhooks.webhooks(cx)
    assert (hook.waiting, hook.dropped) == (2, 1)
    for one in webhooks.take_due(cx, NOON, 9, {}):
        webhooks.settle_delivery(cx, one, 200, "", True)
    assert [one.state for one in webhooks.deliveries(cx, "h", 9)] == ["delivered"]


def test_there_are_twenty_at_most_and_they_can_be_removed(cx: SqliteConnection) -> None:
    for number in range(webhooks.MOST):
        add(cx, f"h{number:02}", "clip.failed")
    with pytest.raises(Unprocessable, match="20 webhooks"):
        add(cx, "more", "clip.failed")
    webhook_queue.put_message(cx, "clip.failed", "a")
    webhooks.remove_webhook(cx, "h00")
    assert len(webhooks.webhooks(cx)) == webhooks.MOST - 1
    assert {one.webhook for one in webhooks.take_due(cx, NOON, 99, {})} == {
        f"h{number:02}" for number in range(1, webhooks.MOST)
    }
    with pytest.raises(NotFound):
        webhooks.deliveries(cx, "h00", 9)


def test_what_became_of_one_is_never_said_of_another(cx: SqliteConnection) -> None:
    for name in ("a", "b"):
        add(cx, name, "clip.failed")
    webhook_queue.put_message(cx, "clip.failed", "x")
    first = {one.webhook: one for one in webhooks.take_due(cx, NOON, 9, {})}
    webhooks.remove_webhook(cx, "b")
    webhook_queue.put_message(cx, "clip.failed", "y")
    webhooks.settle_delivery(cx, first["b"], 200, "", True)
    assert {one.state for one in webhooks.deliveries(cx, "a", 9)} == {"waiting"}


def test_what_ended_is_not_begun_again(cx: SqliteConnection) -> None:
    add(cx, "h", "clip.failed")
    for clip in ("x", "y"):
        webhook_queue.put_message(cx, "clip.failed", clip)
    _, late = webhooks.take_due(cx, NOON, 9, {})
    webhooks.end_webhook(cx, "h", NOON)
    webhooks.postpone_delivery(cx, late, None, "no answer", NOON)
    webhooks.settle_delivery(cx, late, 200, "", True)
    assert webhooks.take_due(cx, NOON + 99, 9, {}) == []
    assert webhooks.webhooks(cx)[0].waiting == 0
    with pytest.raises(Unprocessable, match="gone"):
        webhooks.put_test(cx, "h", "webhook.test")


def test_one_address_takes_no_others_turn(cx: SqliteConnection) -> None:
    for name in ("silent", "well"):
        add(cx, name, "clip.failed")
    for number in range(9):
        webhook_queue.put_message(cx, "clip.failed", str(number))
    due = webhooks.take_due(cx, NOON, 4, {"silent": 3})
    assert [one.webhook for one in due] == ["silent", *["well"] * 4]
    assert webhooks.next_due(cx, ["silent", "well"]) is None
