"""Routes of clips: to ask for one, to keep, like, comment and steer one."""

from functools import partial

from phosphene.api.access import Access
from phosphene.api.clips import Clips
from phosphene.api.comment_deeds import CommentDeeds
from phosphene.api.comments import Comments
from phosphene.api.library import Library
from phosphene.api.likes import Likes
from phosphene.api.reach import ReachRoutes
from phosphene.api.readings import Readings
from phosphene.api.steering import Proposals
from phosphene.api.visitors import Visitors
from phosphene.operation import Operation
from phosphene.render.dispatch.pool import ModelPools
from phosphene.routes.callers import Callers
from phosphene.social.actions import Actions
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Store
from phosphene.studio.admission import visible_clip
from phosphene.studio.moderator import Moderator
from phosphene.studio.prompt_check import PromptCheck
from phosphene.studio.services import Services
from phosphene.studio.studio import Studio
from phosphene.trust.comment_text import WordCheck
from phosphene.trust.rate_limits import RateLimits


def reading_routes(
    check: PromptCheck, pools: ModelPools, store: Store, limits: RateLimits, visitors: Visitors
) -> list[Operation]:
    find = partial(visible_clip, store)
    told = check.read_text, check.reads_freely, pools.choose_pool, find
    made = Readings(*told, limits, visitors)
    return made.operations()


def clip_routes(
    store: SqliteStore, services: Services, studio: Studio, access: Access, callers: Callers
) -> list[Operation]:
    """Clips; those of one's own and whom they reach, and those that one keeps."""
    topics, library = services.topics, store.library
    limits, visitors, hidden_from = callers.limits, callers.visitors, store.people.hidden_from
    clips = Clips(
        studio.prompts,
        studio.remover,
        topics,
        store,
        limits,
        visitors,
        access,
        hidden_from,
        library.is_saved,
    )
    kept = Library(
        library,
        store,
        access,
        topics.publish_events,
        studio.redactor.wake_up,
        limits,
        visitors,
        hidden_from,
    )
    reach = ReachRoutes(store, visitors, store.reactions.count_shown)
    return [*clips.operations(), *kept.operations(), *reach.operations()]


def talking_routes(
    store: SqliteStore,
    services: Services,
    studio: Studio,
    moderator: Moderator,
    actions: Actions,
    words: WordCheck,
    access: Access,
    callers: Callers,
) -> list[Operation]:
    """What people do with clips and say to each other: likes, comments, lines that steer."""
    limits, visitors, hidden_from = callers.limits, callers.visitors, store.people.hidden_from
    steering, check_contact = studio.steering, store.minors.check_contact
    parts = (
        Likes(actions, store, limits, visitors, store.reactions.note_deed),
        Comments(actions, store, limits, visitors, access, hidden_from),
        _comment_deeds(store, services, moderator, callers, words),
        Proposals(steering, limits, visitors, access, check_contact),
    )
    return [operation for part in parts for operation in part.operations()]


def _comment_deeds(
    store: SqliteStore, services: Services, moderator: Moderator, callers: Callers, words: WordCheck
) -> CommentDeeds:
    publish = services.topics.publish_events
    limits, visitors = callers.limits, callers.visitors
    return CommentDeeds(
        store.comments,
        publish,
        words.check_edit,
        limits,
        visitors,
        moderator,
        callers.deciders,
    )
