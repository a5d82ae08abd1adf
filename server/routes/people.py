"""Routes of people: oneself, others, signing in, and one's likeness."""

import time
from collections.abc import Callable

from starlette.requests import Request

from phosphene.api.accounts import AccountRoutes
from phosphene.api.consent import ConsentRoutes
from phosphene.api.identity import IdentityRoutes
from phosphene.api.inbox import InboxRoutes
from phosphene.api.minors import MinorRoutes
from phosphene.api.oidc import OidcRoutes
from phosphene.api.people import People
from phosphene.api.presence import PresenceRoutes
from phosphene.api.push import PushRoutes
from phosphene.api.social import SocialRoutes
from phosphene.instance_files import InstanceFiles
from phosphene.likeness.face_checker import is_installed
from phosphene.operation import Operation
from phosphene.people.accounts import Accounts
from phosphene.people.identity_verifiers import choose_verifier
from phosphene.people.oidc import Flows, OidcProvider
from phosphene.people.passkeys import Challenges
from phosphene.routes.callers import Callers
from phosphene.store.sqlite import SqliteStore
from phosphene.studio.services import Services
from phosphene.trust.comment_text import WordCheck


def people_routes(
    store: SqliteStore,
    services: Services,
    on: InstanceFiles,
    callers: Callers,
    words: WordCheck,
    base_url: Callable[[Request], str],
) -> list[Operation]:
    """Oneself, and others."""
    limits, visitors = callers.limits, callers.visitors
    publish = services.topics.publish_events
    minors = MinorRoutes(
        store.minors,
        store.people,
        limits,
        visitors,
        callers.deciders,
        services.settings.age_verifier_token,
        callers.enroller.forget_face,
    )
    return [
        *People(
            store,
            callers.logins.accounts,
            limits,
            visitors,
            words.check_name,
            store.moderation.get_role,
            callers.watch_limiter.has_limits,
            store.minors.is_minor,
        ).operations(),
        *_accounts(services, on, callers).operations(),
        *minors.operations(),
        *_consent(store, services, on, callers),
        *_oidc(services, on, callers, base_url).operations(),
        *_presence(store, services, on, callers, base_url),
        *SocialRoutes(
            store.people,
            callers.logins.accounts,
            publish,
            limits,
            visitors,
            words.check_name,
        ).operations(),
        *InboxRoutes(store.people, store.pushes, publish, visitors).operations(),
        *PushRoutes(
            store.pushes,
            on.vapid.public_key,
            services.settings.push_services.split(),
            limits,
            visitors,
        ).operations(),
    ]


def _consent(
    store: SqliteStore, services: Services, on: InstanceFiles, callers: Callers
) -> list[Operation]:
    """One's likeness."""
    return ConsentRoutes(
        store.likenesses,
        services.likenesses.withdraw_likeness,
        callers.enroller.forget_face,
        services.portraits.forget_portrait,
        store.people.find_person,
        on.rules,
        services.topics.publish_events,
        callers.limits,
        callers.visitors,
    ).operations()


def _accounts(services: Services, on: InstanceFiles, callers: Callers) -> AccountRoutes:
    kept, url = callers.logins.accounts, services.settings.public_url
    accounts = Accounts(services.store, kept, Challenges(on.key, time.time), time.time)
    return AccountRoutes(accounts, kept, callers.logins, callers.limits, callers.visitors, url)


def _presence(
    store: SqliteStore,
    services: Services,
    on: InstanceFiles,
    callers: Callers,
    base_url: Callable[[Request], str],
) -> list[Operation]:
    """Showing before a camera that one is there, and by a verifier who one is."""
    kept = callers.logins.accounts
    identity = IdentityRoutes(
        choose_verifier(services.settings, on.key, time.time),
        callers.enroller,
        store.minors,
        kept,
        callers.limits,
        callers.visitors,
        base_url,
    )
    people, limits, visitors = store.people, callers.limits, callers.visitors
    routes = PresenceRoutes(
        callers.enroller,
        kept,
        people,
        limits,
        visitors,
        callers.deciders,
        is_installed(),
        store.matches,
        services.topics.publish_events,
    )
    return [*routes.operations(), *identity.operations()]


def _oidc(
    services: Services, on: InstanceFiles, callers: Callers, base_url: Callable[[Request], str]
) -> OidcRoutes:
    """Signing in by the operator's provider, if there is one."""
    settings, provider = services.settings, None
    if settings.oidc_issuer:
        told = settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
        provider = OidcProvider(*told, time.time, settings.oidc_origins.split())
    return OidcRoutes(
        provider,
        settings.oidc_name or (provider.host if provider else ""),
        Flows(on.key, time.time),
        services.store,
        callers.logins.accounts,
        callers.logins,
        callers.limits,
        callers.visitors,
        base_url,
    )
