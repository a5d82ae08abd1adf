import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec
import pytest
from msgspec import Struct
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from phosphene import web
from phosphene.errors import Busy, NotFound, PhospheneError, Problem, Refusal, Refused
from phosphene.operation import Operation, routes


class Word(Struct, frozen=True):
    text: str
    times: int = 1


async def create_word(request: Request) -> Response:
    return web.answer(await web.read_json(request, Word), 201)


async def read_word(request: Request) -> Response:
    match request.path_params["word"]:
        case "busy":
            raise Busy("full", 2.4)
        case "refused":
            raise Refused(Refusal(code="c", rule="r", message="no", matched=("x",)))
        case _:
            raise NotFound("no such word")


OPERATIONS = [
    Operation(
        method="POST",
        path="/words",
        summary="Add",
        endpoint=create_word,
        body=Word,
        answer=Word,
        status=201,
    ),
    Operation(method="GET", path="/words/{word}", summary="Read", endpoint=read_word, answer=Word),
]


def client() -> httpx.AsyncClient:
    handlers: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
        PhospheneError: web.on_error,
        HTTPException: web.on_error,
    }
    app = Starlette(routes=routes(OPERATIONS), exception_handlers=handlers)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://phosphene")


@pytest.mark.asyncio
async def test_a_typed_body_comes_in_and_a_typed_answer_goes_out() -> None:
    async with client() as http:
        response = await http.post("/words", json={"text": "fox", "unknown": 1})
    assert response.status_code == 201
    assert response.json() == {"text": "fox", "times": 1}


@pytest.mark.asyncio
async def test_an_integer_may_be_written_with_a_point() -> None:
    async with client() as http:
        response = await http.post("/words", json={"text": "fox", "times": 2.0, "more": [1.0]})
        broken = await http.post("/words", json={"text": "fox", "times": 2.5})
    assert response.json() == {"text": "fox", "times": 2}
    assert (broken.status_code, "$.times" in broken.json()["detail"]) == (400, True)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe\x00", "application/json", 400),
        (b'{"text": 3}', "application/json", 400),
        (b'{"times": 3}', "application/json", 400),
        (b'{"text": "a", "times": NaN}', "application/json", 400),
        (b'{"text": 3, "more": ' + b"[" * 20000 + b"]" * 20000 + b"}", "application/json", 400),
        (b"text=fox", "application/x-www-form-urlencoded", 415),
        (b'"' + b"a" * web.BODY_LIMIT + b'"', "application/json", 413),
    ],
)
async def test_a_bad_body_is_a_problem(body: bytes, media_type: str, status: int) -> None:
    async with client() as http:
        response = await http.post("/words", content=body, headers={"Content-Type": media_type})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert msgspec.json.decode(response.content, type=Problem).status == status


@pytest.mark.asyncio
async def test_errors_become_problems_with_what_a_client_needs() -> None:
    async with client() as http:
        busy = await http.get("/words/busy")
        refused = await http.get("/words/refused")
        missing = await http.get("/words/none")
        nowhere = await http.get("/nowhere")
        wrong = await http.delete("/words/none")
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "2")
    assert refused.json()["refusal"]["matched"] == ["x"]
    assert missing.json()["type"] == "/problems/not-found"
    assert nowhere.status_code == 404
    assert (wrong.status_code, "GET" in wrong.headers["allow"]) == (405, True)


@pytest.mark.asyncio
async def test_a_body_that_stalls_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY_TIMEOUT_S", 0.01)

    async def stalls() -> dict[str, Any]:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/words", "headers": headers}
    with pytest.raises(PhospheneError) as caught:
        await web.read_json(Request(scope, stalls), Word)
    assert caught.value.status == 408
