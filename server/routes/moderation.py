"""Routes of moderators and operators: reports, decisions, appeals, roles, webhooks,
API keys."""

from collections.abc import Callable

from phosphene.api.api_keys import ApiKeyRoutes
from phosphene.api.appeals import AppealRoutes
from phosphene.api.deeds import DeedRoutes
from phosphene.api.house import HouseRoutes
from phosphene.api.moderation import ModerationRoutes
from phosphene.api.reports import ReportRoutes
from phosphene.api.roles import RoleRoutes
from phosphene.api.webhooks import WebhookRoutes
from phosphene.operation import Operation
from phosphene.routes.callers import Callers
from phosphene.social.topics import Topics
from phosphene.store.sqlite import SqliteStore
from phosphene.studio.moderator import Moderator
from phosphene.studio.services import Services
from phosphene.studio.studio import Studio


def make_moderator(
    store: SqliteStore, studio: Studio, services: Services, callers: Callers
) -> Moderator:
    moderation, remover = store.moderation, studio.remover
    return Moderator(
        record=moderation.decide,
        record_final=moderation.decide_finally,
        hold_family=moderation.hold_family,
        take_back=moderation.undo,
        answer=moderation.answer_appeal,
        publish=services.topics.publish_events,
        stop_clip=remover.stop_clip,
        remove=remover.remove_clip,
        redact=remover.redact,
    )


def deciding_routes(
    store: SqliteStore,
    studio: Studio,
    moderator: Moderator,
    services: Services,
    callers: Callers,
    send_webhooks: Callable[[], None],
) -> list[Operation]:
    """What moderators and operators do."""
    inside = services.settings.webhook_origins.split()
    webhooks = WebhookRoutes(store.webhooks, callers.deciders, inside, send_webhooks)
    return [
        *_moderation(store, moderator, services.topics, callers),
        *HouseRoutes(studio.house, callers.deciders).operations(),
        *webhooks.operations(),
        *ApiKeyRoutes(store.api_keys, callers.logins, callers.deciders).operations(),
    ]


def _moderation(
    store: SqliteStore, moderator: Moderator, topics: Topics, callers: Callers
) -> list[Operation]:
    """Reports, what is decided of them and of appeals, and who may decide."""
    moderation, deciders = store.moderation, callers.deciders
    publish, limits, visitors = topics.publish_events, callers.limits, callers.visitors
    appeals = AppealRoutes(moderation, moderator, publish, limits, visitors, deciders)
    return [
        *ReportRoutes(moderation, publish, limits, visitors).operations(),
        *appeals.operations(),
        *ModerationRoutes(moderation, moderator, deciders).operations(),
        *RoleRoutes(moderation, store.people, deciders).operations(),
        *DeedRoutes(moderation, deciders).operations(),
    ]
