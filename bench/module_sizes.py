"""Bytes of the scripts that pages get, whole and compressed: ``python -m bench.module_sizes``."""

import gzip
from pathlib import Path

from phosphene.api.modules import client_module, player_script

CLIENT = Path(__file__).parents[1] / "client_demo"


def main() -> None:
    for name, script in (("client", client_module(CLIENT)), ("player", player_script(CLIENT))):
        whole = script.encode()
        print(f"/{name}.js  {len(whole)} bytes, {len(gzip.compress(whole))} compressed")


if __name__ == "__main__":
    main()
