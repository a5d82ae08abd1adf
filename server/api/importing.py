"""Routes of bringing along what one had at another instance."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, BinaryIO, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.errors import BadInput, Busy, Forbidden, TooLarge, TooSlow
from phosphene.operation import Operation
from phosphene.people.newcomer import Newcomer
from phosphene.schemas import ImportReport
from phosphene.store.import_store import ImportStore
from phosphene.store.imports import ImportedRecipes
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, check_type

ZIP: Final = "application/zip"
PIECE: Final = 1 << 20
STALL_S: Final = 30.0
LATER_S: Final = 30.0


class ImportRoutes:
    """``limit`` is how many bytes an archive may have, ``folder`` where it lies meanwhile;
    ``has_account`` tells who keeps their name."""

    def __init__(
        self,
        newcomer: Newcomer,
        imports: ImportStore,
        has_account: Callable[[str], Awaitable[bool]],
        limits: RateLimits,
        visitors: Visitors,
        limit: int,
        folder: Path,
    ) -> None:
        self._newcomer = newcomer
        self._imports = imports
        self._has_account = has_account
        self._limits = limits
        self._visitors = visitors
        self._limit = limit
        self._folder = folder
        # One at a time: each may be as large as the disk allows, and is checked on a core.
        self._one = asyncio.Lock()

    async def import_me(self, request: Request, visitor: Visitor) -> Response:
        check_type(request, ZIP)
        if not await self._has_account(visitor.person.id):
            raise Forbidden("keep your name first: a guest may be gone before the archive is here")
        await self._limits.count_act("sign-in", visitor.person.id, visitor.address)
        if self._one.locked():
            raise Busy("another archive is being brought in; try again soon", LATER_S)
        # Without a name: whatever stops meanwhile leaves nothing behind.
        with tempfile.TemporaryFile(dir=self._folder) as file:
            async with self._one:
                await self._receive(request, file)
                report = await self._newcomer.bring_archive(file, visitor.person)
        return answer(report, headers=PRIVATE)

    async def list_recipes(self, request: Request, visitor: Visitor) -> Response:
        found = await self._imports.list_recipes(visitor.person.id)
        return answer(ImportedRecipes(found), headers=PRIVATE)

    async def drop_recipe(self, request: Request, visitor: Visitor) -> Response:
        await self._imports.drop_recipe(visitor.person.id, request.path_params["recipe"])
        return Response(status_code=204)

    async def _receive(self, request: Request, file: BinaryIO) -> None:
        """Raises TooLarge, TooSlow, BadInput: the peer went away."""
        size, piece, parts = 0, bytearray(), aiter(request.stream())
        try:
            while True:
                async with asyncio.timeout(STALL_S):
                    part = await anext(parts, None)
                if part is None:
                    break
                size += len(part)
                if size > self._limit:
                    raise TooLarge(f"an archive here may have {self._limit >> 20} MB at most")
                piece += part
                if len(piece) >= PIECE:
                    await asyncio.to_thread(file.write, bytes(piece))
                    piece.clear()
        except TimeoutError:
            raise TooSlow(f"nothing more of the archive came for {STALL_S:.0f} s") from None
        except ClientDisconnect:
            raise BadInput("the archive ended early") from None
        await asyncio.to_thread(file.write, bytes(piece))

    def operations(self) -> list[Operation]:
        """All three."""
        own: dict[str, Any] = {"caller": "person"}
        return [
            Operation(
                method="POST",
                path="/v1/me/import",
                summary="Bring along the archive of another instance: words, recipes, and films"
                " that it signed, if it is trusted here",
                endpoint=with_visitor(self._visitors, self.import_me, once=False),
                makes=False,
                limit="sign-in",
                body=bytes,
                body_type=ZIP,
                answer=ImportReport,
                errors=(400, 401, 403, 408, 413, 415, 422, 429, 503),
                **own,
            ),
            Operation(
                method="GET",
                path="/v1/me/recipes",
                summary="What one brought along that can be drawn again, newest first",
                endpoint=with_visitor(self._visitors, self.list_recipes),
                answer=ImportedRecipes,
                errors=(401, 403),
                **own,
            ),
            Operation(
                method="DELETE",
                path="/v1/me/recipes/{recipe}",
                summary="Keep a recipe no longer",
                endpoint=with_visitor(self._visitors, self.drop_recipe),
                status=204,
                errors=(401, 403, 404),
                **own,
            ),
        ]
