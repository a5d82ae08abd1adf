"""Enrolment by a live camera: what is asked for, what came of it, and what is kept of a face."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final, Literal

from msgspec import Struct

from phosphene.append_log import Log
from phosphene.errors import Busy, PhospheneError
from phosphene.failure_boundary import hold, running
from phosphene.ids import new_id
from phosphene.likeness.challenge import BRISK, UNHURRIED, Hint, Instruction, Outcome, draw_moves
from phosphene.likeness.face_checker import RETRY_S, FaceChecker, PresenceCheck
from phosphene.likeness.messages import CheckState, CheckVerdict, PictureNeeded
from phosphene.store.enrolment_store import EnrolmentStore
from phosphene.store.enrolments import FaceTemplate, Purpose
from phosphene.stream.webrtc.camera_peer import CONNECT_S, CameraPeer
from phosphene.stream.webrtc.udp import MediaPort
from phosphene.studio.likeness_portraits import LikenessPortraits
from phosphene.trust.likeness_keys import LikenessKeys

SPARE_S: Final = 10.0
"""So much longer than all that it may take a check may go on, where the machine is busy."""
ROUND_S: Final = 600.0
"""So often is looked for faces that were to be kept until now."""
KEY_AGE_S: Final = 3600.0
"""A key that was used within it may belong to what is being stored."""
MOST_PICTURE: Final = 512 << 10
MOST_BYTES_S: Final = 512 << 10
"""Bytes of a picture, and of all of a check for each second that it may take: cameras are asked
for a sixth of that."""
# 0 of 78,000 pairs of strangers reach 0.55; twins do.
SAME_FACE: Final = 0.60
"""Cosine from which a face is taken for one that was enrolled under another account."""
CAMERA: Final = "camera"
"""By whom presence is checked."""

EnrolmentOutcome = Outcome | Literal["waiting", "camera_lost", "interrupted"]
"""``passed``; ``waiting``: it would have, but the face is like one enrolled under another account,
and an operator looks at it; why it did not; ``camera_lost``: no pictures came; ``interrupted``: by
our fault, and the try does not count."""
SetLevel = Callable[[str, Literal["presence", "verified"], str, float], Awaitable[None]]


class EnrolmentAnswer(Struct, frozen=True, tag="answer", tag_field="type"):
    """The answer to the camera's offer (SDP)."""

    sdp: str


class EnrolmentState(Struct, frozen=True, kw_only=True, tag="state", tag_field="type"):
    """What to do now: ``look`` straight into the camera, look ``back`` there, or turn the head to
    one's own left, right, up or down, or move nearer or farther. ``hint``: what keeps the face from
    being seen."""

    instruction: Instruction
    done: int
    all: int
    hint: Hint | None = None


class EnrolmentVerdict(Struct, frozen=True, kw_only=True, tag="verdict", tag_field="type"):
    """What came of it, the last event. ``level``: ``presence`` says that a living person moved
    before a camera, and not who they are; it was checked by ``checked_by`` at ``checked_at``, in
    seconds since the epoch."""

    outcome: EnrolmentOutcome
    level: Literal["presence"] | None = None
    checked_by: str | None = None
    checked_at: float | None = None


EnrolmentEvent = EnrolmentAnswer | EnrolmentState | EnrolmentVerdict


class EnrolmentWish(Struct, frozen=True, kw_only=True):
    """``purposes`` that a face is to be kept for, until when; none: nothing of it is kept but the
    verdict. ``portrait``: whether a picture is kept until then, which photorealistic models may
    draw them from. ``unhurried``: with more time."""

    purposes: tuple[Purpose, ...] = ()
    portrait: bool = False
    until: float = 0.0
    unhurried: bool = False


class Enrolment:
    """One, while it goes on: its ``events``, the verdict last. Made by
    ``Enroller.begin_enrolment``."""

    def __init__(self, person_id: str, wish: EnrolmentWish) -> None:
        self.person_id = person_id
        self.wish = wish
        self.events: Log[EnrolmentEvent] = Log()
        self.began: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.task: asyncio.Task[None] | None = None

    def end_soon(self) -> None:
        """Nobody waits for it any more."""
        if self.task is not None:
            self.task.cancel()


