"""Routes of the house: its sentences, as examples for everybody; its clips, for operators."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders
from phosphene.api.paging import PRIVATE
from phosphene.language import LANGUAGE, VARIES
from phosphene.operation import Operation
from phosphene.reports import Decider
from phosphene.schemas import Cleared, Examples
from phosphene.studio.house import House
from phosphene.web import answer

AGE: Final = "public, max-age=3600"
"""They change with a release."""


class HouseRoutes:
    """What they tell and do is the house's."""

    def __init__(self, house: House, deciders: Deciders) -> None:
        self._house = house
        self._deciders = deciders

    async def list_examples(self, request: Request) -> Response:
        texts = tuple(recipe.in_language(LANGUAGE.get()) for recipe in self._house.recipes)
        told = {"Content-Language": LANGUAGE.get(), "Vary": VARIES, "Cache-Control": AGE}
        return answer(Examples(texts), headers=told)

    async def clear_house(self, request: Request, by: Decider) -> Response:
        return answer(Cleared(await self._house.remove_clips()), headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """Both of them."""
        return [
            Operation(
                method="GET",
                path="/v1/examples",
                summary="Sentences that one may ask for, in the language of the request",
                endpoint=self.list_examples,
                answer=Examples,
            ),
            Operation(
                method="DELETE",
                path="/v1/operator/house",
                summary="Remove every clip that the instance drew of itself, for operators",
                caller="operator",
                endpoint=self._deciders.with_role("operator", self.clear_house),
                answer=Cleared,
                errors=(401, 403),
            ),
        ]
