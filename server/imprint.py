"""Who runs this place and under which terms: at the foot of every page and in every refusal."""

from contextvars import ContextVar
from typing import Final

from msgspec import Struct


class Imprint(Struct, frozen=True):
    """``contact``: a mailto: or https: address; ``terms_url``: where the terms stand. Empty: none
    is told."""

    contact: str = ""
    terms_url: str = ""


NOBODY: Final = Imprint()
IMPRINT: Final[ContextVar[Imprint]] = ContextVar("imprint", default=NOBODY)
"""That of the instance that serves this request."""
