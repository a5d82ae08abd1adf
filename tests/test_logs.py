import json
import logging
import sys
from contextvars import copy_context

from phosphene.logs import REQUEST_ID, JsonFormatter


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
