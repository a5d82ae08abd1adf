"""What was refused and asked about in the last year, as a part of a page."""

from collections.abc import Mapping, Sequence
from html import escape

from phosphene.api.durations import duration_words
from phosphene.api.html_tables import text_table
from phosphene.language import NAMES, say
from phosphene.refusal_appeals import RefusalAppealState, RefusalAppealTotal
from phosphene.refusal_totals import PromptLanguage, RefusalTotal


def refusals_section(totals: Sequence[RefusalTotal], appeals: Sequence[RefusalAppealTotal]) -> str:
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
        f"<p>{escape(lead)}</p>\n{table}{_appeals(appeals)}</section>\n"
    )


def _appeals(totals: Sequence[RefusalAppealTotal]) -> str:
    counted = say("How often"), say("How long one took")
    heads = say("Another look"), say("What spoke"), say("Language"), *counted
    layers, states = _layers(), _states()
    languages = {str(code): name for code, name in _languages().items()}
    rows = [
        (
            states.get(one.state, one.state),
            layers.get(one.layer, one.layer),
            languages.get(one.language, one.language),
            str(one.count),
            duration_words(one.mean_s),
        )
        for one in totals
    ]
    return text_table(heads, rows)


def _layers() -> Mapping[str, str]:
    return {
        "words": say("Its words"),
        "meaning": say("Its meaning"),
        "likeness": say("Somebody’s likeness"),
        "rights": say("The registry of rights"),
    }


def _languages() -> Mapping[PromptLanguage, str]:
    return {"en": NAMES["en"], "fr": NAMES["fr"], "other": say("Others")}


def _states() -> Mapping[RefusalAppealState, str]:
    return {
        "open": say("Waits"),
        "right": say("Rightly refused"),
        "once": say("Wrong this once"),
        "rule": say("The rule was wrong"),
        "unsure": say("Could not be said"),
    }
