"""What the store knows of what people bring along."""

from collections.abc import Callable, Sequence

from phosphene.model import Clip
from phosphene.store import imports
from phosphene.store.imports import ImportedRecipe, IndexClip
from phosphene.store.transactions import TransactionRunner


class ImportStore:
    """A part of the store; raises Busy when the database cannot be used. ``clock`` gives seconds
    since the epoch, ``index`` lets a clip be found."""

    def __init__(
        self,
        write: TransactionRunner,
        read: TransactionRunner,
        index: IndexClip,
        clock: Callable[[], float],
    ) -> None:
        self._index = index
        self._write = write
        self._read = read
        self._clock = clock

    async def claim_archive(self, person_id: str, origin: str) -> None:
        """Somebody brings the archive of who was ``origin`` elsewhere. Raises Forbidden."""
        await self._write(imports.claim_archive, person_id, origin, self._clock())

    async def imported_as(self, person_id: str, origin: str) -> str | None:
        """The id here of a clip that was brought, '' of a recipe; None: it was not."""
        return await self._read(imports.imported_as, person_id, origin)

    async def add_film(self, clip: Clip, origin: str) -> None:
        """Keep a finished clip that was ``origin`` elsewhere. Idempotent; nobody is told."""
        await self._write(imports.add_film, clip, origin, self._index)

    async def add_recipe(self, person_id: str, recipe: ImportedRecipe) -> None:
        """Keep what can be drawn again. Idempotent."""
        await self._write(imports.add_recipe, person_id, recipe)

    async def list_recipes(self, person_id: str) -> Sequence[ImportedRecipe]:
        """A person's, the newest first."""
        return await self._read(imports.imported_recipes, person_id)

    async def drop_recipe(self, person_id: str, recipe_id: str) -> None:
        """Raises NotFound."""
        await self._write(imports.drop_recipe, person_id, recipe_id)
