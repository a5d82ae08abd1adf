"""Routes of coming and going: what is stored of one, taking it along, deleting it, bringing it."""

import time
from functools import partial
from typing import Final

from phosphene.api.importing import ImportRoutes
from phosphene.api.leaving import LeavingRoutes
from phosphene.api.privacy import Privacy
from phosphene.api.transparency import Transparency
from phosphene.instance_files import InstanceFiles
from phosphene.model import Page
from phosphene.operation import Operation
from phosphene.people.knowledge import Knowledge
from phosphene.people.newcomer import Newcomer
from phosphene.people.personal_data import load_personal_data
from phosphene.people.retention_periods import retention_periods
from phosphene.routes.callers import Callers
from phosphene.social.actions import Actions
from phosphene.store.sqlite import SqliteStore
from phosphene.studio.admission import check_admission
from phosphene.studio.leaving import Leaver
from phosphene.studio.services import Services
from phosphene.studio.studio import Studio
from phosphene.trust.comment_text import WordCheck

ARCHIVED: Final = 50
"""Clips that are read at a time for somebody's archive."""


def leaving_routes(
    store: SqliteStore, services: Services, studio: Studio, callers: Callers
) -> list[Operation]:
    """What is stored of one; taking everything along, and deleting the account."""
    settings, remover = services.settings, studio.remover
    leaving, library = store.leaving, store.library
    leaver = Leaver(
        forget_face=callers.enroller.forget_face,
        begin=leaving.begin,
        leave_some=leaving.leave_some,
        stop_clip=remover.stop_clip,
        finish_removal=remover.finish_removal,
        empty_log=leaving.empty_log,
    )
    knowledge = Knowledge(
        callers.logins.accounts,
        store.people,
        store.pushes,
        store.moderation.get_role,
        store.moderation.list_receipts,
        store.minors.is_minor,
        callers.watch_limiter.get_limits,
        store.moderation.list_own_decisions,
        store.refusals.list_own,
        library.list_kept,
        store.likenesses,
        callers.enroller.store,
        store.reactions.list_of,
        store.wishes,
        services.portraits.read_own,
    )

    async def list_clips(person_id: str, cursor: str | None) -> Page:
        return await library.list_kept(person_id, "own", limit=ARCHIVED, cursor=cursor)

    routes = LeavingRoutes(
        callers.logins,
        leaver.delete_person,
        knowledge.tell,
        list_clips,
        leaving.list_comments,
        services.blobs.get,
        services.signer.sign_statement,
        callers.limits,
        callers.visitors,
    )
    counted = Transparency(
        store.likenesses.list_totals,
        store.moderation.list_totals,
        store.refusal_counts,
        store.refusals.list_totals,
    )
    privacy = Privacy(
        load_personal_data().for_settings(settings),
        retention_periods(settings),
        counted.transparency_sections,
    )
    return [*routes.operations(), *privacy.operations(), *counted.operations()]


def import_routes(
    store: SqliteStore,
    services: Services,
    on: InstanceFiles,
    studio: Studio,
    words: WordCheck,
    actions: Actions,
    callers: Callers,
) -> list[Operation]:
    """Bringing along what one had elsewhere. Its texts are judged as lines are: by the rules and by
    the registry."""
    settings, signer = services.settings, services.signer
    newcomer = Newcomer(
        imports=store.imports,
        get_about=store.people.get_about,
        set_about=store.people.set_about,
        set_relation=store.people.set_relation,
        blobs=services.blobs,
        anchors=lambda: signer.anchors + on.trusted_signers,
        clean_text=studio.steering.clean_text,
        check_name=words.check_name,
        add_comment=actions.add_comment,
        get_person=store.get_person,
        check_room=partial(check_admission, store, services.usage, settings.clips_per_person),
        publish=services.topics.publish_events,
        clock=time.time,
    )
    return ImportRoutes(
        newcomer,
        store.imports,
        callers.logins.accounts.has_account,
        callers.limits,
        callers.visitors,
        settings.import_mb << 20,
        on.data,
    ).operations()
