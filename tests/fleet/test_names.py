"""Names in Redis keep apart what must not meet."""

import pytest

from phosphene.fleet import names
from phosphene.render import messages


def queues(fingerprint: str) -> set[str]:
    """The streams by which clips go to workers with these weights."""
    return {
        names.jobs(fingerprint, messages.WIRE, urgent=True),
        names.jobs(fingerprint, messages.WIRE, urgent=False),
        names.bell(fingerprint, messages.WIRE),
    }


def test_workers_with_other_weights_share_no_queue() -> None:
    assert len(queues("a")) == len(queues("b")) == 3
    assert queues("a").isdisjoint(queues("b"))


def test_releases_that_speak_otherwise_share_no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = queues("a")
    monkeypatch.setattr(messages, "WIRE", messages.WIRE + 1)
    assert ours.isdisjoint(queues("a"))
    assert [*names.wires()] == [*range(messages.OLDEST, messages.WIRE + 1)]


def test_a_worker_and_an_instance_of_one_name_are_not_confused() -> None:
    one = {names.orders("x"), names.answers("x"), names.instance("x")}
    assert len(one) == 3
    assert one.isdisjoint({names.orders("y"), names.answers("y"), names.instance("y")})


def test_all_can_be_found_by_one_prefix() -> None:
    all_names = {names.BEATS, *queues("a"), names.orders("x"), names.instance("y")}
    assert all(name.startswith("phosphene:fleet:") for name in all_names)
