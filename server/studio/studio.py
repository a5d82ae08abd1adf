"""The studio of an instance: which part is given what."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from phosphene.errors import Refusal
from phosphene.model import Clip, Recipe
from phosphene.store.house_store import HouseStore
from phosphene.store.reaction_store import ReactionStore
from phosphene.studio.active_clips import ActiveClips
from phosphene.studio.archive import Archive
from phosphene.studio.dialogue import CleanText, JudgePrompt
from phosphene.studio.drawings import Drawings
from phosphene.studio.house import House
from phosphene.studio.house_recipes import load_recipes
from phosphene.studio.prompts import Prompts
from phosphene.studio.records import ClipRecords
from phosphene.studio.redactor import Redactor
from phosphene.studio.removal import ClipRemover
from phosphene.studio.rights_found import AdmitRights, clean_line
from phosphene.studio.services import Services
from phosphene.studio.steering import Steering
from phosphene.studio.takeovers import Takeovers


class Studio:
    """``tasks`` outlive the requests: each clip is drawn in one of them. ``clean_text`` and
    ``judge_prompt`` say what may be drawn (``PromptCheck``), ``report_close`` of what moderators
    have a look at (``CloseReports``), ``is_forbidden`` whether a clip of a recipe was taken
    away, ``admit_rights`` by whose leave a text is drawn."""

    def __init__(
        self,
        of: Services,
        clean_text: CleanText,
        judge_prompt: JudgePrompt,
        report_close: Callable[[Clip, Refusal], Awaitable[None]],
        tasks: asyncio.TaskGroup,
        house_store: HouseStore,
        reactions: ReactionStore,
        is_forbidden: Callable[[Recipe], Awaitable[bool]],
        admit_rights: AdmitRights,
    ) -> None:
        archive = _archive(of)
        records = ClipRecords(of.store, of.topics.publish_events, of.metrics)
        self.redactor = Redactor(of.store, of.delete_blobs, archive)
        self.active_clips = ActiveClips(of.holder, tasks)
        drawings = self._drawings(of, archive, records)
        judging = judge_prompt, report_close, is_forbidden, admit_rights
        self.prompts = self._prompts(of, drawings, *judging)
        heard = partial(clean_line, clean_text, admit_rights)
        self.steering = self._steering(of, heard, reactions)
        self.remover = ClipRemover(
            store=of.store,
            delete_blobs=of.delete_blobs,
            bus=of.bus,
            rpc=of.rpc,
            topics=of.topics,
            pools=of.pools,
            active_clips=self.active_clips,
            redact=self.redactor.wake_up,
        )
        self.house = self._house(of, house_store, tasks)
        self.takeovers = Takeovers(
            store=of.store,
            blobs=of.blobs,
            holder=of.holder,
            pools=of.pools,
            lifecycle=of.lifecycle,
            active_clips=self.active_clips,
            records=records,
            draw=drawings.draw_clip,
        )

    def _prompts(
        self,
        of: Services,
        drawings: Drawings,
        judge_prompt: JudgePrompt,
        report_close: Callable[[Clip, Refusal], Awaitable[None]],
        is_forbidden: Callable[[Recipe], Awaitable[bool]],
        admit_rights: AdmitRights,
    ) -> Prompts:
        return Prompts(
            settings=of.settings,
            lifecycle=of.lifecycle,
            judge_prompt=judge_prompt,
            report_close=report_close,
            store=of.store,
            holder=of.holder,
            usage=of.usage,
            topics=of.topics,
            pools=of.pools,
            active_clips=self.active_clips,
            hide_family=of.signer.hide_family,
            draw=drawings.draw_clip,
            admit_use=of.likenesses.admit_use,
            is_forbidden=is_forbidden,
            admit_rights=admit_rights,
        )

    def _steering(self, of: Services, clean_text: CleanText, reactions: ReactionStore) -> Steering:
        return Steering(
            clean_text=clean_text,
            get_clip=of.store.get_clip,
            admit_line=of.likenesses.admit_line,
            bus=of.bus,
            rpc=of.rpc,
            topics=of.topics,
            pools=of.pools,
            active_clips=self.active_clips,
            note_deed=reactions.note_deed,
        )

    def _house(self, of: Services, clips: HouseStore, tasks: asyncio.TaskGroup) -> House:
        return House(
            clips=clips,
            store=of.store,
            pools=of.pools,
            active_clips=self.active_clips,
            accept_prompt=self.prompts.accept_prompt,
            remove_clip=partial(self.remover.remove_clip, person=None),
            recipes=load_recipes(),
            per_hour=of.settings.house_per_hour,
            tasks=tasks,
        )

    def _drawings(self, of: Services, archive: Archive, records: ClipRecords) -> Drawings:
        return Drawings(
            store=of.store,
            blobs=of.blobs,
            bus=of.bus,
            holder=of.holder,
            pools=of.pools,
            live_clips=of.live_clips,
            topics=of.topics,
            metrics=of.metrics,
            active_clips=self.active_clips,
            archive=archive,
            records=records,
            # The parent of a clip may have been removed while it was drawn.
            finished=self.redactor.wake_up,
            consent=of.consent,
            likenesses=of.likenesses,
            face_scans=of.face_scans,
            watermarks=of.watermarks,
            fingerprints=of.fingerprints,
            portraits=of.portraits,
        )


def _archive(of: Services) -> Archive:
    words = of.watermarks.word_of_clip
    return Archive(of.store, of.blobs, of.signer, words, births=of.settings.births)
