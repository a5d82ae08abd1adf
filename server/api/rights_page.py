"""The pages of those who hold rights, and of an entry: the words are the client's."""

from html import escape
from typing import Final

from starlette.responses import Response

from phosphene.api.document_page import document_page
from phosphene.language import say

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def rights_page() -> Response:
    """In the language of the request."""
    lead = escape(say("This page needs JavaScript; the registry is at /v1/rights-log as well."))
    main = f"<noscript><p>{lead}</p></noscript>"
    return document_page(say("The registry of rights"), main, CSP, "rights", "rights/page.js")
