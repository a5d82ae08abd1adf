"""What was refused and asked about in the last year, as a part of a page."""

from collections.abc import Mapping, Sequence
from html import escape

from phosphene.api.html_tables import text_table
from phosphene.language import NAMES, say
from phosphene.refusal_totals import CountedLayer, PromptLanguage, RefusalTotal


def refusals_section(totals: Sequence[RefusalTotal]) -> str:
    """As HTML, in the language of the request."""
    title = escape(say("Prompts refused in the last twelve months"))
    lead = say(
        "Counted by day, without a prompt and without a person; by day it is in"
        " /v1/transparency/refusals."
    )
    heads = say("What spoke"), say("Language"), say("Refused"), say("Asked first")
    layers, languages = _layers(), _languages()
    rows = [
        (layers[one.layer], languages[one.language], str(one.refused), str(one.asked))
        for one in totals
    ]
    table = text_table(heads, rows) or f"<p>{escape(say('none'))}</p>\n"
    return (
        f'<section aria-labelledby="refusals"><h2 id="refusals">{title}</h2>\n'
        f"<p>{escape(lead)}</p>\n{table}</section>\n"
    )


def _layers() -> Mapping[CountedLayer, str]:
    return {
        "words": say("Its words"),
        "meaning": say("Its meaning"),
        "likeness": say("Somebody’s likeness"),
        "rights": say("The registry of rights"),
    }


def _languages() -> Mapping[PromptLanguage, str]:
    return {"en": NAMES["en"], "fr": NAMES["fr"], "other": say("Others")}
