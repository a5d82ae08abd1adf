"""The models that an instance offers: a pool of workers for each."""

from collections.abc import Iterator, Sequence
from typing import Final, Generic, TypeVar

from phosphene.errors import Busy, RenderFailed, Unprocessable, Unusable
from phosphene.model import Clip, Recipe
from phosphene.render import messages
from phosphene.render.dispatch.pool_state import LOADING, PoolState

LOADING_RETRY_S: Final = 2.0
READY_LATER_S: Final = 30.0
NOTHING_DRAWS: Final = "nothing can be drawn here now; try another instance, or later"
UNKNOWN_MODEL: Final = "no such model is offered here: GET /v1/models names those that are"
MODEL_GONE: Final = "the model of that clip is not offered here: no other goes on with it"
MODEL_REPLACED: Final = "the server that drew it stopped, and another model is in its place"
OTHER_MODEL: Final = "another model drew that clip, and only that one goes on with it: name none"


P = TypeVar("P", bound=PoolState)


class Pools(Generic[P]):
    """In the order of the operator, at least one; all of them share one ``news``."""

    def __init__(self, pools: Sequence[P]) -> None:
        self._pools = tuple(pools)

    def __iter__(self) -> Iterator[P]:
        return iter(self._pools)

    @property
    def usual(self) -> P:
        """That of whoever chooses no model: the first that can be asked, or will be soon."""
        askable = (one for one in self if _can_be_asked(one) or one.unready_reason == LOADING)
        return next(askable, self._pools[0])

    @property
    def offered(self) -> Sequence[P]:
        """Those that clips may be asked of now, that of whoever chooses none first."""
        usual = self.usual
        return sorted(filter(_can_be_asked, self), key=lambda one: one is not usual)

    def find_pool(self, model: str) -> P:
        """That of a model by its name, which may have no worker now. Raises Unusable, Busy: it is
        not known, or not yet."""
        found = next((one for one in self if _is_called(one, model)), None)
        if found is not None:
            return found
        # Only what is loaded says how clips call it.
        if any(one.unready_reason == LOADING for one in self):
            raise Busy(LOADING, LOADING_RETRY_S)
        raise Unusable(UNKNOWN_MODEL)

    def choose_pool(self, model: str | None, parent: Clip | None) -> P:
        """That which draws what somebody asks for: with ``model``, or going on from ``parent``,
        whose latents say nothing to any other.

        Raises:
            Unusable, Busy: as ``find_pool``. Unprocessable: another model drew the parent, or one
            that is not here.
        """
        asked = self.find_pool(model) if model else None
        if parent is None or parent.recipe is None:
            return asked or self.usual
        own = self.pool_of(parent.recipe)
        if own is None:
            raise Unprocessable(MODEL_GONE)
        if asked not in (None, own):
            raise Unprocessable(OTHER_MODEL)
        return own

    def pool_of(self, recipe: Recipe | None) -> P | None:
        """That with the weights of a recipe, else with others of its model; None: there is none."""
        if recipe is None:
            return None
        named = (one for one in self if _is_called(one, recipe.model))
        return self.pool_with(recipe) or next(named, None)

    def pool_with(self, recipe: Recipe) -> P | None:
        """That with the very weights of a recipe, as far as that is known."""
        return next(
            (one for one in self if one.info and one.info.fingerprint == recipe.fingerprint), None
        )

    async def wait_pool_with(self, recipe: Recipe | None) -> P:
        """That which goes on with what was begun by a recipe, as soon as it is known and ready.

        Raises:
            RenderFailed: another model has begun it, or no worker can be started.
        """
        while recipe is not None:
            found = self.pool_with(recipe)
            if found is not None:
                await found.wait_ready()
                return found
            if all(map(_is_known, self)):
                break
            await self._pools[0].wait_news()
        for one in self:
            if one.unavailable_reason:
                raise RenderFailed(one.unavailable_reason)
        raise RenderFailed(MODEL_REPLACED)

    def cancel_clip(self, clip: str) -> None:
        """Stop drawing a clip, whichever has it."""
        for pool in self:
            pool.cancel_clip(clip)


def ready_model(pool: PoolState) -> messages.Ready:
    """What draws in a pool. Raises Busy."""
    if pool.unready_reason == LOADING:
        raise Busy(LOADING, LOADING_RETRY_S)
    if pool.info is None or pool.unavailable_reason:
        raise Busy(NOTHING_DRAWS, READY_LATER_S)
    return pool.info


def _can_be_asked(pool: PoolState) -> bool:
    """Whether its model is known, and a worker is there or expected."""
    return pool.info is not None and not pool.unavailable_reason


def _is_called(pool: PoolState, model: str) -> bool:
    """Whether that is the name of its model, for clips or for the operator."""
    return model in (pool.name, pool.model)


def _is_known(pool: PoolState) -> bool:
    """Whether a worker is there, or none can be."""
    return pool.has_worker or bool(pool.unavailable_reason)
