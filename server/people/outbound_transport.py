"""What libraries for httpx2 ask by, so that they reach no more than ``OutboundClient`` does."""

from typing import Final

import httpx2

from phosphene.trust.public_network import NotReached, OutboundClient

# Of the answer as it was sent: its bytes are here as they came, and their number.
DROPPED: Final = frozenset({"transfer-encoding", "content-length"})
ACCEPTED: Final = {"accept-encoding": "identity"}
"""Compressed, 64 kB may be 60 MB."""


class OutboundTransport(httpx2.AsyncBaseTransport):
    """Asks through a client, whose lifetime is its owner's."""

    def __init__(self, client: OutboundClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer. Raises httpx2.ConnectError: none came; httpx2.DecodingError: it is compressed
        all the same."""
        body = await request.aread()
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        try:
            answer = await self._client.ask(
                request.method, str(request.url), headers | ACCEPTED, body
            )
        except NotReached as error:
            raise httpx2.ConnectError(str(error), request=request) from None
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise httpx2.DecodingError("its answer is compressed", request=request)
        told = {name: value for name, value in answer.headers.items() if name not in DROPPED}
        return httpx2.Response(answer.status, headers=told, content=answer.body, request=request)
