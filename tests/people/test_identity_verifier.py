from datetime import date

import pytest

from phosphene.errors import BadInput
from phosphene.people.identity_verifier import is_adult, subject_digest
from phosphene.people.identity_verifiers import choose_verifier
from phosphene.people.oidc_verifier import OidcVerifier
from phosphene.people.webhook_verifier import WebhookVerifier
from phosphene.settings import Settings


@pytest.mark.parametrize(
    ("born", "today", "adult"),
    [
        ("2000-05-17", "2018-05-16", False),
        ("2000-05-17", "2018-05-17", True),
        ("2000-12-31", "2018-01-01", False),
        ("2004-02-29", "2022-02-28", False),
        ("2004-02-29", "2022-03-01", True),
    ],
)
def test_somebody_is_of_age_from_their_birthday_on(born: str, today: str, adult: bool) -> None:
    assert is_adult(date.fromisoformat(born), date.fromisoformat(today)) is adult


def test_a_subject_is_kept_as_a_digest_of_one_verifier() -> None:
    assert subject_digest("a", "me") == subject_digest("a", "me")
    assert len({subject_digest(*one) for one in (("a", "me"), ("b", "me"), ("a", "you"))}) == 3
    assert "me" not in subject_digest("a", "me")


def test_the_settings_choose_one_verifier_or_none() -> None:
    def chosen(**given: str) -> object:
        return choose_verifier(Settings(**given), b"key", lambda: 0.0)  # type: ignore[arg-type]

    assert chosen() is None
    by_oidc = chosen(identity_issuer="https://id.example", identity_client_id="us")
    assert isinstance(by_oidc, OidcVerifier)
    assert by_oidc.name == "id.example"
    url = "https://papers.example/start?for={reference}"
    by_webhook = chosen(identity_url=url, identity_secret="whsec_c2VjcmV0", identity_name="Papers")
    assert isinstance(by_webhook, WebhookVerifier)
    assert by_webhook.name == "Papers"
    with pytest.raises(BadInput, match="identity_secret"):
        chosen(identity_url=url, identity_secret="whsec_!")
    for odd in (
        {"identity_issuer": "https://id.example"},
        {"identity_url": url},
        {"identity_secret": "c2VjcmV0"},
        {"identity_issuer": "https://id.example", "identity_client_id": "us"}
        | {"identity_url": url, "identity_secret": "c2VjcmV0"},
    ):
        with pytest.raises(ValueError, match="identity_"):
            chosen(**odd)
