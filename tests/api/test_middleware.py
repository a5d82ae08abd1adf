import httpx
import pytest
import websockets
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from phosphene.api.middleware import RequestIds
from phosphene.web import on_crash
from tests.support import Instance

pytestmark = pytest.mark.process


@pytest.mark.asyncio
async def test_a_problem_and_its_answer_have_the_id_that_was_given(http: httpx.AsyncClient) -> None:
    headers = {"X-Request-Id": "edge-7f/1"}
    for path in ("/v1/clips/none", "/nowhere"):
        found = await http.get(path, headers=headers)
        assert found.headers.get_list("x-request-id") == ["edge-7f/1"]
        assert found.json()["request_id"] == "edge-7f/1"


@pytest.mark.parametrize("given", ["", 'a"b', "ü", "x" * 129, "a b"])
@pytest.mark.asyncio
async def test_an_id_that_is_not_fit_for_a_log_is_replaced(
    http: httpx.AsyncClient, given: str
) -> None:
    seen = set()
    for _ in range(2):
        found = await http.get("/v1/clips/none", headers={b"x-request-id": given.encode()})
        seen.add(found.json()["request_id"])
        assert found.headers["x-request-id"] in seen
    assert len(seen) == 2
    assert given not in seen


@pytest.mark.asyncio
async def test_a_socket_has_one_too(server: Instance) -> None:
    headers = {"X-Request-Id": "edge-8"}
    async with websockets.connect(server.socket_url, additional_headers=headers) as socket:
        assert socket.response
        assert socket.response.headers["X-Request-Id"] == "edge-8"


@pytest.mark.asyncio
async def test_what_nobody_thought_of_is_a_problem_that_tells_nothing_but_its_id() -> None:
    async def crash(request: Request) -> Response:
        raise KeyError("a secret")

    app = Starlette(
        routes=[Route("/", crash)],
        middleware=[Middleware(RequestIds)],
        exception_handlers={Exception: on_crash},
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        found = await client.get("/", headers={"X-Request-Id": "edge-9"})
    assert (found.status_code, found.json()["request_id"]) == (500, "edge-9")
    assert found.headers["x-request-id"] == "edge-9"
    assert found.headers["content-type"] == "application/problem+json"
    assert "secret" not in found.text
