"""Arguments that several commands share."""

import argparse
import os
from pathlib import Path

from phosphene.errors import BadInput
from phosphene.settings import Settings, load
from phosphene.trust.identity import load_key
from phosphene.trust.operators import operator_token


def add_settings(parser: argparse.ArgumentParser, *names: str) -> None:
    """One option per named setting, its help taken from the setting itself."""
    for name in names:
        kind, default = Settings.__annotations__[name], getattr(Settings(), name)
        parser.add_argument(
            "--" + name.replace("_", "-"),
            metavar=type(default).__name__.upper(),
            default=None,
            help=f"{kind.__metadata__[0].description} (default: {default!r})",
        )


def settings_of(options: argparse.Namespace, **given: object) -> Settings:
    """Settings from file, environment and the options. Raises BadInput."""
    named = {name: getattr(options, name, None) for name in Settings.__struct_fields__}
    return load(os.environ, **(named | given))


def operator_token_of(settings: Settings) -> str:
    """The setting, or what belongs to the data folder where there is one. Raises BadInput."""
    key = Path(settings.data) / "identity.key"
    if settings.operator_token or not key.is_file():
        return settings.operator_token
    try:
        return operator_token(load_key(key))
    except OSError as error:
        raise BadInput(f"{key} cannot be read: {error.strerror}") from None
