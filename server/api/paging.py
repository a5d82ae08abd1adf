"""Lists in pages: how long one is, and where it begins."""

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request

from phosphene.web import read_query

PAGE = 20
PAGE_LIMIT = 100


class PageQuery(Struct, frozen=True):
    limit: Annotated[int, Meta(ge=1, le=PAGE_LIMIT)] = PAGE
    cursor: Annotated[str, Meta(description="where the page before ended")] | None = None


def page_query(request: Request) -> PageQuery:
    """Paging parameters. Raises BadInput when the limit is not within 1 to PAGE_LIMIT."""
    return read_query(request, PageQuery)
