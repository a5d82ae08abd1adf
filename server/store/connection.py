"""What a piece of work sees of the database: the same of SQLite and of PostgreSQL.

Statements are written once, for SQLite, with ``?`` for each value; what PostgreSQL calls otherwise
is in ``postgres_sql``, and how words are looked up in ``word_index``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

from msgspec import Struct

AWAY: Final = "the database cannot be used now: try again"
"""What callers are told of a server that is away: why may name its host and a role."""


class WordIndex(Protocol):
    """How documents are found by their words; the two are in ``word_index``.

    ``source`` stands behind FROM and names the documents ``d``, ``fits`` takes a written question,
    ``place`` is where a document stands."""

    @property
    def source(self) -> str: ...
    @property
    def fits(self) -> str: ...
    @property
    def place(self) -> str: ...

    def write_question(self, question: Sequence[Sequence[tuple[str, bool]]]) -> str:
        """A question in its language: of each group one word has to be there, each with whether
        it is only the beginning of one."""
        ...

    def add_document(self, cx: "SqlConnection", place: int, words: str) -> None: ...

    def take_out(self, cx: "SqlConnection", place: int, words: str) -> None: ...

    def erase_small(self, cx: "SqlConnection") -> bool:
        """Write a small index anew, so that it holds nothing of what is gone; whether it is."""
        ...

    def erase_some(self, cx: "SqlConnection", *, begin: bool) -> bool:
        """Write a part of a large one anew; whether there may be more."""
        ...


class Rows(Protocol):
    """What a statement found; ``rowcount``: how many rows it changed."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class SqlConnection(Protocol):
    """A connection within a transaction, or on a snapshot."""

    @property
    def words(self) -> WordIndex: ...

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Rows: ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object: ...


class PieceOfWork:
    """A function and its arguments but the connection; those of a kind may be done together."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.function = function
        self.arguments = arguments

    def __call__(self, cx: SqlConnection) -> Any:
        return self.function(cx, *self.arguments)


Work = Callable[[SqlConnection], Any]
"""A piece of work in a transaction, or a query on a snapshot."""
Outcome = tuple[Any, Exception | None]
"""What came of one: its result, or what is raised to who asked."""


class SetOutcome(Struct, frozen=True):
    """What came of pieces of one kind that were done together, by their places; those of ``later``
    can be once the others were done, each by itself."""

    done: dict[int, Any]
    later: list[int]


SetWork = Callable[[SqlConnection, Sequence[tuple[Any, ...]]], SetOutcome]
"""Does pieces of one kind together, given the arguments of each, where it can."""


class Committer(Protocol):
    """Commits pieces of work; the two are in ``sqlite_committer`` and ``postgres_committer``."""

    def commit_batch(self, works: Sequence[Work]) -> list[Outcome | None]:
        """Do some of them, one at least, in one transaction, each all or nothing; what came of
        each, None of those that are still to be done. Raises nothing."""
        ...

    def empty_log(self) -> bool:
        """Let old pages be read nowhere any more; False: not at this moment."""
        ...

    def close(self) -> None: ...


class SnapshotReader(Protocol):
    """Reads; the two are in ``sqlite_reader`` and ``postgres_reader``."""

    def read_snapshot(self, query: Work) -> Outcome:
        """What one moment has. Raises nothing."""
        ...

    def close(self) -> None: ...
