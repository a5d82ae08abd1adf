"""The page on which a file is looked at."""

from html import escape
from typing import Final

from starlette.responses import Response

from phosphene.api.document_page import document_page
from phosphene.language import say

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def verify_page() -> Response:
    """In the language of the request."""
    title = say("Was this made here?")
    main = f"\n<h1>{escape(title)}</h1>\n{_lead()}{_drop()}{_address()}{_answer()}"
    return document_page(title, main, CSP, "verify", "verify.js")


def _lead() -> str:
    said = say(
        "Give a film or a picture, a screenshot too: cut, made smaller, sent through other sites."
        " It is looked at, and kept nowhere."
    )
    return f"<p>{escape(said)}</p>\n"


def _drop() -> str:
    return (
        '<form id="file"><label class="drop"><input type="file" accept="video/*,image/*">'
        f"<strong>{escape(say('Choose a file, or drop it here'))}</strong>"
        f"<span>{escape(say('a film or a picture, 20 MB at most'))}</span></label></form>\n"
    )


def _address() -> str:
    label = escape(say("or paste an address of this site"))
    return (
        f'<form id="address"><label for="at">{label}</label><div class="row">'
        '<input id="at" type="url" name="address" maxlength="500" required autocomplete="off">'
        f"<button>{escape(say('Look'))}</button></div></form>\n"
    )


def _answer() -> str:
    words = {
        "busy": say("Looking at it …"),
        "failed": say("It could not be sent. Try again."),
        "large": say("That is more than 20 MB: send a part of it, or one picture."),
        "made": say("“{0}”, by {1}", "{text}", "{author}"),
        "with": say("drawn by {0} on {1}", "{model}", "{day}"),
        "page": say("To its page"),
    }
    told = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
    return f'<section id="answer" role="status" aria-live="polite"{told}></section>\n'
