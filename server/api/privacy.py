"""What is stored of people: a page for them, and a document for programs."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.document_page import document_page
from phosphene.api.durations import period_words
from phosphene.api.html_tables import html_table
from phosphene.language import VARIES, say, translate
from phosphene.operation import Operation
from phosphene.people.personal_data import (
    SEERS,
    Elsewhere,
    Period,
    PersonalData,
    PersonalDataPart,
    Seer,
    StoredTable,
)
from phosphene.web import answer

CSP: Final = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'"


class StoredColumn(Struct, frozen=True):
    """A column of the database, and what is in it."""

    name: str
    what: str


class StoredData(Struct, frozen=True, omit_defaults=True):
    """Something that is stored: in which ``table`` (empty: not in the database), how long and who
    sees it beside who runs the instance. ``kept_s``: the period that ``kept`` names, in seconds."""

    what: str
    kept: str
    seen_by: tuple[str, ...]
    table: str = ""
    columns: tuple[StoredColumn, ...] = ()
    kept_s: float | None = None


class StoredPart(Struct, frozen=True):
    """Things that belong together."""

    title: str
    stored: tuple[StoredData, ...]


class PrivacyStatement(Struct, frozen=True):
    """What is stored of people, in the language of who asks."""

    parts: tuple[StoredPart, ...]


class Privacy:
    """``data`` is what is so here, ``periods`` how long things are kept, in seconds; ``more`` gives
    what stands on the page after that, as HTML."""

    def __init__(
        self,
        data: PersonalData,
        periods: Mapping[Period, float],
        more: Callable[[], Awaitable[str]],
    ) -> None:
        self._data = data
        self._periods = periods
        self._more = more

    async def get_privacy(self, request: Request) -> Response:
        return answer(self._statement(), headers={"Vary": VARIES})

    async def read_privacy_page(self, request: Request) -> Response:
        title = say("What is stored of you")
        return document_page(title, _main(title, self._statement(), await self._more()), CSP)

    def operations(self) -> list[Operation]:
        """The page and the document."""
        return [
            Operation(
                method="GET",
                path="/privacy",
                summary="What is stored of people, as a page",
                endpoint=self.read_privacy_page,
                answer=str,
                answer_type="text/html",
            ),
            Operation(
                method="GET",
                path="/v1/privacy",
                summary="What is stored of people: where, how long, and who sees it",
                endpoint=self.get_privacy,
                answer=PrivacyStatement,
            ),
        ]

    def _statement(self) -> PrivacyStatement:
        parts = [self._part(part) for part in self._data.parts]
        beside = tuple(self._beside(one) for one in self._data.elsewhere)
        return PrivacyStatement((*parts, StoredPart(say("Not in the database"), beside)))

    def _part(self, part: PersonalDataPart) -> StoredPart:
        return StoredPart(translate(part.title), tuple(map(self._table, part.tables)))

    def _table(self, table: StoredTable) -> StoredData:
        columns = (StoredColumn(name, translate(what)) for name, what in table.columns.items())
        return StoredData(
            translate(table.what),
            self._kept(table),
            _seers(table.seen),
            table.name,
            tuple(columns),
            self._seconds(table),
        )

    def _beside(self, one: Elsewhere) -> StoredData:
        what = f"{translate(one.title)}. {translate(one.what)}"
        return StoredData(what, self._kept(one), _seers(one.seen), kept_s=self._seconds(one))

    def _seconds(self, one: StoredTable | Elsewhere) -> float | None:
        return None if one.after is None else self._periods[one.after]

    def _kept(self, one: StoredTable | Elsewhere) -> str:
        seconds = self._seconds(one)
        return translate(one.kept) if seconds is None else say(one.kept, period_words(seconds))


def _seers(seen: Sequence[Seer]) -> tuple[str, ...]:
    return tuple(translate(SEERS[one]) for one in seen)


def _main(title: str, said: PrivacyStatement, more: str) -> str:
    parts = "".join(_section(number, part) for number, part in enumerate(said.parts))
    return f"\n<h1>{escape(title)}</h1>\n{_introduction()}{_contents(said.parts)}{parts}{more}"


def _introduction() -> str:
    said = (
        say(
            "This page is made from the database's own form: it names every table and every column"
            " that this instance has, so nothing is stored of you that does not stand here."
        ),
        say(
            "Nothing is sold, and nobody measures you for others. Whoever runs this instance can"
            " read what lies on its disk, whatever is said below about who sees it."
        ),
    )
    deeds = (
        ("/?sheet=name", say("Take everything of yours along, or delete it all")),
        ("/?sheet=notify", say("Choose what you are told")),
        ("/verify", say("Was this made here?")),
    )
    links = "".join(f'<li><a href="{at}">{escape(text)}</a></li>' for at, text in deeds)
    return "".join(f"<p>{escape(one)}</p>\n" for one in said) + f"<ul>{links}</ul>\n"


def _contents(parts: Iterable[StoredPart]) -> str:
    items = "".join(
        f'<li><a href="#part-{number}">{escape(part.title)}</a></li>'
        for number, part in enumerate(parts)
    )
    return f'<nav aria-label="{escape(say("Contents"))}"><ol>{items}</ol></nav>\n'


def _section(number: int, part: StoredPart) -> str:
    heads = (say("What"), say("How long"), say("Who sees it"))
    rows = [_row(one) for one in part.stored]
    return (
        f'<section aria-labelledby="part-{number}"><h2 id="part-{number}">{escape(part.title)}</h2>'
        f"\n{html_table(heads, rows)}</section>\n"
    )


def _row(one: StoredData) -> tuple[str, str, str]:
    what = f"<p>{escape(one.what)}</p>{_columns(one)}"
    return what, escape(one.kept), escape(", ".join(one.seen_by))


def _columns(one: StoredData) -> str:
    if not one.columns:
        return ""
    lines = "".join(
        f"<div><dt><code>{escape(column.name)}</code></dt><dd>{escape(column.what)}</dd></div>"
        for column in one.columns
    )
    where = escape(say("Where it lies: table {0}", one.table))
    return f"<details><summary>{where}</summary><dl>{lines}</dl></details>"
