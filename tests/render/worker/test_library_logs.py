import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from phosphene.render.worker.library_logs import withheld_library_lines


@contextmanager
def handled(name: str) -> Iterator[io.StringIO]:
    """What a handler of this logger writes, as libraries have handlers of their own."""
    written = io.StringIO()
    handler, logger = logging.StreamHandler(written), logging.getLogger(name)
    logger.addHandler(handler)
    try:
        yield written
    finally:
        logger.removeHandler(handler)


def test_of_a_library_only_the_place_is_logged() -> None:
    with handled("diffusers") as written, withheld_library_lines():
        try:
            raise KeyError("elephants")
        except KeyError:
            logging.getLogger("diffusers.pipelines.ltx").warning(
                "cut off: %s", "elephants", exc_info=True, stack_info=True
            )
    assert "elephants" not in written.getvalue()
    assert "of test_library_logs.py" in written.getvalue()


def test_warnings_and_prints_are_lines_of_libraries(capsys: pytest.CaptureFixture[str]) -> None:
    with handled("py.warnings") as written, withheld_library_lines():
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging.captureWarnings(True)  # pytest has its own way with them
            warnings.warn("elephants", stacklevel=1)
        print("elephants")
    assert written.getvalue().startswith("said something")
    assert "elephants" not in written.getvalue() + "".join(capsys.readouterr())


def test_our_own_lines_and_those_before_and_after_stay() -> None:
    with handled("phosphene") as ours, handled("diffusers") as theirs:
        with withheld_library_lines():
            logging.getLogger("phosphene.render.worker.session").error("clip %s failed", "a")
        logging.getLogger("diffusers").error("no file %s", "b")
    assert ours.getvalue() == "clip a failed\n"
    assert theirs.getvalue() == "no file b\n"
