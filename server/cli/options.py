"""Arguments that several commands share."""

import argparse
import os

from phosphene.settings import Settings, load


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
