"""The models of an instance, and the settings that each is drawn with."""

from pathlib import PurePath
from typing import Final

import msgspec

from phosphene.errors import BadInput
from phosphene.settings import Settings

# Made for one model: what suits it would spoil the pictures of another, or find no room.
OF_ONE_MODEL: Final = ("steps", "pixels", "guidance", "preview_decoder", "spares")
"""Settings that say nothing of the further models."""

SAYABLE: Final = frozenset(
    (
        *OF_ONE_MODEL,
        *("device", "dtype", "offload", "attention", "compile", "sound"),
        *("workers", "worker_threads", "places", "pace", "queue"),
    )
)
"""Settings that may be said of a further model."""


def model_settings(settings: Settings) -> tuple[Settings, ...]:
    """Settings for each model of an instance, that of whoever chooses none first: those of the
    instance, and what ``models`` says of this one.

    Raises:
        BadInput: ``models`` cannot be read, or two models have one name.
    """
    found = (settings, *(_of_further(one, settings) for one in settings.models.split()))
    names = [PurePath(one.model).name for one in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise BadInput(f"models: {min(twice)} is there twice")
    return found


def _of_further(said: str, settings: Settings) -> Settings:
    model, *options = said.split(",")
    if not model:
        raise BadInput("models: a model without a name")
    given = dict(_option(one, model) for one in options)
    defaults = {name: getattr(Settings(), name) for name in OF_ONE_MODEL}
    values = msgspec.structs.asdict(settings) | defaults | given | {"model": model}
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(f"models: {model}: {error}") from None


def _option(said: str, model: str) -> tuple[str, str]:
    name, equals, value = said.partition("=")
    if not equals or name not in SAYABLE:
        known = ", ".join(sorted(SAYABLE))
        raise BadInput(f"models: {model}: {said} is not NAME=VALUE of one of {known}")
    return name, value
