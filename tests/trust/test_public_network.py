"""Addresses that others name: what is connected to."""

import socket
from typing import Any

import httpcore2
import pytest

from phosphene.trust.public_network import (
    PATIENCE_S,
    NotReached,
    OutboundClient,
    PublicNetwork,
    is_public,
)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_which_addresses_are_of_the_open_internet(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.asyncio
async def test_it_connects_to_the_address_that_it_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected = list[str]()

    async def connect(self: Any, host: str, *_: Any) -> None:
        connected.append(host)

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect)
    found = [(2, 1, 6, "", ("8.8.8.8", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    network = PublicNetwork(["http://localhost:9000"])
    await network.connect_tcp("push.example", 443)
    await network.connect_tcp("localhost", 9000)
    network.close()
    assert connected == ["8.8.8.8", "localhost"]


@pytest.mark.asyncio
@pytest.mark.parametrize("first", ["8.8.8.8", "127.0.0.1"])
async def test_a_name_that_resolves_twice_differently_is_believed_once(
    monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """DNS rebinding: it is looked up once, and connected to that, or not at all."""
    answers, connected = [first, "127.0.0.1", "8.8.8.8"], list[str]()

    async def connect(self: Any, host: str, *_: Any) -> None:
        connected.append(host)
        raise httpcore2.ConnectError("nobody is there")

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect)
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (answers.pop(0), 443))]
    )
    async with OutboundClient([], PATIENCE_S) as client:
        with pytest.raises(NotReached):
            await client.ask("GET", "https://rebind.example/keys", {})
    assert connected == [one for one in [first] if is_public(one)]
    assert answers == ["127.0.0.1", "8.8.8.8"]
