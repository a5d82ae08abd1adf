import json
import logging
import sys
from collections.abc import Iterator
from contextvars import copy_context

import pytest

from phosphene.logs import REQUEST_ID, JsonFormatter, set_up


def line(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = json.loads(JsonFormatter().format(record))
    return found


def test_a_line_is_one_json_object_with_what_was_given() -> None:
    record = logging.makeLogRecord(
        {"name": "phosphene", "levelname": "INFO", "msg": "clip %s", "args": ("a\nb",), "model": 7}
    )
    said = line(record)
    assert (said["level"], said["message"], said["model"]) == ("info", "clip a\nb", 7)
    assert "\n" not in JsonFormatter().format(record)


def test_an_error_carries_its_traceback() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        record = logging.makeLogRecord({"msg": "it failed", "exc_info": sys.exc_info()})
    assert "ValueError: broken" in str(line(record)["traceback"])


def test_a_line_says_which_request_caused_it_in_tasks_too() -> None:
    record = logging.makeLogRecord({"msg": "x"})
    assert "request_id" not in line(record)
    context = copy_context()
    context.run(REQUEST_ID.set, "abc")
    assert context.run(line, record)["request_id"] == "abc"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The logger of everything, put back as it was."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


def test_all_of_the_process_goes_to_stderr_as_json(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("warning")
    logging.getLogger("some.library").warning("what %s", "it says", extra={"seconds": 3})
    logging.getLogger("some.library").info("too small")
    (one,) = capsys.readouterr().err.splitlines()
    told = json.loads(one)
    assert (told["logger"], told["message"], told["seconds"]) == ("some.library", "what it says", 3)


def test_libraries_that_talk_about_every_packet_are_heard_when_something_is_wrong(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("debug")
    for name in ("aioice", "aiortc.rtcpeerconnection", "phosphene"):
        logging.getLogger(name).info("of %s", name)
        logging.getLogger(name).warning("wrong in %s", name)
    told = [json.loads(one)["message"] for one in capsys.readouterr().err.splitlines()]
    assert [one for one in told if one.startswith("of")] == ["of phosphene"]
    assert len(told) == 4
    # Its lines may be shown elsewhere, by a server that another test ran in this process.
    assert not logging.getLogger("uvicorn.access").isEnabledFor(logging.INFO)


@pytest.mark.parametrize(
    "said",
    [
        ('%s - "WebSocket %s" [accepted]', ("203.0.113.9:5", "/v1/socket?token=secret")),
        ("connection open", ()),
        ("connection closed", ()),
    ],
)
@pytest.mark.usefixtures("root")
def test_nobody_who_comes_is_named(said: tuple[str, tuple[object, ...]]) -> None:
    set_up("info")
    log = logging.getLogger("uvicorn.error")
    for line, kept in ((said, False), (("Application startup complete.", ()), True)):
        record = log.makeRecord(log.name, logging.INFO, "", 0, *line, None)
        assert bool(log.filter(record)) is kept
