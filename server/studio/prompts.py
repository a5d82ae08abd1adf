"""What people ask for: a prompt is checked, recorded as a clip and begun."""

import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from msgspec.structs import replace

from phosphene.consent.request import AdmittedUse
from phosphene.consent.terms import Via
from phosphene.disk_usage import Usage
from phosphene.errors import Busy, Refusal, Stage, Withheld
from phosphene.lifecycle import Lifecycle
from phosphene.model import Clip, Licence, Person, Prompt, Recipe
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.pools import ready_model
from phosphene.render.dispatch.recipe import check_fork, new_clip, parent_of
from phosphene.render.schedule import Asker
from phosphene.settings import Settings
from phosphene.social.topics import Topics
from phosphene.store.holder import LeaseHolder
from phosphene.store.leases import FIRST, lease_of
from phosphene.store.likeness_uses import MOST
from phosphene.store.store import Reservation, Store
from phosphene.stream.simulated_viewer import SimulatedViewer
from phosphene.studio.active_clip import ActiveClip
from phosphene.studio.active_clips import ActiveClips
from phosphene.studio.admission import check_admission, find_parent
from phosphene.studio.dialogue import Dialogue, Judged, JudgePrompt
from phosphene.studio.likenesses import LikenessAbility
from phosphene.studio.rights_found import AdmitRights, with_licences
from phosphene.studio.said_before import texts_of

# By then another instance, or this one started again, takes new clips.
STOPPING_RETRY_S = 5.0


class AdmitUse(Protocol):
    """Whether somebody may show those whom a text names, and its parent shows. Raises Refused,
    Unprocessable."""

    def __call__(
        self,
        text: str,
        by: Person,
        via: Via,
        parent: Clip | None,
        *,
        ability: LikenessAbility | None,
    ) -> Awaitable[AdmittedUse | None]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """``judge_prompt`` gives a text as it may be drawn for a person (``PromptCheck``),
    ``report_close`` has moderators look at a clip of which its author says that another is meant,
    ``draw`` is a
    clip's story (``Drawings.draw_clip``), ``hide_family`` gives what is told of a clip whose
    parent is not for everybody (``Signer.hide_family``), ``admit_use`` says whether they may show
    whom they name (``Likenesses``), ``is_forbidden`` whether such a clip was taken away,
    ``admit_rights`` by whose leave a text is drawn (``RightsCheck``)."""

    settings: Settings
    lifecycle: Lifecycle
    judge_prompt: JudgePrompt
    report_close: Callable[[Clip, Refusal], Awaitable[None]]
    store: Store
    holder: LeaseHolder
    usage: Usage
    topics: Topics
    pools: ModelPools
    active_clips: ActiveClips
    hide_family: Callable[[Clip], Clip]
    draw: Callable[[ActiveClip], Coroutine[Any, Any, None]]
    admit_use: AdmitUse
    is_forbidden: Callable[[Recipe], Awaitable[bool]]
    admit_rights: AdmitRights

    async def accept_prompt(
        self,
        prompt: Prompt,
        author: Person,
        address: str = "",
        reserve: Callable[[Clip], Reservation | None] = lambda _: None,
    ) -> Clip:
        """Check a prompt, record the clip and begin; returns at once with the queued clip.
        ``address`` is where the author is, as far as that counts for fairness.

        ``reserve`` gives what is kept with it as the answer to this request.

        Raises:
            Repeated: the request was answered already.
            AlreadyTaken (its pass was used meanwhile), BadInput, NotFound (no such parent),
            Withheld (the parent, or such a clip), Refused (by the policy, or by who is in it),
            QuotaReached, RetryLater (full, or the parent is on its way), Unprocessable (the model
            does not fork this clip, or draws nobody as they chose; another one drew the parent).
        """
        if self.lifecycle.stopping:
            raise Busy("the server is stopping; try again in a moment", STOPPING_RETRY_S)
        parent = await find_parent(self.store, parent_of(prompt), author)
        judged, licences = await self._judge(prompt, parent, author)
        pool = self.pools.choose_pool(prompt.model, parent)
        use = await self.admit_use(
            judged.text, author, via_of(prompt), parent, ability=self.likeness_ability(pool)
        )
        await check_admission(self.store, self.usage, self.settings.clips_per_person, author)
        info = ready_model(pool)
        if prompt.fork is not None and parent is not None:
            check_fork(prompt.fork, prompt.seconds, parent, info)
        looks = use.looks if use else ()
        clip = new_clip(prompt, judged.text, author, parent, info, pool.steps, looks)
        clip = with_licences(clip, licences)
        if clip.recipe is not None and await self.is_forbidden(clip.recipe):
            raise Withheld("such a clip was taken away here: it is not drawn again")
        if parent is not None and parent.visibility != "public":
            clip = self.hide_family(clip)
        # Before anybody else is asked: who is told yes must find room, however many come meanwhile.
        place, since = pool.reserve_place(Asker(author.id, address)), time.time()
        of = parent.id if parent else None, use.request if use else None, judged.passes
        try:
            await self.topics.publish_events(await self.store.add_clip(clip, reserve(clip), *of))
        except BaseException:
            place.release()
            raise
        if judged.asked is not None:
            await self.report_close(clip, judged.asked)
        # From before the row was written: of a time that the store took, an instance would else
        # believe in its lease longer than others do.
        lease = self.holder.hold_lease(
            lease_of(clip.id), FIRST, since, partial(pool.cancel_clip, clip.id)
        )
        viewer = SimulatedViewer(clip.fps)
        active = ActiveClip(clip, time.perf_counter(), viewer, lease, place)
        self.active_clips.begin_clip(active, self.draw(active))
        return clip

    async def _judge(
        self, prompt: Prompt, parent: Clip | None, author: Person
    ) -> tuple[Judged, Sequence[Licence]]:
        before = await texts_of(self.store.get_clip, parent) if parent else ()
        stage: Stage = "remix" if parent else "prompt"
        dialogue = Dialogue(stage, before, prompt.mine, prompt.model)
        judged = await self.judge_prompt(prompt.text, author.id, dialogue)
        found = await self.admit_rights(judged.text, author.id, dialogue)
        # A claim at which nobody has looked gives moderators nothing to look at.
        if found.refusal is not None and not found.claimed and judged.asked is None:
            judged = replace(judged, asked=found.refusal)
        return judged, found.licences

    def likeness_ability(self, pool: Pool) -> LikenessAbility | None:
        """What is known of drawing people as they chose with a model."""
        info = pool.info
        if info is None or info.looks:
            return LikenessAbility("card", MOST)
        most = pool.most_portraits if self.settings.likeness_portraits else 0
        return LikenessAbility("portrait", most) if most else None


def via_of(prompt: Prompt) -> Via:
    """How a prompt comes to show people."""
    if prompt.fork is not None:
        return "fork"
    return "remix" if prompt.parent is not None else "prompt"
