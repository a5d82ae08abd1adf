"""The database as it is now, read beside the instances."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec


class Database:
    """Events, likes, comments, the states of clips, and the files that they need."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.log: dict[str, dict[int, Mapping[str, Any]]] = defaultdict(dict)
        with closing(sqlite3.connect(data / "phosphene.db", timeout=30)) as connection:
            for topic, seq, event in connection.execute("SELECT topic, seq, event FROM events"):
                self.log[topic][seq] = msgspec.msgpack.decode(event)
            self.comments = [row[0] for row in connection.execute("SELECT id FROM comments")]
            self.likes = set(connection.execute("SELECT clip, person FROM likes"))
            self.status = dict(connection.execute("SELECT id, status FROM clips").fetchall())
            bodies = connection.execute("SELECT body FROM clips WHERE status = 'failed'")
            self.reasons = Counter(msgspec.msgpack.decode(body)["reason"] for (body,) in bodies)
            self._counts = connection.execute(
                "SELECT id, likes, (SELECT count(*) FROM likes WHERE clip = clips.id),"
                " comments, (SELECT count(*) FROM comments WHERE clip = clips.id) FROM clips"
            ).fetchall()
            self._leases = connection.execute("SELECT name, holder, until FROM leases").fetchall()
            self._blobs = {
                row[0]
                for row in connection.execute(
                    "SELECT blob FROM blob_references UNION SELECT latents FROM checkpoints"
                )
            }
            (self._sound,) = connection.execute("PRAGMA integrity_check").fetchone()

    def faults(self) -> Iterator[str]:
        """Whatever does not agree within the database."""
        if self._sound != "ok":
            yield f"integrity_check: {self._sound}"
        for clip, likes, liked, comments, commented in self._counts:
            if (likes, comments) != (liked, commented):
                yield f"{clip} counts {likes} likes and {comments} comments: {liked}, {commented}"

    def faults_at_rest(self) -> Iterator[str]:
        """What must not be left when nothing runs: leases of clips, files that no clip needs."""
        for name, holder, _ in self._leases:
            clip = name.removeprefix("clip:")
            if clip != name and self.status.get(clip) not in {"queued", "live"}:
                yield f"the lease {name} of {holder} is left over"
        for file in (self._data / "blobs").iterdir():
            if file.name not in self._blobs:
                yield f"no clip needs the file {file.name}"
