"""Messages of webhooks: what is in one, and its signature."""

import json

import pytest

from phosphene.store.webhooks import DueWebhook
from phosphene.webhooks.message import compose_body, make_secret, sign_message, signature_of


def a_message(kind: str, clip: str = "", about: str = "") -> DueWebhook:
    return DueWebhook(
        number=7,
        webhook="hook",
        url="https://example.org/x",
        secret=make_secret(),
        kind=kind,
        clip=clip,
        about=about,
        begun_at=1_790_000_000.25,
        attempts=0,
    )


def test_the_signature_is_that_of_the_specification() -> None:
    # The example that its libraries are tested with.
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    signed = signature_of(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("message", "data"),
    [
        (a_message("clip.finished", "a"), {"clip": "a", "url": "https://x.example/v1/clips/a"}),
        (
            a_message("comment.created", "a", "k"),
            {"comment": "k", "clip": "a", "url": "https://x.example/v1/clips/a"},
        ),
        (a_message("prompt.refused", about="minors"), {"rule": "minors"}),
        (a_message("webhook.test"), {}),
    ],
)
def test_a_body_says_what_happened_and_to_what(message: DueWebhook, data: object) -> None:
    body = compose_body(message, "https://x.example")
    at = "2026-09-21T14:13:20.250+00:00"
    assert json.loads(body) == {"type": message.kind, "timestamp": at, "data": data}


def test_a_message_is_known_again_in_every_try() -> None:
    message = a_message("webhook.test")
    first, second = sign_message(message, b"{}", 1.9), sign_message(message, b"{}", 60.0)
    assert first["webhook-id"] == second["webhook-id"] == "msg_hook_7"
    assert (first["webhook-timestamp"], second["webhook-timestamp"]) == ("1", "60")
    assert first["webhook-signature"] != second["webhook-signature"]
