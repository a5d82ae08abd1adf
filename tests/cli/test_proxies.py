"""Behind a proxy: whose word counts, and what follows from it."""

import socket
import tempfile
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from phosphene.cli.proxies import TrustedProxies, trusted_proxies
from phosphene.errors import BadInput
from tests.support import instance

pytestmark = pytest.mark.asyncio
SAID = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}


async def seen(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that says who asks, and how."""
    request = Request(scope)
    client = request.client.host if request.client else None
    await JSONResponse([client, request.url.scheme])(scope, receive, send)


async def heard(setting: str, peer: str, headers: dict[str, str]) -> list[str]:
    app = TrustedProxies(seen, trusted_proxies(setting))
    transport = httpx.ASGITransport(app, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        answer: list[str] = (await http.get("/", headers=headers)).json()
        return answer


@pytest.mark.parametrize(
    ("setting", "peer"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "::ffff:127.0.0.1"),
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("::ffff:10.0.0.0/104", "::ffff:10.1.2.3"),
        ("::1 10.0.0.0/8", "10.1.2.3"),
        ("::1 10.0.0.0/8", "::ffff:10.1.2.3"),
        ("2001:db8::/32", "2001:db8::5"),
        ("unix", "unix"),
    ],
)
async def test_a_trusted_proxy_is_believed(setting: str, peer: str) -> None:
    assert await heard(setting, peer, SAID) == ["203.0.113.7", "https"]


@pytest.mark.parametrize(
    ("setting", "peer"),
    [("", "127.0.0.1"), ("127.0.0.1", "127.0.0.7"), ("10.0.0.0/8", "::ffff:11.0.0.1")],
)
async def test_others_are_not(setting: str, peer: str) -> None:
    assert await heard(setting, peer, SAID) == [peer, "http"]


async def test_of_several_hops_the_first_that_is_not_ours_counts() -> None:
    hops = {"X-Forwarded-For": "6.6.6.6, 203.0.113.7, ::ffff:10.0.0.2, 10.0.0.3"}
    assert (await heard("10.0.0.0/8", "10.0.0.4", hops))[0] == "203.0.113.7"
    hops = {"X-Forwarded-For": "6.6.6.6, [2001:db8::7]:443"}
    assert (await heard("10.0.0.0/8", "10.0.0.4", hops))[0] == "2001:db8::7"


@pytest.mark.parametrize("setting", ["proxy.example", "10.0.0.0/33", "*", "unix:/run/x"])
async def test_what_is_no_address_is_refused(setting: str) -> None:
    with pytest.raises(BadInput, match="trusted_proxies"):
        trusted_proxies(setting)


@pytest.mark.process
async def test_visitors_of_a_dual_stack_server_behind_a_proxy(tmp_path: Path) -> None:
    limits = {"guests_per_minute": 1, "address_factor": 1, "workers": 0}
    with instance(tmp_path, host="::", **limits) as server:  # type: ignore[arg-type]
        assert "http://[::]:" in server.url
        url = server.url.replace("[::]", "127.0.0.1")  # which is ::ffff:127.0.0.1 there
        for number in range(4):
            said = SAID | {"X-Forwarded-For": f"203.0.113.{number}"}
            async with httpx.AsyncClient(base_url=url, headers=said) as http:
                me = await http.get("/v1/me")
                assert (me.status_code, "Secure" in me.headers["set-cookie"]) == (200, True)
        async with httpx.AsyncClient(base_url=url, headers=said) as http:
            assert (await http.get("/v1/me")).status_code == 429
            page = (await http.get("/v1/clips/none")).status_code
            assert page == 404


@pytest.mark.process
async def test_a_proxy_on_a_socket_in_the_file_system() -> None:
    with tempfile.TemporaryDirectory() as folder:  # short: such a path has 107 bytes at most
        path = Path(folder) / "s"
        with socket.socket(socket.AF_UNIX) as killed:
            killed.bind(str(path))  # and leaves it there
        with instance(Path(folder) / "data", workers=0, host=f"unix:{path}") as server:
            assert server.url == f"unix:{path}"
            transport = httpx.AsyncHTTPTransport(uds=str(path))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://clips.example", headers=SAID
            ) as http:
                me = await http.get("/v1/me")
                assert (me.status_code, "Secure" in me.headers["set-cookie"]) == (200, True)
