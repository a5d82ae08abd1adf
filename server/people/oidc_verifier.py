"""Identities checked by an OpenID provider: OpenID Connect for Identity Assurance 1.0.

The provider is asked for ``verified_claims`` in its ID token: under which framework somebody was
checked and when, and their date of birth, of which only whether they are of age is kept.
"""

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from phosphene.errors import Unauthorized
from phosphene.people.identity_verifier import (
    VerifiedPerson,
    VerifierReply,
    VerifierVisit,
    is_adult,
)
from phosphene.people.oidc import Flows, OidcProvider

CLAIMS: Final = {
    "id_token": {
        "verified_claims": {
            "verification": {"trust_framework": None, "time": None},
            "claims": {"birthdate": None},
        }
    }
}
"""The request of OpenID Connect for Identity Assurance 1.0, section 6: null asks for whatever there
is."""
FUTURE_S: Final = 300.0


class OidcVerifier:
    """By a provider. ``frameworks`` are those whose checks count, none: all that it names."""

    def __init__(
        self, provider: OidcProvider, name: str, flows: Flows, frameworks: frozenset[str]
    ) -> None:
        self.name = name or provider.host
        self._provider = provider
        self._flows = flows
        self._frameworks = frameworks

    async def begin_visit(self, person_id: str, redirect_uri: str) -> VerifierVisit:
        """See ``IdentityVerifier``."""
        flow = self._flows.begin_flow("verify", person_id)
        url = await self._provider.authorization_url(flow, redirect_uri, CLAIMS)
        return VerifierVisit(url, self._flows.seal_flow(flow))

    async def read_reply(self, reply: VerifierReply) -> VerifiedPerson:
        """See ``IdentityVerifier``."""
        flow = self._flows.open_flow(reply.cookie, reply.query.get("state", ""))
        issuer = reply.query.get("iss") or self._provider.issuer
        # Of two providers one could be made to answer for the other (RFC 9207).
        if flow.purpose != "verify" or reply.query.get("error") or issuer != self._provider.issuer:
            raise Unauthorized(f"{self.name} did not check who you are")
        code = reply.query.get("code", "")
        claims = await self._provider.fetch_claims(flow, code, reply.redirect_uri)
        checked, born = self._read_verified(claims.get("verified_claims"))
        return VerifiedPerson(
            person=flow.person,
            subject=str(claims["sub"]),
            at=checked,
            over_18=is_adult(born, datetime.now(UTC).date()),
        )

    def _read_verified(self, told: object) -> tuple[float, date]:
        """When somebody was checked, and their birthday. Raises Unauthorized."""
        # One, or several of different frameworks (section 5.1).
        for one in told if isinstance(told, list) else [told]:
            try:
                return self._read_one(one)
            except (KeyError, TypeError, ValueError, AttributeError):
                continue
        raise Unauthorized(f"{self.name} did not say that it checked who you are, and your age")

    def _read_one(self, told: Any) -> tuple[float, date]:
        """Raises KeyError, TypeError, ValueError, AttributeError: it says less than was asked."""
        verification: Mapping[str, Any] = told["verification"]
        framework = verification["trust_framework"]
        if not isinstance(framework, str) or not framework:
            raise ValueError("no framework")
        if self._frameworks and framework not in self._frameworks:
            raise ValueError("another framework")
        checked, now = _seconds(verification.get("time")), time.time()
        if checked > now + FUTURE_S:
            raise ValueError("it says that it will have been checked")
        return min(checked, now), date.fromisoformat(told["claims"]["birthdate"])


def _seconds(said: str | None) -> float:
    """A time of ISO 8601 in seconds since the epoch; None, which the standard allows, is now."""
    if said is None:
        return time.time()
    moment = datetime.fromisoformat(said)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
