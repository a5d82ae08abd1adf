"""The pages of those who hold rights, and of an entry: the words are the client's."""

from html import escape
from typing import Final

from starlette.responses import HTMLResponse, Response

from phosphene.api.feet import page_foot
from phosphene.language import LANGUAGE, VARIES, say

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def rights_page() -> Response:
    """In the language of the request."""
    headers = {
        "Content-Security-Policy": CSP,
        "Cache-Control": "no-cache",
        "Content-Language": LANGUAGE.get(),
        "Referrer-Policy": "same-origin",
        "Vary": VARIES,
    }
    return HTMLResponse(_page(), headers=headers)


def _page() -> str:
    title = escape(say("The registry of rights"))
    lead = escape(say("This page needs JavaScript; the registry is at /v1/rights-log as well."))
    return (
        f'<!doctype html>\n<html lang="{LANGUAGE.get()}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title} · Phosphene</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="dark">\n'
        '<link rel="icon" href="/client/favicon.svg" type="image/svg+xml">\n'
        '<link rel="stylesheet" href="/client/tokens.css">\n'
        '<link rel="stylesheet" href="/client/document.css">\n'
        '<link rel="stylesheet" href="/client/rights.css">\n'
        '<script type="module" src="/client/rights/page.js"></script>\n'
        '</head>\n<body class="document rights">\n'
        '<header><a class="brand" href="/">phosphene</a></header>\n'
        f"<main><noscript><p>{lead}</p></noscript></main>\n{page_foot()}</body>\n</html>\n"
    )
