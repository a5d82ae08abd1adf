"""Which workers an instance does not use, and why: said once to each, and in the log."""

import logging
from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from server.fleet.heartbeat import Beat
from server.render import messages

MOST: Final = 1000

log = logging.getLogger(__name__)


Form = tuple[str, int, int, int]
"""What clips of a model must have in common: its weights, width, height and frame rate."""


def form(ready: messages.Ready) -> Form:
    """That of a worker."""
    return ready.fingerprint, ready.width, ready.height, ready.fps


def unfit(beat: Beat, forms: frozenset[Form]) -> bool:
    """Whether its clips would differ from those of the workers that draw here, if any do."""
    return bool(forms) and form(beat.ready) not in forms


class Refusals:
    """``model`` and ``store`` are this instance's; ``tell`` says a reason to a worker."""

    def __init__(self, model: str, store: str, tell: Callable[[str, str], None]) -> None:
        self._model = model
        self._store = store
        self._tell = tell
        self._told: dict[str, str] = {}

    def speaks_otherwise(self, worker: str, name: str, version: str) -> bool:
        """Whether its messages could not be understood."""
        if version == messages.VERSION:
            return False
        self._say(worker, name, f"it speaks version {version} of the messages, this instance "
                  f"{messages.VERSION}: run the same release on both")  # fmt: skip
        return True

    def refuses(self, beat: Beat, forms: frozenset[Form]) -> bool:
        """Whether it would draw something else, or could not pass on what is large."""
        reason = self._reason(beat, forms)
        if reason:
            self._say(beat.worker, beat.name, reason)
        else:
            self._told.pop(beat.worker, None)
        return bool(reason)

    def _reason(self, beat: Beat, forms: frozenset[Form]) -> str:
        if PurePath(beat.model).name != PurePath(self._model).name:
            return f"it draws with the model {beat.model}, this instance with {self._model}"
        if unfit(beat, forms):
            return f"its weights of {beat.model} or its pictures differ from those that draw here"
        if beat.store != self._store:
            return "it keeps large messages in another blob store: give both the same --blobs"
        return ""

    def _say(self, worker: str, name: str, reason: str) -> None:
        if self._told.get(worker) == reason:
            return
        if len(self._told) >= MOST:
            self._told.clear()
        self._told[worker] = reason
        log.warning("worker %s is not used: %s", name, reason)
        self._tell(worker, reason)
