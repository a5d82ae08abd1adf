"""What the examples for operators close."""

from ipaddress import ip_address, ip_network
from pathlib import Path

import httpx
import pytest

from tests.flows.test_instances import EXAMPLES, nginx
from tests.support import free_port

SPECIAL = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "240.0.0.0/4", "::1/128", "::/128", "::ffff:0:0/96", "64:ff9b::/96",
    "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7",
    "fe80::/10",
)  # fmt: skip
"""RFC 6890 and the registries that it began."""


def denied() -> list[tuple[int, int, int]]:
    """Version, first and last address of each range that the TURN example denies."""
    lines = (EXAMPLES / "turnserver.conf").read_text().splitlines()
    ranges = [line.partition("=")[2].split("-") for line in lines if line.startswith("denied")]
    ends = [(ip_address(first), ip_address(last)) for first, last in ranges]
    return [(first.version, int(first), int(last)) for first, last in ends]


def covers(version: int, first: int, last: int) -> bool:
    return any(one == version and low <= first and last <= high for one, low, high in denied())


@pytest.mark.parametrize("network", SPECIAL)
def test_the_relay_leads_into_no_private_network(network: str) -> None:
    net = ip_network(network)
    assert covers(net.version, int(net.network_address), int(net.broadcast_address))


@pytest.mark.parametrize("public", ["1.1.1.1", "203.0.114.1", "172.32.0.1", "2606:4700::1111"])
def test_the_relay_leads_to_public_addresses(public: str) -> None:
    address = ip_address(public)
    assert not covers(address.version, int(address), int(address))


@pytest.mark.asyncio
async def test_figures_do_not_pass_the_proxy(tmp_path: Path) -> None:
    with nginx(tmp_path, free_port(), free_port()) as address:
        async with httpx.AsyncClient(base_url=address) as http:
            assert (await http.get("/metrics")).status_code == 403
            assert (await http.get("/healthz")).status_code == 502  # that it would have passed
