"""Refusals that somebody looks at once more: who signs them, what judges prompts by them,
and the routes."""

import time

from phosphene.api.refusals import RefusalRoutes
from phosphene.instance_files import InstanceFiles
from phosphene.model import Clip, Person
from phosphene.operation import Operation
from phosphene.render.dispatch.pool import ModelPools
from phosphene.routes.callers import Callers
from phosphene.social.topics import Topics
from phosphene.store.sqlite import SqliteStore
from phosphene.studio.admission import visible_clip
from phosphene.studio.desk_rules import DeskRulesLayer
from phosphene.studio.prompt_check import PromptCheck
from phosphene.studio.refusal_counter import RefusalCounter
from phosphene.studio.refusal_desk import RefusalDesk, RefusalSigner
from phosphene.studio.rights_found import FindRights
from phosphene.trust.phrase_trial import try_phrase
from phosphene.trust.prompt_reader_process import PromptReaderProcess
from phosphene.trust.refusal_ids import RefusalIds


class Refusals:
    """What judging prompts and looking at refusals share: the rules as they are now, and ids."""

    def __init__(self, store: SqliteStore, on: InstanceFiles) -> None:
        kept = store.refusals
        self.store = store
        self.layer = DeskRulesLayer(on.rules, kept.get_version, kept.list_live)
        self.signer = RefusalSigner(RefusalIds(on.key), kept.find_passes, time.time)


def make_prompt_check(
    refusals: Refusals,
    pools: ModelPools,
    counter: RefusalCounter,
    meaning: PromptReaderProcess,
    find_rights: FindRights,
) -> PromptCheck:
    """What judges prompts by the rules as they are now."""
    signer, hears = refusals.signer, (refusals.store.minors.is_minor, counter.note_refusal)
    judging = refusals.layer, signer.sign_refusal, signer.find_passes
    return PromptCheck(*judging, pools, *hears, meaning, find_rights)


def refusal_routes(refusals: Refusals, topics: Topics, callers: Callers) -> list[Operation]:
    """What people ask for, and what the desk answers."""
    store = refusals.store

    async def find_clip(clip_id: str, person: Person) -> Clip:
        return await visible_clip(store, clip_id, person.id)

    kept = store.refusals
    desk = RefusalDesk(
        keep=kept.add_appeal,
        keep_again=kept.ask_again,
        read_own=kept.get_own,
        get_appeal=kept.get_appeal,
        list_kept=kept.list_appeals,
        keep_answer=kept.answer_refusal_appeal,
        get_looks=kept.get_looks,
        ids=refusals.signer.ids,
        layer=refusals.layer,
        find_clip=find_clip,
        get_clip=store.get_clip,
        publish=topics.publish_events,
        try_words=try_phrase,
        clock=time.time,
    )
    told = callers.limits, callers.visitors, callers.deciders
    return RefusalRoutes(desk, kept, *told).operations()
