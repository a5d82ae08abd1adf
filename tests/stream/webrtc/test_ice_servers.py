import re

import pytest

from phosphene.errors import BadInput
from phosphene.stream.webrtc.ice_servers import LIFE_S, IceServers


def test_no_server_is_no_link() -> None:
    assert IceServers("", "", lambda: 0.0).link_header() == ""


def test_credentials_are_those_that_coturn_expects() -> None:
    links = IceServers(
        "stun:s.example:3478 turn:[2001:db8::1]:3478?transport=tcp", "north", lambda: 0.0
    )
    stun, turn = links.link_header().split(", ")
    assert stun == '<stun:s.example:3478>; rel="ice-server"'
    assert turn.startswith('<turn:[2001:db8::1]:3478?transport=tcp>; rel="ice-server"; username="')
    assert re.findall(r'"([^"]*)"', turn)[1:] == [
        str(LIFE_S),
        "set8BHjQRsYZFpF7PaeVNq/efIw=",
        "password",
    ]


@pytest.mark.parametrize("server", ["http://a", "turn:", "stun:a>", "turn:a?transport=sctp"])
def test_other_addresses_are_bad_input(server: str) -> None:
    with pytest.raises(BadInput):
        IceServers(f"stun:a {server}", "secret", lambda: 0.0)


def test_turn_needs_a_secret() -> None:
    with pytest.raises(BadInput):
        IceServers("turn:a", "", lambda: 0.0)
