"""What a service for ID documents sends: signed as Standard Webhooks 1.0 say."""

import base64
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

SECRET = "whsec_" + base64.b64encode(b"a secret of the document service").decode()
URL = "https://papers.example/start?for={reference}"


def reference_in(url: str) -> str:
    (reference,) = parse_qs(urlsplit(url).query)["for"]
    return reference


def a_webhook(
    reference: str, *, secret: str = SECRET, at: float | None = None, **more: Any
) -> tuple[bytes, dict[str, str]]:
    """Body and headers."""
    told = {"reference": reference, "subject": "document 7", "verified": True, "over_18": True}
    body = msgspec.json.encode(told | {"checked_at": time.time() - 60} | more)
    stamp = str(int(time.time() if at is None else at))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, b"msg_1." + stamp.encode() + b"." + body, hashlib.sha256).digest()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": stamp,
        "webhook-signature": "v1a,zzz v1," + base64.b64encode(digest).decode(),
        "content-type": "application/json",
    }
    return body, headers
