"""Which workers an instance does not use, and why: said once to each, and in the log."""

import logging
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Final

from phosphene.fleet.heartbeat import Heartbeat
from phosphene.render import messages

# The id of a worker is new with every process: one that is restarted for ever would fill the table.
MOST: Final = 1000

log = logging.getLogger(__name__)


OutputFormat = tuple[str, int, int, int]
"""What clips of a model must have in common: its weights, width, height and frame rate."""


def output_format(ready: messages.Ready) -> OutputFormat:
    """That of a worker."""
    return ready.fingerprint, ready.width, ready.height, ready.fps


def differs(beat: Heartbeat, forms: frozenset[OutputFormat]) -> bool:
    """Whether its clips would differ from those of the workers that draw here, if any do."""
    return bool(forms) and output_format(beat.ready) not in forms


class Compatibility:
    """``models`` and ``store`` are this instance's; ``tell`` says a reason to a worker."""

    def __init__(self, models: Sequence[str], store: str, tell: Callable[[str, str], None]) -> None:
        self._models = models
        self._store = store
        self._send_reason = tell
        self._notified: dict[str, str] = {}

    def speaks_other_version(self, worker: str, name: str, spoken: tuple[int, int]) -> bool:
        """Whether its messages could not be understood, or ours by it (see ``spoken_by``)."""
        if messages.understand_each_other(*spoken):
            return False
        self._notify_worker(
            *(worker, name),
            f"it speaks version {spoken[0]} of the messages, this instance {messages.WIRE}: "
            "run releases that follow each other",
        )
        return True

    def find_model(self, beat: Heartbeat) -> str:
        """What its model is called here; empty: it is none of ours."""
        # By their last names: the same model may lie elsewhere on another machine; that it is the
        # same the fingerprint tells.
        last = PurePath(beat.model).name
        return next((one for one in self._models if PurePath(one).name == last), "")

    def refuses_worker(self, beat: Heartbeat, model: str, forms: frozenset[OutputFormat]) -> bool:
        """Whether it would draw something else than ``model``, or could not pass on what is
        large."""
        reason = self._reason(beat, model, forms)
        if reason:
            self._notify_worker(beat.worker, beat.name, reason)
        else:
            self._notified.pop(beat.worker, None)
        return bool(reason)

    def _reason(self, beat: Heartbeat, model: str, forms: frozenset[OutputFormat]) -> str:
        if not model:
            ours = " and ".join(self._models)
            return f"it draws with the model {beat.model}, this instance with {ours}"
        if differs(beat, forms):
            return f"its weights of {beat.model} or its pictures differ from those that draw here"
        if beat.store != self._store:
            return "it keeps large messages in another blob store: give both the same --blobs"
        return ""

    def _notify_worker(self, worker: str, name: str, reason: str) -> None:
        # A worker beats four times a second, and would fill the log.
        if self._notified.get(worker) == reason:
            return
        if len(self._notified) >= MOST:
            self._notified.clear()
        self._notified[worker] = reason
        log.warning("worker %s is not used: %s", name, reason)
        self._send_reason(worker, reason)
