"""Whether a domain is somebody's: a file on it, or a TXT record of its name, holds a token that
only they were told. It shows who holds a domain, and not who holds a right."""

import base64
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from phosphene.errors import Unprocessable
from phosphene.rights import Method
from phosphene.trust.dns_txt import read_txt, txt_query
from phosphene.trust.public_network import NotReached, OutboundClient

FILE: Final = "/.well-known/phosphene-rights.txt"
LABEL: Final = "_phosphene-rights"
"""Below this name of the domain the record is looked for (RFC 8552)."""
PATIENCE_S: Final = 5.0
DNS_MESSAGE: Final = "application/dns-message"


class RightsProver:
    """Asks at a holder's domain. ``allowed``: origins that need be neither public nor https;
    ``resolver``: address of a resolver over HTTPS (RFC 8484), empty: records are not read."""

    def __init__(self, allowed: Collection[str], resolver: str) -> None:
        self._allowed = allowed
        self._resolver = resolver

    def file_url(self, domain: str) -> str:
        """Where the file of a domain is asked for."""
        known = (one for one in self._allowed if urlsplit(one).netloc == domain)
        return next(known, f"https://{domain}") + FILE

    async def check_proof(self, domain: str, token: str, method: Method) -> None:
        """Raises Unprocessable: the token is not there, or nobody answers."""
        found = await (self._read_file if method == "file" else self._read_record)(domain)
        if token not in found:
            raise Unprocessable("the token is not there yet")

    async def _read_file(self, domain: str) -> Collection[str]:
        url = self.file_url(domain)
        async with OutboundClient(self._allowed, PATIENCE_S, 4096) as client:
            try:
                got = await client.ask("GET", url, {"accept": "text/plain"})
            except NotReached as error:
                raise Unprocessable(f"the file cannot be read: {error}") from None
        if got.status != 200:  # a redirect may lead to somebody else's
            raise Unprocessable(f"the file cannot be read: status {got.status}")
        return got.body.decode("utf-8", "replace").split()

    async def _read_record(self, domain: str) -> Collection[str]:
        if not self._resolver:
            raise Unprocessable("records are not read here: use the file")
        query = base64.urlsafe_b64encode(txt_query(f"{LABEL}.{domain}")).rstrip(b"=").decode()
        origin = "://".join(urlsplit(self._resolver)[:2])
        async with OutboundClient((origin, *self._allowed), PATIENCE_S) as client:
            try:
                url = f"{self._resolver}?dns={query}"
                got = await client.ask("GET", url, {"accept": DNS_MESSAGE})
            except NotReached as error:
                raise Unprocessable(f"the record cannot be read: {error}") from None
        if got.status != 200:
            raise Unprocessable(f"the record cannot be read: status {got.status}")
        return read_txt(got.body)
