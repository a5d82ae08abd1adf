"""``python -m tests.painted``: the server as operators start it, but for its worker, which paints
discs and needs no model: the module that EASEL names."""

import os
import sys

from msgspec.structs import replace

from phosphene.app import create_app
from phosphene.cli.listening import listen
from phosphene.cli.serve import serve
from phosphene.instance_files import read_files
from phosphene.logs import set_up
from phosphene.settings import Settings, load
from tests.forked_programs import forked_command


def main() -> int:
    easel = forked_command(os.environ["EASEL"])
    settings = load(os.environ)
    set_up(settings.log_level)
    read = read_files(settings)
    on = replace(
        read, models=[replace(one, command=painter(easel, one.settings)) for one in read.models]
    )
    return serve(create_app(settings, on), listen(settings), settings)


def painter(easel: tuple[str, ...], settings: Settings) -> tuple[str, ...]:
    """One that calls itself as its model, where that is not the usual one."""
    name = () if settings.model == "embedded" else (settings.model,)
    return (*easel, str(settings.pace), *name)


if __name__ == "__main__":
    sys.exit(main())
