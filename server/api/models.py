"""Routes of the models that clips may be asked of: which there are, and what each understands."""

from collections.abc import Callable, Mapping

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.language import LANGUAGE, VARIES, catalog
from phosphene.model import ModelName
from phosphene.operation import Operation
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.pools import ready_model
from phosphene.schemas import OfferedModel, OfferedModels
from phosphene.studio.likenesses import LikenessAbility
from phosphene.web import answer, read_query

Ability = Callable[[Pool], LikenessAbility | None]


class Vocabulary(Struct, frozen=True):
    """Words that the model can draw, per slot; ``forks`` says whether it goes on from a clip.
    ``names``: what such words are called in the language of the request; none in English.
    ``people``: how it draws people who agreed, and how many in a clip; None where it cannot."""

    model: str
    slots: dict[str, tuple[str, ...]]
    forks: bool = False
    names: Mapping[str, str] = {}
    people: LikenessAbility | None = None


class ModelQuery(Struct, frozen=True):
    """``model``: its name; without one that of whoever names none."""

    model: ModelName | None = None


class ModelRoutes:
    """``ability`` says how a pool's model draws people who agreed, if it can."""

    def __init__(self, pools: ModelPools, ability: Ability) -> None:
        self._pools = pools
        self._ability = ability

    async def list_models(self, request: Request) -> Response:
        return answer(OfferedModels(tuple(self._offered(pool) for pool in self._pools.offered)))

    async def read_vocabulary(self, request: Request) -> Response:
        pool = self._pools.choose_pool(read_query(request, ModelQuery).model, None)
        info = ready_model(pool)
        names = {word: name for word, (_, name) in catalog(LANGUAGE.get()).drawn.items()}
        vary = {"Content-Language": LANGUAGE.get(), "Vary": f"Authorization, {VARIES}"}
        told = info.model, info.vocabulary, info.forks, names, self._ability(pool)
        return answer(Vocabulary(*told), headers=vary)

    def _offered(self, pool: Pool) -> OfferedModel:
        info = ready_model(pool)
        return OfferedModel(
            name=info.model,
            width=info.width,
            height=info.height,
            fps=info.fps,
            steps=pool.steps or info.steps,
            steers=info.steers,
            forks=info.forks,
            sound=info.sound,
            reads_freely=not info.vocabulary,
        )

    def operations(self) -> list[Operation]:
        """What the document names of these."""
        return [
            Operation(
                method="GET",
                path="/v1/models",
                summary="The models that clips may be asked of now",
                endpoint=self.list_models,
                answer=OfferedModels,
            ),
            Operation(
                method="GET",
                path="/v1/vocabulary",
                summary="Words that a model can draw",
                endpoint=self.read_vocabulary,
                answer=Vocabulary,
                query=ModelQuery,
                errors=(400, 422, 503),
            ),
        ]
