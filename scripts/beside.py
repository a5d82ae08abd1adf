"""One command, and beside it others that say nothing until it has ended.

    python scripts/beside.py "python -m mypy" -- python -m pytest

Prints what each of the others said that failed, and which. Ends with the status of the command, or
with 1 where only another failed. (Types take a core for 100 s, in which tests wait for what they
started.)
"""

import shlex
import subprocess
import sys
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO


class Other:
    """A command that has been started, and what it says."""

    def __init__(self, command: str, said: IO[str]) -> None:
        self.command = command
        self._said = said
        self.process = subprocess.Popen(
            shlex.split(command), stdout=said, stderr=subprocess.STDOUT, text=True
        )

    def failed(self) -> bool:
        """Wait for its end, and print what it said if it failed."""
        if status := self.process.wait():
            self._said.seek(0)
            print(
                self._said.read().rstrip(), f"FAILED with status {status}: {self.command}", sep="\n"
            )
        return status != 0


def main(words: list[str]) -> int:
    at = words.index("--")
    with ExitStack() as ends:
        others = [Other(one, ends.enter_context(TemporaryFile("w+"))) for one in words[:at]]
        for other in others:
            ends.callback(other.process.wait)
            ends.callback(other.process.terminate)
        status = subprocess.call(words[at + 1 :])
        failed = [other.failed() for other in others]
    return status or int(any(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