class Enroller:
    """``set_level`` is told of who passed; ``clock`` gives seconds since the epoch, by ``chance``
    moves are drawn, ``count`` is told of each outcome; ``add_match`` lets an operator look at two
    people whose faces are alike, ``portraits`` are of those who agreed to one. ``run`` runs beside
    the requests."""

    def __init__(
        self,
        store: EnrolmentStore,
        keys: LikenessKeys,
        checker: FaceChecker,
        port: MediaPort,
        set_level: SetLevel,
        tasks: asyncio.TaskGroup,
        clock: Callable[[], float],
        chance: Random,
        count: Callable[[EnrolmentOutcome], None],
        add_match: Callable[[str, str], Awaitable[None]],
        portraits: LikenessPortraits,
    ) -> None:
        self.store = store
        self.portraits = portraits
        self.checker = checker
        self._keys = keys
        self._port = port
        self._set_level = set_level
        self._tasks = tasks
        self._clock = clock
        self._chance = chance
        self._count = count
        self._add_match = add_match
        self._open = set[asyncio.Task[None]]()
        self._stopping = False

    async def begin_enrolment(self, person_id: str, offer: str, wish: EnrolmentWish) -> Enrolment:
        """Begin one for a camera's offer; its first event is the answer.

        Raises:
            BadInput, NotAcceptable: the offer. NotFound, Forbidden, TooMany: see ``take_try``.
            Forbidden: no portrait of them may be kept.
            Busy: there is no room, or nothing to look with.
        """
        if self._stopping:
            raise Busy("the check was interrupted: begin again", RETRY_S)
        if wish.portrait:
            await self.portraits.check_owner(person_id)
        enrolment = Enrolment(person_id, wish)
        check = Intake(new_id(self._clock()), wish)
        peer = CameraPeer(offer, self._port, check.take_picture)
        try:
            await self.store.take_try(person_id)
        except BaseException:
            await peer.close()
            raise
        work = hold("enrolment", lambda: self._attend(enrolment, check, peer))
        enrolment.task = self._tasks.create_task(work, name="enrolment")
        enrolment.task.add_done_callback(self._open.discard)
        try:
            await enrolment.began
        except asyncio.CancelledError:
            enrolment.end_soon()
            raise
        return enrolment

    def end_all(self) -> None:
        """The instance stops: what goes on is interrupted, and nothing begins any more."""
        self._stopping = True
        for task in self._open:
            task.cancel()

    async def wait_ended(self) -> None:
        """Until nothing goes on."""
        if self._open:
            await asyncio.wait(self._open)

    async def settle_match(self, person_id: str, accept: bool) -> None:
        """An operator has looked at a face that is like another's: it counts, or it does not and
        nothing is kept of it. Raises NotFound."""
        at = await self.store.settle_match(person_id)
        if accept:
            await self._set_presence(person_id, at)
        else:
            await self.forget_face(person_id)

    async def note_verified(self, person_id: str, subject: str, by: str, at: float) -> None:
        """A verifier checked who somebody is; ``subject`` is a digest of whom it knows them as.
        Raises AlreadyTaken: under another account; NotFound, Unprocessable: it counts for nothing
        here."""
        await self.store.note_verified(person_id, subject, by, at)
        await self._set_level(person_id, "verified", by, at)

    async def forget_face(self, person_id: str) -> None:
        """Nothing of somebody's face is kept any more, neither what recognises them nor a portrait,
        and no copy of it opens. Idempotent. Raises OSError."""
        # What is drawn from it ends first.
        await self.portraits.forget_portrait(person_id)
        await self._forget_template(person_id)

    async def run(self) -> None:
        """Let go of what was to be kept until now; for ever. Raises Busy, OSError."""
        while True:
            await self.drop_ended()
            await asyncio.sleep(ROUND_S)

    async def _forget_template(self, person_id: str) -> None:
        # The key first: what stops in between leaves noise.
        await asyncio.to_thread(self._keys.shred_key, person_id)
        await self.store.drop_template(person_id)

    async def drop_ended(self) -> None:
        """Let go of faces that were to be kept until now. Raises Busy, OSError."""
        await self.portraits.drop_ended()
        for person_id in await self.store.drop_ended():
            await asyncio.to_thread(self._keys.shred_key, person_id)
        # And those whose row went in a process that was stopped before it came to the key.
        templates, portraits = await self.store.face_owners()
        before = self._clock() - KEY_AGE_S
        await asyncio.to_thread(self._keys.shred_orphans, templates, portraits, before)

    async def _attend(self, enrolment: Enrolment, intake: "Intake", peer: CameraPeer) -> None:
        # Who hangs up has had their try: else a no could always be escaped.
        outcome: EnrolmentOutcome = "camera_lost"
        error: PhospheneError = Busy("the check was interrupted: begin again", RETRY_S)
        try:
            # Here and not where the task is made: one that is cancelled before it begins says
            # nothing to who waits, and a stop may come while the try is counted.
            if task := asyncio.current_task():
                self._open.add(task)
            if self._stopping:
                raise error
            moves = draw_moves(self._chance)
            portrait = enrolment.wish.portrait
            async with self.checker.open_check(
                intake.id, moves, intake.pace, portrait=portrait
            ) as check:
                enrolment.events.append(EnrolmentAnswer(peer.answer_offer()))
                if not enrolment.began.done():
                    enrolment.began.set_result(None)
                verdict = await _watch(enrolment, intake, check, peer)
            if verdict is not None:
                outcome = verdict.outcome
            if verdict is not None and outcome == "passed":
                outcome = await self._enrol(enrolment, verdict)
        except PhospheneError as failure:
            outcome, error = "interrupted", failure
        finally:
            if self._stopping and outcome == "camera_lost":
                outcome = "interrupted"
            if not enrolment.began.done():
                enrolment.began.set_exception(error)
            self._count(outcome)
            enrolment.events.append(self._verdict(outcome))
            enrolment.events.close()
            await peer.close()
            if outcome == "interrupted":
                await self.store.return_try(enrolment.person_id)

    def _verdict(self, outcome: EnrolmentOutcome) -> EnrolmentVerdict:
        if outcome != "passed":
            return EnrolmentVerdict(outcome=outcome)
        return EnrolmentVerdict(
            outcome=outcome, level="presence", checked_by=CAMERA, checked_at=self._clock()
        )

    async def _enrol(self, enrolment: Enrolment, verdict: CheckVerdict) -> EnrolmentOutcome:
        """What passed counts, unless the face is one that somebody guards."""
        person_id, wish, template = enrolment.person_id, enrolment.wish, verdict.template
        other = await self._guarded_by(person_id, template)
        if other is not None:
            await self._add_match(person_id, other)
        if wish.purposes:
            await self._keep(person_id, template, wish)
        else:
            await self._forget_template(person_id)
        # Of a face that may be somebody else's no picture is kept before an operator has looked.
        if wish.portrait and other is None:
            await self.portraits.keep_portrait(person_id, verdict.portrait, wish.until)
        else:
            await self.portraits.forget_portrait(person_id)
        if other is not None:
            return "waiting"
        await self.store.drop_match(person_id)
        await self._set_presence(person_id, self._clock())
        return "passed"

    async def _set_presence(self, person_id: str, at: float) -> None:
        # Whose identity was checked has shown more than that.
        if await self.store.get_verified(person_id) is None:
            await self._set_level(person_id, "presence", CAMERA, at)

    async def _keep(self, person_id: str, template: bytes, wish: EnrolmentWish) -> None:
        sealed = await asyncio.to_thread(self._keys.seal_template, person_id, template)
        await self.store.keep_template(
            FaceTemplate(
                person=person_id,
                purposes=wish.purposes,
                sealed=sealed,
                at=self._clock(),
                until=wish.until,
            )
        )

    async def _guarded_by(self, person_id: str, template: bytes) -> str | None:
        """Who guards a face like this one, the most alike. Raises Busy."""
        guarded = await self.store.guarded_templates(person_id)
        sealed = [(one.person, one.sealed) for one in guarded]
        opened = await asyncio.to_thread(self._keys.open_templates, sealed)
        alike = await self.checker.find_alike(template, [one for _, one in opened], SAME_FACE)
        return opened[alike[0]][0] if alike else None


