"""A server whose application fails after its start."""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette

from phosphene.cli.serve import FAILED, serve
from phosphene.lifecycle import Lifecycle
from phosphene.metrics import Metrics
from phosphene.settings import Settings


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        opened.listen()
        yield opened


def falling(closed: list[bool]) -> Starlette:
    """An application of which a task beside the requests raises as soon as it serves."""
    lifecycle = Lifecycle()

    async def fall() -> None:
        raise RuntimeError("nobody holds this")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with lifecycle.report_failure(), asyncio.TaskGroup() as tasks:
            try:
                with lifecycle.while_serving():
                    tasks.create_task(fall())
                    yield
            finally:
                closed.append(True)

    app = Starlette(lifespan=lifespan)
    app.state.lifecycle, app.state.metrics = lifecycle, Metrics()
    return app


def unopened() -> Starlette:
    """An application that cannot be opened."""
    lifecycle = Lifecycle()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with lifecycle.report_failure(), asyncio.TaskGroup():
            raise OSError("the port of the media is taken")
            yield

    app = Starlette(lifespan=lifespan)
    app.state.lifecycle, app.state.metrics = lifecycle, Metrics()
    return app


def test_an_application_that_cannot_start_says_so_in_one_line(
    listener: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SystemExit) as ended:
        serve(unopened(), listener, Settings())
    assert ended.value.code not in {0, None}
    lines = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert lines == [
        "the server cannot start: OSError: the port of the media is taken",
        "Application startup failed. Exiting.",
    ]
    assert "Traceback" not in caplog.text


def test_an_application_that_fails_ends_the_process_with_a_status_and_one_line(
    listener: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    closed: list[bool] = []
    assert serve(falling(closed), listener, Settings()) == FAILED
    assert closed == [True]
    lines = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert [one.getMessage() for one in lines] == [
        "the server cannot go on and ends: RuntimeError: nobody holds this"
    ]


def test_what_was_made_before_is_not_looked_through_for_garbage(listener: socket.socket) -> None:
    made = [listener]
    assert any(one is made for one in gc.get_objects())
    serve(falling([]), listener, Settings())
    assert not any(one is made for one in gc.get_objects())
    assert gc.isenabled()
