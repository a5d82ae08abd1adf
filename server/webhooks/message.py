"""Messages of webhooks and their signatures (Standard Webhooks 1.0)."""

import base64
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import msgspec

from phosphene.store.webhooks import DueWebhook, message_id

SECRET_PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def make_secret() -> str:
    """A new one, as the specification writes it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def compose_body(due: DueWebhook, base_url: str) -> bytes:
    """The JSON of a message: what happened, when, to which clip, and where that can be read.
    ``base_url``: the site's, or empty."""
    data: dict[str, Any] = {}
    if due.kind == "prompt.refused":
        data["rule"] = due.about
    elif due.about:
        data["comment"] = due.about
    if due.clip:
        data["clip"] = due.clip
        # Without the words and without a person: whoever is told may read what they may read.
        data["url"] = f"{base_url}/v1/clips/{quote(due.clip, safe='')}"
    at = datetime.fromtimestamp(due.begun_at, UTC).isoformat(timespec="milliseconds")
    return msgspec.json.encode({"type": due.kind, "timestamp": at, "data": data})


def sign_message(due: DueWebhook, body: bytes, now: float) -> Mapping[str, str]:
    """Headers of a message that is sent at a time in seconds since the epoch."""
    id_, at = message_id(due.webhook, due.number), int(now)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Phosphene",
        "webhook-id": id_,
        "webhook-timestamp": str(at),
        "webhook-signature": signature_of(due.secret, id_, at, body),
    }


def signature_of(secret: str, id_: str, at: int, body: bytes) -> str:
    """The signature of version 1. ``at``: seconds since the epoch."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.digest(key, f"{id_}.{at}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"
