"""What stands at the foot of every page: who runs this place, and under which terms."""

from html import escape

from phosphene.imprint import IMPRINT, Imprint
from phosphene.language import say


def page_foot() -> str:
    """The foot of a page of words, as HTML, in the language of the request."""
    own = ("/privacy", say("What is stored of you")), ("/rights", say("The registry of rights"))
    places = (*_places(IMPRINT.get()), *own)
    links = "".join(f'<li><a href="{escape(at)}">{escape(text)}</a></li>' for at, text in places)
    return f"<footer><ul>{links}</ul></footer>\n"


def head_links() -> str:
    """The same for the head of the page, whose sheets show them at their foot; empty where nothing
    is told."""
    kinds = {"author": IMPRINT.get().contact, "terms-of-service": IMPRINT.get().terms_url}
    titles = {"author": say("Contact"), "terms-of-service": say("Terms")}
    return "".join(
        f'  <link rel="{rel}" href="{escape(at)}" title="{escape(titles[rel])}">\n'
        for rel, at in kinds.items()
        if at
    )


def imprinted(page: str) -> str:
    """A page with that in its head."""
    return page.replace("</head>", f"{head_links()}</head>", 1)


def _places(imprint: Imprint) -> tuple[tuple[str, str], ...]:
    named = ((imprint.contact, say("Contact")), (imprint.terms_url, say("Terms")))
    return tuple((at, text) for at, text in named if at)
