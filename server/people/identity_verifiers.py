"""Which verifier the operator chose, if any."""

import hmac
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from phosphene.errors import BadInput
from phosphene.people.identity_verifier import IdentityVerifier
from phosphene.people.oidc import Flows, OidcProvider
from phosphene.people.oidc_verifier import OidcVerifier
from phosphene.people.webhook_verifier import WebhookVerifier
from phosphene.settings import Settings

MEANING: Final = b"phosphene identity flow"


def choose_verifier(
    settings: Settings, key: bytes, clock: Callable[[], float]
) -> IdentityVerifier | None:
    """The verifier of the settings. ``key`` is the instances' common secret, ``clock`` gives
    seconds since the epoch. Raises BadInput: its secret is none."""
    name = settings.identity_name
    if settings.identity_issuer:
        provider = OidcProvider(
            settings.identity_issuer,
            settings.identity_client_id,
            settings.identity_client_secret,
            clock,
            settings.oidc_origins.split(),
        )
        # Of another key than those of signing in: a flow of one is none of the other.
        flows = Flows(hmac.digest(key, MEANING, "sha256"), clock)
        return OidcVerifier(provider, name, flows, frozenset(settings.identity_frameworks.split()))
    if settings.identity_url:
        host = urlsplit(settings.identity_url).netloc
        try:
            return WebhookVerifier(
                settings.identity_url, settings.identity_secret, name or host, key, clock
            )
        except ValueError:
            raise BadInput("identity_secret: it is no base64, with or without whsec_") from None
    return None
