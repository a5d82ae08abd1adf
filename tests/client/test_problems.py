"""Documents of problems as exceptions, whatever server they come from."""

import msgspec
import pytest

from phosphene.client.problems import Unreachable, error_of, read_problem
from phosphene.client.retry_delay import backoff_s, retry_s
from phosphene.errors import (
    BadInput,
    Busy,
    NotInFile,
    PhospheneError,
    Problem,
    Refusal,
    Refused,
    Rest,
    Resting,
    RetryLater,
    TooMany,
    Unconfirmed,
    Unusable,
    kinds,
)
from phosphene.web import as_problem

REFUSAL = Refusal(code="likeness", rule="r", message="not that")


def raised(kind: type[PhospheneError]) -> PhospheneError:
    if issubclass(kind, Refused):
        return kind(REFUSAL)
    if issubclass(kind, Resting):
        return kind("why", Rest(reason="night", until=107.0, may_extend=True), 100.0)
    return kind("why", 7) if issubclass(kind, RetryLater | NotInFile | Unconfirmed) else kind("why")


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.__name__)
def test_every_error_of_the_server_comes_out_as_it_went_in(kind: type[PhospheneError]) -> None:
    document = as_problem(raised(kind))
    error = read_problem(msgspec.json.encode(document))
    assert type(error) is kind
    assert error is not None
    assert (str(error), error.problem) == (document.detail, document)
    if isinstance(error, Refused):
        assert error.refusal == REFUSAL
    if isinstance(error, RetryLater):
        assert error.retry_after_s == 7


def test_a_type_of_a_newer_server_is_known_by_its_status() -> None:
    def kind(status: int) -> type[PhospheneError]:
        return type(error_of(Problem(type="/problems/newer", title="Newer", status=status)))

    assert kind(400) is BadInput
    assert kind(429) is TooMany
    assert kind(422) is PhospheneError  # which of two it would be nobody can say
    assert kind(418) is PhospheneError
    assert issubclass(Unusable, BadInput)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"title": "x"}', b"\xff"])
def test_what_is_no_document_is_no_error_of_ours(body: bytes) -> None:
    assert read_problem(body) is None


def test_only_what_waiting_mends_is_tried_again() -> None:
    assert retry_s(Busy("full", 9.0), 0, 0.5) == 9.0
    assert retry_s(TooMany("slower", 30.0), 9, 1.0) == 30.0
    assert retry_s(Unreachable("away"), 0, 0.0) == pytest.approx(0.1)
    assert retry_s(BadInput("no"), 0, 0.0) is None


def test_a_crowd_spreads_and_nobody_waits_for_longer_than_the_cap() -> None:
    assert [round(backoff_s(attempt, 1.0), 1) for attempt in (0, 1, 2, 20)] == [0.3, 0.6, 1.2, 20.0]
    assert backoff_s(3, 0.0) == pytest.approx(backoff_s(3, 1.0) / 3)
