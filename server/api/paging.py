"""Lists in pages: how long one is, and where it begins."""

from typing import Annotated, Final

from msgspec import Meta, Struct
from starlette.requests import Request

from phosphene.web import read_query

PAGE = 20
PAGE_LIMIT = 100
NEWEST: Final = 2**53 - 1


class PageQuery(Struct, frozen=True):
    limit: Annotated[int, Meta(ge=1, le=PAGE_LIMIT)] = PAGE
    cursor: Annotated[str, Meta(description="where the page before ended")] | None = None


def page_query(request: Request) -> PageQuery:
    """Paging parameters. Raises BadInput when the limit is not within 1 to PAGE_LIMIT."""
    return read_query(request, PageQuery)


PRIVATE: Final = {"Cache-Control": "no-store, private"}
"""Headers of an answer that is for one person."""


class ListQuery(Struct, frozen=True):
    """Of what is for one person."""

    limit: Annotated[int, Meta(ge=1, le=50)] = 20
    cursor: Annotated[str, Meta(description="of the last answer")] | None = None


class LogQuery(Struct, frozen=True):
    """``before``: a number that the last answer gave."""

    before: Annotated[int, Meta(ge=1, le=NEWEST)] = NEWEST
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
