"""Lines that libraries write while clips are drawn: where they come from is kept, and not what they
say, which may be words of a prompt (as LTX says what it cut off)."""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

OURS: Final = frozenset(("phosphene", "__main__", "asyncio"))
"""Loggers whose lines are as they were written, with all below them."""

Factory = Callable[..., logging.LogRecord]


@contextmanager
def withheld_library_lines() -> Iterator[None]:
    """Within, the whole process logs of a library's line only its logger, file and number, whoever
    handles it; warnings are such lines, and what is printed goes nowhere."""
    before, printed = logging.getLogRecordFactory(), sys.stdout
    logging.captureWarnings(True)
    with open(os.devnull, "w") as nowhere:
        # The factory, because a filter or handler is only asked where somebody has put it.
        logging.setLogRecordFactory(_withholding(before))
        sys.stdout = nowhere
        try:
            yield
        finally:
            sys.stdout = printed
            logging.setLogRecordFactory(before)
            logging.captureWarnings(False)


def _withholding(make: Factory) -> Factory:
    def made(*given: object, **named: object) -> logging.LogRecord:
        record = make(*given, **named)
        if record.name.partition(".")[0] not in OURS:
            # LTX logs what it cut off a prompt: the words of people do not belong in a log.
            record.msg = "said something in line %d of %s"
            record.args = (record.lineno, record.filename)
            record.exc_info = record.exc_text = record.stack_info = None
        return record

    return made
