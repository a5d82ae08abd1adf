"""Which workers an instance does not use, and why: said once to each, and in the log."""

import logging
from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from server.fleet.beat import Beat
from server.render import wire

MOST: Final = 1000

log = logging.getLogger(__name__)


def unfit(beat: Beat, fingerprints: frozenset[str]) -> bool:
    """Whether it draws with other weights than those that draw here."""
    return bool(fingerprints) and beat.ready.fingerprint not in fingerprints


class Refusals:
    """``model`` and ``store`` are this instance's; ``tell`` says a reason to a worker."""

    def __init__(self, model: str, store: str, tell: Callable[[str, str], None]) -> None:
        self._model = model
        self._store = store
        self._tell = tell
        self._told: dict[str, str] = {}

    def speaks_otherwise(self, worker: str, name: str, version: str) -> bool:
        """Whether its messages could not be understood."""
        if version == wire.VERSION:
            return False
        self._say(worker, name, f"it speaks version {version} of the messages, this instance "
                  f"{wire.VERSION}: run the same release on both")  # fmt: skip
        return True

    def refuses(self, beat: Beat, fingerprints: frozenset[str]) -> bool:
        """Whether it would draw something else, or could not pass on what is large."""
        reason = self._reason(beat, fingerprints)
        if reason:
            self._say(beat.worker, beat.name, reason)
        else:
            self._told.pop(beat.worker, None)
        return bool(reason)

    def _reason(self, beat: Beat, fingerprints: frozenset[str]) -> str:
        if PurePath(beat.model).name != PurePath(self._model).name:
            return f"it draws with the model {beat.model}, this instance with {self._model}"
        if unfit(beat, fingerprints):
            return f"its weights of {beat.model} differ from those that draw here"
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
