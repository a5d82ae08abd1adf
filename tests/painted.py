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
from phosphene.settings import load


def main() -> int:
    settings = load(os.environ)
    set_up(settings.log_level)
    painter = (sys.executable, "-m", os.environ["EASEL"], str(settings.pace))
    on = replace(read_files(settings), worker=painter)
    return serve(create_app(settings, on), listen(settings), settings)


if __name__ == "__main__":
    sys.exit(main())