class Intake:
    """What of a camera goes on to be looked at: bounded, and nothing before the check is open."""

    def __init__(self, check_id: str, wish: EnrolmentWish) -> None:
        self.id = check_id
        self.pace = UNHURRIED if wish.unhurried else BRISK
        self.seconds = CONNECT_S + self.pace.settle + self.pace.all + SPARE_S
        self._left = int(self.seconds * MOST_BYTES_S)
        self.check: PresenceCheck | None = None

    def take_picture(self, data: bytes) -> None:
        """A picture as it was encoded."""
        self._left -= len(data)
        if self.check is not None and self._left > 0 and len(data) <= MOST_PICTURE:
            self.check.add_picture(time.monotonic(), data)


async def _watch(
    enrolment: Enrolment, intake: Intake, check: PresenceCheck, peer: CameraPeer
) -> CheckVerdict | None:
    """Until there is a verdict; None: the camera was lost. Raises Busy: the process that looks was
    lost."""
    intake.check = check
    try:
        async with asyncio.timeout(intake.seconds), running(peer.receive_pictures()):
            while True:
                answer = await check.next_answer()
                match answer:
                    case CheckVerdict():
                        return answer
                    case PictureNeeded():
                        peer.request_keyframe()
                    case CheckState():
                        enrolment.events.append(
                            EnrolmentState(
                                instruction=answer.instruction,
                                done=answer.done,
                                all=answer.all,
                                hint=answer.hint,
                            )
                        )
    except (ConnectionError, TimeoutError):
        return None
