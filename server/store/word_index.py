"""How documents are found by their words: FTS5 of SQLite, lexemes of PostgreSQL.

Words are folded before they come here (``text.keywords``), so that both find the same by the same
questions: neither has a language, stems or accents of its own.
"""

from collections.abc import Sequence
from typing import Final

from phosphene.store.connection import SqlConnection

PAGES: Final = 64
"""Pages of FTS5's index that are rewritten in one transaction: some 10 ms."""

Question = Sequence[Sequence[tuple[str, bool]]]


class Fts5Index:
    """The table ``search_index`` beside the documents."""

    # CROSS JOIN holds SQLite's planner to this order, the index first
    # (sqlite.org/optoverview.html).
    source = "search_index CROSS JOIN search_documents AS d ON d.place = search_index.rowid"
    fits = "search_index MATCH ?"
    place = "search_index.rowid"

    def write_question(self, question: Question) -> str:
        # In quotes nothing of it is a sign of the query language; tokens hold none.
        return " AND ".join(
            "(" + " OR ".join(f'"{word}"{"*" if begins else ""}' for word, begins in group) + ")"
            for group in question
        )

    def add_document(self, cx: SqlConnection, place: int, words: str) -> None:
        cx.execute("INSERT INTO search_index (rowid, words) VALUES (?, ?)", (place, words))

    def take_out(self, cx: SqlConnection, place: int, words: str) -> None:
        cx.execute(
            "INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', ?, ?)",
            (place, words),
        )

    # A deletion only adds a mark that the word is gone; where it stood, it stays until the parts
    # are merged. FTS5's own secure-delete needs SQLite 3.42, and Debian 12 has 3.40.
    def erase_small(self, cx: SqlConnection) -> bool:
        # Of this table of FTS5 each row is a page.
        more = "SELECT 1 FROM search_index_idx LIMIT 1 OFFSET ?"
        if cx.execute(more, (PAGES,)).fetchone() is not None:
            return False
        cx.execute("INSERT INTO search_index (search_index) VALUES ('optimize')")
        return True

    def erase_some(self, cx: SqlConnection, *, begin: bool) -> bool:
        # Less than nothing: everything is to become one part. After that it goes on, until a step
        # changes nothing (sqlite.org/fts5.html, 6.8).
        before = _changes(cx)
        pages = -PAGES if begin else PAGES
        cx.execute("INSERT INTO search_index (search_index, rank) VALUES ('merge', ?)", (pages,))
        return begin or _changes(cx) - before > 1


class LexemeIndex:
    """An index on the documents themselves (GIN), so that nothing beside them is to be changed."""

    source = "search_documents AS d"
    # As in ``postgres_schema``: only then does PostgreSQL use the index.
    fits = "array_to_tsvector(string_to_array(d.words, ' ')) @@ CAST(? AS tsquery)"
    place = "d.place"

    def write_question(self, question: Question) -> str:
        return " & ".join(
            "(" + " | ".join(_lexeme(word) + ":*" * begins for word, begins in group) + ")"
            for group in question
        )

    def add_document(self, cx: SqlConnection, place: int, words: str) -> None:
        """It is there with its row."""

    def take_out(self, cx: SqlConnection, place: int, words: str) -> None:
        """It goes with its row."""

    def erase_small(self, cx: SqlConnection) -> bool:
        return True

    def erase_some(self, cx: SqlConnection, *, begin: bool) -> bool:
        return False


def _changes(cx: SqlConnection) -> int:
    return int(cx.execute("SELECT total_changes()").fetchone()[0])


def _lexeme(word: str) -> str:
    """In quotes nothing of it is a sign of the query language."""
    doubled = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
