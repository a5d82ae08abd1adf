"""Tables of pages of words: on a phone each row is a card, whose cells say what they are."""

from collections.abc import Iterable, Sequence
from html import escape


def text_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts, as HTML; nothing where there are no rows."""
    return html_table(heads, [tuple(map(escape, row)) for row in rows])


def html_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The same of cells that are HTML; the heads are texts."""
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(_row(heads, row) for row in rows)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>\n"


def _row(heads: Sequence[str], cells: Sequence[str]) -> str:
    first, *rest = cells
    told = "".join(
        f'<td data-head="{escape(head)}">{cell}</td>'
        for head, cell in zip(heads[1:], rest, strict=True)
    )
    return f"<tr><td>{first}</td>{told}</tr>\n"
