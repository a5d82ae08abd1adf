"""Hands messages to push services (RFC 8030): each endpoint is an address that a stranger gave."""

from collections.abc import Collection, Mapping
from typing import Final, Literal

from msgspec import Struct

from phosphene.trust.public_network import NotReached, OutboundClient, check_public_url
from phosphene.trust.web_push import Keys, Vapid, encrypt_message

LONGEST_ANSWER: Final = 4096
PATIENCE_S: Final = 10.0
# What a service says of a subscription that has expired (RFC 8030, 7.3).
GONE: Final = frozenset({404, 410})
# Of a service that says more than this when to come back is taken that it means now and then.
MOST_RETRY_S: Final = 24 * 3600.0

Urgency = Literal["low", "normal", "high"]


class PushMessage(Struct, frozen=True):
    """``body``: what the browser reads. ``topic``: an undelivered message of the same topic is
    replaced, at most 32 letters of base64url. ``ttl_s``: so long it is kept for a device that is
    off (RFC 8030, 5.2 to 5.4)."""

    body: bytes
    topic: str
    urgency: Urgency
    ttl_s: int


class PushResult(Struct, frozen=True):
    """What came of a push: ``sent``, ``gone`` (the browser wants no more), or ``failed``; then
    ``why``, in words without secrets, and ``retry_s`` where the service said when to come back."""

    outcome: Literal["sent", "gone", "failed"]
    why: str = ""
    retry_s: float = 0.0


def check_endpoint(endpoint: str, allowed: Collection[str]) -> None:
    """Whether something may be sent there at all. ``allowed``: origins that need be neither public
    nor https.

    Raises:
        Unusable: it is no address of a push service.
    """
    check_public_url(endpoint, allowed, "endpoint")


class PushClient:
    """Sends messages; used within ``async with``. ``allowed``: as of ``check_endpoint``."""

    def __init__(self, vapid: Vapid, allowed: Collection[str]) -> None:
        self._vapid = vapid
        self._client = OutboundClient(allowed, PATIENCE_S, LONGEST_ANSWER)

    async def __aenter__(self) -> "PushClient":
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._client.__aexit__(*failure)

    async def send_push(self, endpoint: str, keys: Keys, message: PushMessage) -> PushResult:
        """Hand a message to the service of an endpoint; never raises what the network does."""
        headers = {
            "Authorization": self._vapid.authorize_push(endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.ttl_s),
            "Topic": message.topic,
            "Urgency": message.urgency,
        }
        try:
            body = encrypt_message(message.body, keys)
            answer = await self._client.post(endpoint, headers, body)
        except NotReached as error:
            return PushResult("failed", str(error))
        return _read_answer(answer.status, answer.headers)


def _read_answer(status: int, headers: Mapping[str, str]) -> PushResult:
    if 200 <= status < 300:
        return PushResult("sent")
    if status in GONE:
        return PushResult("gone", f"status {status}")
    wait = headers.get("retry-after", "")
    retry_s = min(float(wait), MOST_RETRY_S) if wait.isdecimal() else 0.0
    return PushResult("failed", f"status {status}", retry_s)
