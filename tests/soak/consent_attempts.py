"""People show others at random while grants come and go: no frame and no portrait without a yes.

    python -m tests.soak.consent_attempts --attempts 100000 --seed 7

Two stores on one database, as two instances have, and a renderer that paints small frames. What an
attempt was told is held against what was true: a change that overlaps it may count or not, one that
was over before it began must. Where the database is locked for longer than a writer waits, on a
machine that does much else, an attempt came to nothing, and an owner presses once more.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from math import inf
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, structs

from phosphene.consent.card import Card
from phosphene.consent.ledger import Withdrawal
from phosphene.consent.request import UseRequest
from phosphene.consent.terms import DrawnFrom, LikenessTerms
from phosphene.errors import AlreadyTaken, Busy, NotFound, Refused, Withheld
from phosphene.model import Clip, Look, Person, Recipe
from phosphene.render.worker.renderer import Brief, Patch
from phosphene.store.accounts import Passkey
from phosphene.store.sqlite import SqliteStore, open_store
from phosphene.studio.clip_consent import ClipConsent
from phosphene.studio.likeness_portraits import LikenessPortraits
from phosphene.trust.likeness_keys import FOLDER, LikenessKeys
from tests.render.painter import Painter

T = TypeVar("T")
OWNERS = tuple(Person(f"owner{n}", f"owner{n}") for n in range(3))
USERS = tuple(Person(f"user{n}", f"user{n}") for n in range(4))
CARD = Card(skin="tan", hair="red", length="long", figure="woman")
CHANGED = (
    *(*("lend",) * 5, *("let in",) * 4, "keep", "shut out", "take back", "one"),
    *(*("agree",) * 4, "take portrait"),
)
DRAWN: tuple[DrawnFrom, ...] = ("card", "card", "portrait")
FACE = b"\xff\xd8a face"
AT_ONCE = 6
FRAMES = 3
PRESSES = 30
"""One clip of so many frames is taken back between two of them, at the other instance."""
TOLD = 5_000
"""Attempts between two lines of how far it is."""
MEMORY = Path("/dev/shm")
MOST = 50
"""Times as many attempts as were asked for, where what they are to show does not come."""
CHANGES = 10
"""One change for so many attempts; an owner makes one after the other."""


class Allowed(Struct, frozen=True):
    """What an owner allows: everybody or nobody, but who is shut out; ``portrait``: also to be
    drawn from a picture."""

    everyone: bool = False
    barred: frozenset[str] = frozenset()
    portrait: bool = False

    def allows(self, user: str, drawn_from: DrawnFrom) -> bool:
        drawn = self.portrait or drawn_from == "card"
        return drawn and self.everyone and user not in self.barred


class OwnerHistory:
    """What an owner allowed when: each change with when it began and when it was over."""

    def __init__(self) -> None:
        self.changes: list[tuple[float, float, Allowed]] = [(0.0, 0.0, Allowed())]

    @property
    def newest(self) -> Allowed:
        return self.changes[-1][2]

    @contextmanager
    def changing(self, after: Allowed) -> Iterator[None]:
        """While a change goes on, what was before it and what comes after may both count."""
        began = time.monotonic()
        self.changes.append((began, inf, after))
        yield
        self.changes[-1] = (began, time.monotonic(), after)

    def may_have_allowed(
        self, user: str, drawn_from: DrawnFrom, since: float, until: float
    ) -> bool:
        """Whether the owner may have allowed it at some moment between two times."""
        for began, ended, allowed in reversed(self.changes):
            if began <= until and allowed.allows(user, drawn_from):
                return True
            if ended <= since:
                return False
        return False


class Attempts(Struct):
    """What came of them; ``busy``: the store did not answer in time, which is a no; ``portraits``
    were given to renderers; ``faults``: frames, portraits and clips without a yes."""

    made: int = 0
    granted: int = 0
    refused: int = 0
    busy: int = 0
    frames: int = 0
    portraits: int = 0
    stopped: int = 0
    faults: int = 0


class Race:
    """``stores`` are those of two instances on one database, ``keys`` their common ones."""

    def __init__(
        self,
        stores: tuple[SqliteStore, SqliteStore],
        keys: LikenessKeys,
        chance: random.Random,
    ) -> None:
        self.stores = stores
        self.keys = keys
        self.portraits = tuple(self._portraits(one) for one in stores)
        self.chance = chance
        self.histories = {owner.id: OwnerHistory() for owner in OWNERS}
        self.gone: dict[str, float] = {}
        self.locks = {owner.id: asyncio.Lock() for owner in OWNERS}
        self.found = Attempts()
        self.consents = tuple(
            ClipConsent(one.likenesses.check_clip, lambda: False, lambda _: None) for one in stores
        )
        self._number = self._told = 0

    async def attempt(self) -> None:
        """One attempt to show one or two people, and a few frames of what comes of it."""
        chance, at = self.chance, self.chance.randrange(2)
        user = chance.choice(USERS)
        owners = chance.sample(OWNERS, chance.choice((1, 1, 2)))
        use = Use(user, tuple(owners), chance.choice(DRAWN))
        since = time.monotonic()
        self.found.made += 1
        clip = await self._ask(use, at)
        if clip is None:
            self.found.refused += 1
            return
        self.found.granted += 1
        self._judge(use, since)
        await self._draw(clip, use, at)

    def say_how_far(self) -> None:
        """Now and then, for whoever waits."""
        if self.found.made >= self._told + TOLD:
            self._told = self.found.made
            print(self.found, file=sys.stderr)

    async def change(self, owner: Person) -> None:
        """An owner changes something, wherever they are."""
        chance, history = self.chance, self.histories[owner.id]
        store, before = self.stores[chance.randrange(2)], history.newest
        person, barred = chance.choice(USERS), before.barred
        what = chance.choice(CHANGED)
        changed: dict[str, dict[str, Any]] = {
            "lend": {"everyone": True},
            "keep": {"everyone": False},
            "let in": {"barred": barred - {person.id}},
            "shut out": {"barred": barred | {person.id}},
            "agree": {"portrait": True},
            "take portrait": {"portrait": False},
            "take back": {"everyone": False, "portrait": False},
        }
        after = structs.replace(before, **changed.get(what, {}))
        with history.changing(after):
            await self._carry_out(store, owner, person, what)
        # As people do: each notice is told with the exact number of those that nobody looked at.
        for one in (owner, person):
            await self._insist(partial(store.people.mark_seen, one.id, time.time()))

    async def _carry_out(
        self, store: SqliteStore, owner: Person, person: Person, what: str
    ) -> None:
        match what:
            case "lend" | "keep":
                scope = LikenessTerms(scope="everyone" if what == "lend" else "me")
                await self._insist(lambda: store.likenesses.grant_terms(owner.id, CARD, scope))
            case "let in":
                await self._insist(lambda: store.likenesses.set_person(owner.id, person.id, None))
            case "shut out":
                await self._withdraw(store, owner, "person", person.id)
            case "agree":
                sealed = self.keys.seal_portrait(owner.id, FACE)
                keep = store.likeness_portraits.keep_portrait
                await self._insist(lambda: keep(owner.id, sealed, inf))
            case "take portrait":
                self.keys.shred_portrait_key(owner.id)
                await self._withdraw(store, owner, "portrait", "")
            case "take back":
                await self._withdraw(store, owner, "everything", "")
            case _:
                soon = time.time() + 1
                uses = await self._insist(lambda: store.likenesses.list_uses(owner.id, soon))
                if uses:
                    await self._withdraw(store, owner, "clip", self.chance.choice(uses).clip)

    async def _ask(self, use: "Use", at: int) -> Clip | None:
        self._number += 1
        name = f"c{self._number:06}"
        request = UseRequest(
            by=use.user,
            via="prompt",
            handles=tuple(one.handle for one in use.owners),
            drawn_from=use.drawn_from,
        )
        try:
            review = await self.stores[at].likenesses.review_use(request)
            if review.answer != "yes":
                return None
            clip = a_clip(name, use.user, review.allowed_looks)
            await self.stores[1 - at].add_clip(clip, use=request)
        except Refused:
            return None
        except Busy:
            self.found.busy += 1
            return None
        return clip

    async def _draw(self, clip: Clip, use: "Use", at: int) -> None:
        assert clip.recipe is not None
        since = time.monotonic()
        try:
            portraits = await self.portraits[at].open_portraits(clip)
        except Withheld:
            self.found.stopped += 1
            return
        except Busy:
            self.found.busy += 1
            return
        if portraits:
            self.found.portraits += len(portraits)
            self._judge(use, since, clip.id)
        brief = Brief(
            text=clip.text,
            seed=self._number,
            seconds=1,
            looks=clip.recipe.looks,
            portraits=portraits,
        )
        with closing(Painter().render(brief)) as patches:
            for number in range(FRAMES):
                since = time.monotonic()
                try:
                    await self.consents[at].confirm_clip(clip)
                except Withheld:
                    self.found.stopped += 1
                    return
                patch = next(patches)
                assert isinstance(patch, Patch)
                self.found.frames += int(patch.draw(number).any())
                self._judge(use, since, clip.id)
                await self._press(clip, use.owners[0], 1 - at)

    async def _press(self, clip: Clip, owner: Person, at: int) -> None:
        if self.chance.randrange(PRESSES) == 0:
            async with self.locks[owner.id]:
                await self._withdraw(self.stores[at], owner, "clip", clip.id)

    def _judge(self, use: "Use", since: float, clip: str = "") -> None:
        until = time.monotonic()
        fine = all(
            self.histories[one.id].may_have_allowed(use.user.id, use.drawn_from, since, until)
            for one in use.owners
        )
        if not fine or self.gone.get(clip, until) < since:
            self.found.faults += 1

    def _portraits(self, store: SqliteStore) -> LikenessPortraits:
        async def take_back(owner: str, what: Withdrawal) -> Sequence[str]:
            return (await store.withdrawals.begin_withdrawal(owner, what)).clips

        return LikenessPortraits(store.likeness_portraits, self.keys, take_back, offered=True)

    async def _insist(self, press: Callable[[], Awaitable[T]]) -> T:
        """As an owner does who was told that nothing was kept."""
        while True:
            try:
                return await press()
            except Busy:
                self.found.busy += 1

    async def _withdraw(
        self, store: SqliteStore, owner: Person, what: Withdrawal, subject: str
    ) -> None:
        back = store.withdrawals
        try:
            part = await self._insist(lambda: back.begin_withdrawal(owner.id, what, subject))
            clips = list(part.clips)
            while left := part.left:
                some = partial(back.withdraw_some, owner.id, what, subject, left)
                part = await self._insist(some)
                clips += part.clips
        except (NotFound, AlreadyTaken):
            return
        now = time.monotonic()
        for clip in clips:
            self.gone.setdefault(clip, now)


class Use(Struct, frozen=True):
    """An attempt: who shows whom, drawn from what."""

    user: Person
    owners: tuple[Person, ...]
    drawn_from: DrawnFrom


def a_clip(name: str, user: Person, looks: tuple[Look, ...]) -> Clip:
    recipe = Recipe(
        model="m",
        fingerprint="f",
        text="t",
        seed=1,
        seconds=1,
        width=8,
        height=8,
        fps=24,
        steps=1,
        looks=looks,
    )
    return Clip(
        id=name,
        author=user,
        text="somebody at sea",
        seconds=1,
        status="queued",
        created_at=time.time(),
        recipe=recipe,
    )


async def enrol(store: SqliteStore, owner: Person) -> None:
    now = time.time()
    key = Passkey(
        id=owner.id,
        person=owner.id,
        domain="d",
        key="",
        count=0,
        name="",
        created_at=now,
        used_at=now,
    )
    await store.accounts.keep_passkey(owner, key, [], 5)
    await store.likenesses.set_likeness_level(owner.id, "presence", "camera", now)


async def run_attempts(
    path: Path, attempts: int, seed: int, enough: Callable[[Attempts], bool] = lambda _: True
) -> Attempts:
    """So many attempts, with changes beside them; as long as that was not ``enough``, up to MOST
    times as many: which of them overlap is the machine's doing, whatever the seed."""
    chance = random.Random(seed)
    async with open_store(path, "one", time.time) as one, open_store(path, "two", time.time) as two:
        race = Race((one, two), LikenessKeys(path.parent / FOLDER), chance)
        for owner in OWNERS:
            await enrol(one, owner)
            # Whom a verifier knows may agree to a portrait.
            level = one.likenesses.set_likeness_level
            await level(owner.id, "verified", "an office", time.time())
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(_attempt_all(race, attempts, enough))
        for owner in OWNERS:
            ledger = await one.likenesses.read_ledger(owner.id)
            race.found.faults += ledger.broken is not None
        return race.found


async def _attempt_all(race: Race, attempts: int, enough: Callable[[Attempts], bool]) -> None:
    def over(found: Attempts) -> bool:
        return found.made >= attempts and (enough(found) or found.made >= attempts * MOST)

    while not over(race.found):
        await race.attempt()
        race.say_how_far()
        if race.chance.randrange(CHANGES) == 0:
            owner = race.chance.choice(OWNERS)
            async with race.locks[owner.id]:
                await race.change(owner)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--attempts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    began, worked = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        found = asyncio.run(run_attempts(Path(folder) / "x.db", given.attempts, given.seed))
    print(found)
    wall, worked = time.monotonic() - began, time.process_time() - worked
    print(f"{wall:.0f} s, {worked:.0f} s of them of a core")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
