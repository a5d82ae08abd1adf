import time

import pytest

from phosphene.errors import Unauthorized
from phosphene.people.identity_verifier import VerifierReply
from phosphene.people.webhook_verifier import LIFE_S, WebhookVerifier
from tests.people.document_service import SECRET, URL, a_webhook, reference_in

pytestmark = pytest.mark.asyncio


def a_verifier(key: bytes = b"key", late: float = 0.0) -> WebhookVerifier:
    return WebhookVerifier(URL, SECRET, "Papers", key, lambda: time.time() + late)


async def reference_for(verifier: WebhookVerifier, person: str = "anna") -> str:
    visit = await verifier.begin_visit(person, "https://here.example/v1/identity/callback")
    assert visit.url.startswith("https://papers.example/start?for=")
    assert visit.cookie == ""
    return reference_in(visit.url)


async def test_what_the_service_signs_is_of_whom_it_was_sent() -> None:
    verifier = a_verifier()
    body, headers = a_webhook(await reference_for(verifier), over_18=False, checked_at=5.0)
    verified = await verifier.read_reply(VerifierReply(body=body, headers=headers))
    assert (verified.person, verified.subject) == ("anna", "document 7")
    assert (verified.over_18, verified.at) == (False, 5.0)


@pytest.mark.parametrize("change", ["secret", "old", "early", "body", "none", "number"])
async def test_what_is_not_signed_by_it_counts_for_nothing(change: str) -> None:
    verifier = a_verifier()
    reference = await reference_for(verifier)
    at = {"old": time.time() - 400, "early": time.time() + 400}.get(change)
    secret = "whsec_YW5vdGhlcg==" if change == "secret" else SECRET
    body, headers = a_webhook(reference, secret=secret, at=at)
    if change == "body":
        body = body.replace(b"document 7", b"document 8")
    if change == "none":
        headers["webhook-signature"] = "v1,"
    if change == "number":
        headers["webhook-id"] = "msg_2"
    with pytest.raises(Unauthorized):
        await verifier.read_reply(VerifierReply(body=body, headers=headers))
    with pytest.raises(Unauthorized):
        await verifier.read_reply(VerifierReply(body=body))


@pytest.mark.parametrize(
    "more",
    [{"verified": False}, {"reference": "made.up"}, {"subject": ""}, {"over_18": None}],
    ids=str,
)
async def test_what_it_does_not_say_counts_for_nothing(more: dict[str, object]) -> None:
    verifier = a_verifier()
    body, headers = a_webhook(**{"reference": await reference_for(verifier)} | more)  # type: ignore[arg-type]
    with pytest.raises(Unauthorized):
        await verifier.read_reply(VerifierReply(body=body, headers=headers))


async def test_a_reference_is_of_this_site_and_of_this_week() -> None:
    reference = await reference_for(a_verifier(b"another site"))
    body, headers = a_webhook(reference)
    with pytest.raises(Unauthorized):
        await a_verifier().read_reply(VerifierReply(body=body, headers=headers))
    old = await reference_for(a_verifier(late=-LIFE_S - 1))
    body, headers = a_webhook(old)
    with pytest.raises(Unauthorized, match="week"):
        await a_verifier().read_reply(VerifierReply(body=body, headers=headers))
