"""The index of words: what is found by which. Each function is one piece of a transaction.

Words are folded before they come here, and each database has an index of its own for them
(``word_index``).
"""

import json
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from phosphene.model import Clip, Person
from phosphene.store.connection import SqlConnection
from phosphene.store.documents import (
    Document,
    Question,
    document_of_clip,
    document_of_person,
)
from phosphene.store.matches import SearchMatch
from phosphene.store.rows import CLIP_COLUMNS, CLIP_SOURCE, clip_of

MICROSECONDS: Final = 1_000_000
BATCH: Final = 500
"""Clips and people of earlier releases that are indexed in one transaction."""
ERASE_EVERY_S: Final = 600.0
"""So long an index of more pages is left alone after it was written anew."""
RARE: Final = 3
"""A word of fewer clips is suggested to nobody: it may say whose they are."""
CALLED_LIKE: Final = 200
"""So many people who fit are looked at."""
ERASING, ERASED = "search_erasing", "search_erased"
"""In meta: whether words of what is gone may be in the index ('begin', 'go on', or no row), and
when it was last free of them."""
CHECKED: Final = "search_checked"
"""In meta: up to which place documents were looked at, whether what they are of is there."""
END: Final = "\U0010ffff"
"""After everything that begins with a word."""


class Suggestion(Struct, frozen=True):
    """A word of ``clips`` public clips, and the tag that it says."""

    word: str
    tag: str
    clips: int


def is_found(clip: Clip) -> bool:
    """Whether a clip is to be found by its words: what waits has nothing to be seen yet."""
    return clip.visibility == "public" and clip.status in {"live", "done"}


def index_clip(cx: SqlConnection, clip: Clip) -> None:
    """Let a clip be found by its words as they are now, or no more."""
    if is_found(clip):
        # The number of the row is its time: the index is read newest first and SQLite sorts
        # nothing, which keeps a page among 100,000 clips at 5 ms (p95).
        place = int(clip.created_at * MICROSECONDS)
        _put(cx, clip.id, document_of_clip(clip), place)
    else:
        forget(cx, clip.id)
    cx.execute("UPDATE clips SET searched = 1 WHERE id = ? AND searched = 0", (clip.id,))


def index_person(cx: SqlConnection, person_id: str) -> None:
    """Let a person who has a handle be found by it, and by what they say of themselves."""
    row = cx.execute(
        "SELECT p.id, p.handle, coalesce(w.about, '') FROM people AS p"
        " LEFT JOIN profiles AS w ON w.person = p.id WHERE p.id = ?",
        (person_id,),
    ).fetchone()
    if row is not None:
        (lowest,) = cx.execute("SELECT coalesce(min(place), 0) FROM search_documents").fetchone()
        document = document_of_person(Person(row[0], row[1]), row[2])
        # People count down from 0, where the time of no clip is.
        _put(cx, person_id, document, min(lowest, 0) - 1)
        cx.execute("UPDATE people SET searched = 1 WHERE id = ? AND searched = 0", (person_id,))


def forget(cx: SqlConnection, id_: str) -> None:
    """Let a clip or a person be found no more."""
    if _take_out(cx, id_) is not None:
        _note(cx, ERASING, "begin")
        _erase_small(cx)


def erase_some(cx: SqlConnection, now: float) -> bool:
    """Write anew a part of an index that still holds words of what is gone; whether there may be
    more to do."""
    state = _noted(cx, ERASING)
    if not state or (state == "begin" and now - float(_noted(cx, ERASED) or 0) < ERASE_EVERY_S):
        return False
    if cx.words.erase_some(cx, begin=state == "begin"):
        _note(cx, ERASING, "go on")
        return True
    _note(cx, ERASED, str(now))
    cx.execute("DELETE FROM meta WHERE key = ?", (ERASING,))
    return False


def index_some(cx: SqlConnection) -> bool:
    """Index some clips and people of an earlier release; whether there may be more."""
    rows = cx.execute(
        f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE} WHERE c.searched = 0"
        " AND c.status NOT IN ('queued', 'live') LIMIT ?",
        (BATCH,),
    ).fetchall()
    for row in rows:
        index_clip(cx, clip_of(row))
    people = cx.execute("SELECT id FROM people WHERE searched = 0 LIMIT ?", (BATCH,)).fetchall()
    for (person_id,) in people:
        index_person(cx, person_id)
    return bool(rows or people)


def forget_gone(cx: SqlConnection) -> None:
    """Let go of some documents of clips that an earlier release removed beside this one."""
    rows = cx.execute(
        "SELECT d.place, d.id, c.id IS NULL AND p.id IS NULL FROM search_documents AS d"
        " LEFT JOIN clips AS c ON c.id = d.id LEFT JOIN people AS p ON p.id = d.id"
        " WHERE d.place > ? ORDER BY d.place LIMIT ?",
        (int(_noted(cx, CHECKED) or -(2**62)), BATCH),
    ).fetchall()
    for _, id_, is_gone in rows:
        if is_gone:
            forget(cx, id_)
    _note(cx, CHECKED, str(rows[-1][0]) if len(rows) == BATCH else "")


