"""STUN and TURN servers that viewers are told of: Link headers (RFC 9725, section 4.6).

With a secret that the TURN server shares, credentials are made for each viewer and expire (coturn's
``use-auth-secret``; draft-uberti-behave-turn-rest).
"""

import base64
import hmac
import re
from collections.abc import Callable
from typing import Final

from phosphene.errors import BadInput

# Longer than anybody watches on one connection; coturn refuses to prolong an allocation with a name
# that has expired.
LIFE_S: Final = 6 * 3600
SERVER: Final = re.compile(
    r"(stuns?:[\w.:\[\]-]+|turns?:[\w.:\[\]-]+(\?transport=(udp|tcp))?)", re.ASCII
)


class IceServers:
    """Made of the settings; ``clock`` gives seconds since the epoch.

    Raises:
        BadInput: not the address of a STUN or TURN server, or TURN without a secret.
    """

    def __init__(self, servers: str, secret: str, clock: Callable[[], float]) -> None:
        self._servers = servers.split()
        self._secret = secret.encode()
        self._clock = clock
        for server in self._servers:
            if not SERVER.fullmatch(server):
                raise BadInput(
                    f"ice_servers: {server} is not like stun:HOST:PORT or turn:HOST:PORT"
                )
            if server.startswith("turn") and not secret:
                raise BadInput("ice_servers: a TURN server needs turn_secret")

    def link_header(self) -> str:
        """The value of the Link header; empty when there are none."""
        return ", ".join(map(self._link, self._servers))

    def _link(self, server: str) -> str:
        link = f'<{server}>; rel="ice-server"'
        if server.startswith("stun"):
            return link
        # The name is the time of its end, and SHA-1 what coturn computes as well: so the server
        # needs no list of names. STUN asks for no credentials.
        name = str(int(self._clock()) + LIFE_S)
        password = base64.b64encode(hmac.digest(self._secret, name.encode(), "sha1")).decode()
        return f'{link}; username="{name}"; credential="{password}"; credential-type="password"'
