"""A page of words, such as /privacy: its head, its looks and its foot."""

from html import escape

from starlette.responses import HTMLResponse, Response

from phosphene.api.feet import page_foot
from phosphene.language import LANGUAGE, VARIES


def document_page(title: str, main: str, policy: str, kind: str = "", script: str = "") -> Response:
    """In the language of the request. ``title`` is text, ``main`` HTML; ``policy``: its
    Content-Security-Policy; ``kind``: of the class that ``/client/KIND.css`` is for; ``script``: a
    module below ``/client/``."""
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-cache",
        "Content-Language": LANGUAGE.get(),
        "Referrer-Policy": "same-origin",
        "Vary": VARIES,
    }
    return HTMLResponse(_html(title, main, kind, script), headers=headers)


def _html(title: str, main: str, kind: str, script: str) -> str:
    sheets = ["tokens", "document", *([kind] if kind else [])]
    looks = "".join(f'<link rel="stylesheet" href="/client/{one}.css">\n' for one in sheets)
    module = f'<script type="module" src="/client/{script}"></script>\n' if script else ""
    return (
        f'<!doctype html>\n<html lang="{LANGUAGE.get()}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)} · Phosphene</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="dark">\n'
        '<link rel="icon" href="/client/favicon.svg" type="image/svg+xml">\n'
        f'{looks}{module}</head>\n<body class="{f"document {kind}".rstrip()}">\n'
        '<header><a class="brand" href="/">phosphene</a></header>\n'
        f"<main>{main}</main>\n{page_foot()}</body>\n</html>\n"
    )
