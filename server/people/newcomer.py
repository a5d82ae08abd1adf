"""Somebody brings along what they had at another instance. It is no way to upload: films come in
only where an instance that is trusted signed them, and words as anybody's do."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import msgspec

from phosphene.blobs.blobs import Blobs
from phosphene.errors import (
    AlreadyTaken,
    BadInput,
    Forbidden,
    NotFound,
    QuotaReached,
    Refused,
    Unusable,
)
from phosphene.events import Publish, Recorded
from phosphene.ids import new_id
from phosphene.model import Clip, Comment, Person
from phosphene.people.archive import ArchiveStatement
from phosphene.people.film_still import read_still
from phosphene.people.import_archive import ImportArchive
from phosphene.people.profile import clean_about
from phosphene.schemas import ImportReport
from phosphene.store.import_store import ImportStore
from phosphene.store.imports import ImportedRecipe
from phosphene.store.relations import Relation
from phosphene.trust.statements import read_statement
from phosphene.trust.trusted_films import TrustedFilm, read_film

RELATIONS: Final[tuple[Relation, ...]] = ("follow", "mute", "block")


@dataclass(slots=True)
class ImportTally:
    """The same while it is counted, and the ids here of clips by those that they had; ``films`` are
    those that their instance says are this person's (SHA-256, by clip)."""

    counts: dict[str, int] = field(default_factory=dict)
    clips: dict[str, str] = field(default_factory=dict)
    films: dict[str, str] = field(default_factory=dict)
    about: bool = False

    def count_one(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """``anchors`` are the certificates of instances whose films are believed (PEM). ``clean_text``
    gives a prompt's text as it may be drawn for a person, ``check_name`` raises Refused for words
    about oneself, ``add_comment`` writes one as anybody does, ``check_room`` raises QuotaReached
    and Busy; ``publish`` tells what was recorded to whoever is there."""

    imports: ImportStore
    get_about: Callable[[str], Awaitable[str]]
    set_about: Callable[[str, str], Awaitable[None]]
    set_relation: Callable[[Person, Relation, Person, bool], Awaitable[Sequence[Recorded]]]
    blobs: Blobs
    anchors: Callable[[], str]
    clean_text: Callable[[str, str], Awaitable[str]]
    check_name: Callable[[str, str], Awaitable[None]]
    add_comment: Callable[..., Awaitable[Comment]]
    get_person: Callable[[str], Awaitable[Person | None]]
    check_room: Callable[[Person], Awaitable[None]]
    publish: Publish
    clock: Callable[[], float]

    async def bring_archive(self, file: BinaryIO, person: Person) -> ImportReport:
        """Bring along what an archive holds. Twice is once, and what was interrupted goes on.

        Raises:
            Unusable: it is no archive, or damaged. Forbidden: it is somebody else's. Busy: no room.
        """
        archive = await asyncio.to_thread(ImportArchive, file)
        profile = await asyncio.to_thread(archive.read_profile)
        await self.imports.claim_archive(person.id, profile.person.id)
        tally = ImportTally(films=await self._read_films(archive, profile.person.id))
        await self._bring_about(profile.words.about, person, tally)
        for clip_id in archive.clip_ids():
            await self._bring_clip(archive, clip_id, person, tally)
        await self._bring_comments(archive, person, tally)
        await self._bring_relations(archive, person, tally)
        return ImportReport(about=tally.about, **tally.counts)

    async def _bring_about(self, about: str, person: Person, tally: ImportTally) -> None:
        """Words about oneself, where one has said none here."""
        if not about or await self.get_about(person.id):
            return
        try:
            cleaned = clean_about(about)
            await self.check_name(cleaned, person.id)
        except (Refused, BadInput):
            tally.count_one("refused")
            return
        await self.set_about(person.id, cleaned)
        tally.about = True

    async def _bring_clip(
        self, archive: ImportArchive, clip_id: str, person: Person, tally: ImportTally
    ) -> None:
        here = await self.imports.imported_as(person.id, clip_id)
        if here is not None:
            tally.count_one("known")
            tally.clips[clip_id] = here
            return
        clip = await asyncio.to_thread(archive.read_clip, clip_id)
        film = await asyncio.to_thread(archive.read_film, clip_id)
        believed = await self._believe(film, tally.films.get(clip_id))
        try:
            # By the recipe that was signed, and not by what lies beside it.
            said = believed.recipe.text if believed else clip.text
            text = await self.clean_text(said, person.id)
        except (Refused, BadInput):
            tally.count_one("refused")
            return
        if film and believed and text == said and await self._has_room(person):
            tally.clips[clip_id] = await self._keep_film(film, believed, clip, clip_id, person)
            tally.count_one("films")
        else:
            await self.imports.add_recipe(person.id, self._recipe(clip, clip_id, text))
            tally.count_one("recipes")

    async def _read_films(self, archive: ImportArchive, person_id: str) -> dict[str, str]:
        """The films that an instance which is trusted says are this person's: anybody can download
        a film that it signed, and lay it into an archive."""
        signed = await asyncio.to_thread(archive.read_statement)
        said = await asyncio.to_thread(read_statement, signed, self.anchors(), self.clock())
        if said is None:
            return {}
        try:
            statement = msgspec.json.decode(said, type=ArchiveStatement)
        except msgspec.DecodeError:
            return {}
        return statement.films if statement.person == person_id else {}

    async def _believe(self, film: bytes | None, sha256: str | None) -> TrustedFilm | None:
        if film is None or sha256 != hashlib.sha256(film).hexdigest():
            return None
        return await asyncio.to_thread(read_film, film, self.anchors())

    async def _has_room(self, person: Person) -> bool:
        try:
            await self.check_room(person)
        except QuotaReached:
            return False
        return True

    async def _keep_film(
        self, film: bytes, believed: TrustedFilm, clip: Clip, origin: str, person: Person
    ) -> str:
        """The id that a film has here."""
        name = await self.blobs.put(film, ".mp4", clip.visibility)
        still = await asyncio.to_thread(read_still, film)
        poster = await self.blobs.put(still, ".jpg", clip.visibility) if still else None
        recipe, now = believed.recipe, self.clock()
        made = min(max(0.0, clip.created_at), now)
        id_ = new_id(now)
        kept = Clip(
            id=id_,
            author=person,
            text=recipe.text,
            seconds=recipe.seconds,
            status="done",
            created_at=made,
            finished_at=made,
            visibility=clip.visibility,
            remixing=clip.remixing,
            license=believed.license,
            width=recipe.width,
            height=recipe.height,
            fps=recipe.fps,
            root=id_,
            recipe=recipe,
            video_url=f"/v1/clips/{id_}/video.mp4",
            sha256=name.removesuffix(".mp4"),
            poster=poster,
            poster_url=f"/v1/clips/{id_}/poster.jpg" if poster else None,
        )
        await self.imports.add_film(kept, origin)
        return id_

    def _recipe(self, clip: Clip, origin: str, text: str) -> ImportedRecipe:
        seed = clip.recipe.seed if clip.recipe else int.from_bytes(_digest(origin)[:4], "big")
        made = min(max(0.0, clip.created_at), self.clock())
        return ImportedRecipe(origin, text, min(max(1, clip.seconds), 10), seed % 2**32, made)

    async def _bring_comments(
        self, archive: ImportArchive, person: Person, tally: ImportTally
    ) -> None:
        """What one wrote below clips of one's own that are here: others are not."""
        for comment in await asyncio.to_thread(lambda: list(archive.read_comments())):
            clip_id = tally.clips.get(comment.clip)
            if not clip_id or comment.parent is not None:
                tally.count_one("left")
                continue
            # The same each time, and nobody else's: a comment is known by its id.
            id_ = _digest(f"{person.id}:{comment.id}").hex()[:20]
            try:
                await self.add_comment(clip_id, person, comment.text, id_)
            except (Refused, BadInput, Unusable):
                tally.count_one("refused")
            except (NotFound, AlreadyTaken, Forbidden):
                tally.count_one("left")
            else:
                tally.count_one("comments")

    async def _bring_relations(
        self, archive: ImportArchive, person: Person, tally: ImportTally
    ) -> None:
        """To people who are here: by their ids, since somebody else may have their names."""
        found = await asyncio.to_thread(archive.read_relations)
        for kind in RELATIONS:
            for other in getattr(found, kind):
                here = await self.get_person(other.id)
                if here is None or here.id == person.id:
                    tally.count_one("left")
                    continue
                try:
                    told = await self.set_relation(person, kind, here, True)
                    await self.publish(told)
                except Forbidden:
                    tally.count_one("left")
                else:
                    tally.count_one("relations")


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
