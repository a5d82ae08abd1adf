"""Structured logs: one JSON object a line on stderr."""

import logging
import sys
import traceback
from contextvars import ContextVar
from typing import Final

import msgspec

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

REQUEST_ID: Final[ContextVar[str]] = ContextVar("request_id", default="")
"""The id of the request that is served now, and in the tasks that it started; else empty."""


class JsonFormatter(logging.Formatter):
    """Time (s), level, logger, message, the request that caused it, what ``extra`` gave and the
    traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line |= {key: value for key, value in vars(record).items() if key not in STANDARD}
        if record.exc_info:
            line["traceback"] = "".join(traceback.format_exception(*record.exc_info))
        return msgspec.json.encode(line, enc_hook=str).decode()


def set_up(level: str) -> None:
    """Send all logs of the process to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn.error").addFilter(_names_nobody)
    for noisy in ("aioice", "aiortc", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _names_nobody(record: logging.LogRecord) -> bool:
    """Not of each WebSocket who came, from which address and with which token, as uvicorn has it:
    nothing is logged of single visitors."""
    return not str(record.msg).startswith(
        ('%s - "WebSocket', "connection open", "connection closed")
    )