def find_clips(
    cx: SqlConnection, question: Question, hidden: Sequence[str], before: int, limit: int
) -> list[SearchMatch]:
    """Public clips that fit, the newest first, from a place on; none of the people ``hidden``."""
    index = cx.words
    rows = cx.execute(
        "SELECT d.place, d.id, c.created_at, coalesce(w.likes, 0), coalesce(w.remixes, 0), d.words"
        f" FROM {index.source}"
        " CROSS JOIN clips AS c ON c.id = d.id LEFT JOIN weights AS w ON w.clip = c.id"
        f" WHERE {index.fits} AND {index.place} < ? AND c.visibility = 'public'"
        " AND c.status NOT IN ('failed', 'cancelled')"
        " AND c.author NOT IN (SELECT value FROM json_each(?))"
        f" ORDER BY {index.place} DESC LIMIT ?",
        (_written(cx, question), before, json.dumps(list(hidden)), limit),
    )
    return [
        SearchMatch(place, clip, created_at, likes, remixes, frozenset(words.split()))
        for place, clip, created_at, likes, remixes, words in rows
    ]


def find_people(cx: SqlConnection, question: Question, hidden: Sequence[str]) -> list[Person]:
    """People who fit, some 200 at most; none of the people ``hidden``."""
    index = cx.words
    rows = cx.execute(
        f"SELECT p.id, p.handle FROM {index.source} CROSS JOIN people AS p ON p.id = d.id"
        f" WHERE {index.fits} AND p.id NOT IN (SELECT value FROM json_each(?))"
        f" ORDER BY {index.place} DESC LIMIT ?",
        (_written(cx, question), json.dumps(list(hidden)), CALLED_LIKE),
    )
    return [Person(*row) for row in rows]


def meanings(cx: SqlConnection, words: Sequence[str]) -> dict[str, str]:
    """The tag that each of the words says in most clips where it stands."""
    rows = cx.execute(
        "SELECT term, tag, clips FROM search_terms WHERE term IN (SELECT value FROM json_each(?))"
        " ORDER BY term, clips DESC",
        (json.dumps(list(words)),),
    ).fetchall()
    all_of = dict[str, int]()
    for term, _, clips in rows:
        all_of[term] = all_of.get(term, 0) + clips
    return {term: tag for term, tag, clips in rows if tag and 2 * clips > all_of[term]}


def endings(cx: SqlConnection, beginning: str, limit: int) -> list[str]:
    """Words of clips that begin so, those of the most clips first."""
    rows = cx.execute(
        "SELECT term FROM search_terms WHERE term >= ? AND term < ? ORDER BY clips DESC LIMIT ?",
        (beginning, beginning + END, limit),
    )
    return list(dict.fromkeys(row[0] for row in rows))


def suggest(cx: SqlConnection, beginning: str, limit: int) -> list[Suggestion]:
    """Words that begin so, those of the most clips first."""
    rows = cx.execute(
        "SELECT term, tag, clips FROM search_terms WHERE term >= ? AND term < ?"
        " AND (clips >= ? OR tag LIKE '%' || term || '%') ORDER BY clips DESC, term LIMIT ?",
        (beginning, beginning + END, RARE, limit),
    )
    return [Suggestion(*row) for row in rows]


def _put(cx: SqlConnection, id_: str, document: Document, place: int) -> None:
    words = " ".join(document.words)
    known = cx.execute("SELECT words FROM search_documents WHERE id = ?", (id_,)).fetchone()
    if known == (words,):
        return
    place = _free(cx, place if (earlier := _take_out(cx, id_)) is None else earlier)
    terms = json.dumps(document.terms)
    cx.execute(
        "INSERT INTO search_documents (place, id, words, terms) VALUES (?, ?, ?, ?)",
        (place, id_, words, terms),
    )
    cx.words.add_document(cx, place, words)
    _count(cx, document.terms, 1)
    if known is not None and not {*known[0].split()} <= {*document.words}:
        _note(cx, ERASING, "begin")
        _erase_small(cx)


def _take_out(cx: SqlConnection, id_: str) -> int | None:
    """Take a document out of the index; its place, None if there is none."""
    query = "SELECT place, words, terms FROM search_documents WHERE id = ?"
    row: tuple[int, str, str] | None = cx.execute(query, (id_,)).fetchone()
    if row is None:
        return None
    place, words, terms = row
    cx.words.take_out(cx, place, words)
    cx.execute("DELETE FROM search_documents WHERE place = ?", (place,))
    _count(cx, json.loads(terms), -1)
    return place


def _erase_small(cx: SqlConnection) -> None:
    """Write a small index anew at once, so that nothing of what is gone is left in it."""
    if cx.words.erase_small(cx):
        cx.execute("DELETE FROM meta WHERE key = ?", (ERASING,))


def _written(cx: SqlConnection, question: Question) -> str:
    return cx.words.write_question(
        [[(one.text, one.begins) for one in group] for group in question]
    )


def _free(cx: SqlConnection, place: int) -> int:
    """The place, or the next one that nobody has."""
    query = "SELECT 1 FROM search_documents WHERE place = ?"
    while cx.execute(query, (place,)).fetchone() is not None:
        place += 1
    return place


def _count(cx: SqlConnection, terms: Sequence[Sequence[str]], step: int) -> None:
    cx.executemany(
        "INSERT INTO search_terms (term, tag, clips) VALUES (?, ?, 1)"
        " ON CONFLICT (term, tag) DO UPDATE SET clips = search_terms.clips + 1"
        if step > 0
        else "UPDATE search_terms SET clips = clips - 1 WHERE term = ? AND tag = ?",
        [tuple(pair) for pair in terms],
    )
    if step < 0:
        gone = "DELETE FROM search_terms WHERE term = ? AND tag = ? AND clips <= 0"
        cx.executemany(gone, [tuple(pair) for pair in terms])


def _noted(cx: SqlConnection, key: str) -> str:
    row = cx.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return "" if row is None else str(row[0])


def _note(cx: SqlConnection, key: str, value: str) -> None:
    cx.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )
