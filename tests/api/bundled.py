"""The page of this release as it is sent, made once per process: a quarter of a second of CPU."""

from functools import cache
from pathlib import Path

from phosphene.api.bundle import Bundle, bundle

CLIENT = Path(__file__).parents[2] / "client_demo"


@cache
def bundled_page() -> Bundle:
    return bundle(CLIENT)
