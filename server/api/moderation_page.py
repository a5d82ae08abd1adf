"""What was reported, decided and appealed in the last year, as a part of a page."""

from collections.abc import Mapping
from html import escape

from phosphene.api.durations import duration_words
from phosphene.api.html_tables import text_table
from phosphene.language import say
from phosphene.store.moderation_totals import ModerationTotals


def moderation_section(totals: ModerationTotals) -> str:
    """As HTML, in the language of the request."""
    title = escape(say("Reports and decisions of the last twelve months"))
    mean = duration_words(totals.mean_s)
    lead = escape(say("From a report to its decision, on average: {0}.", mean))
    reasons, actions = _reasons(), _actions()
    reports = [
        (reasons.get(one.reason, one.reason), str(one.count), str(one.unlawful))
        for one in totals.reports
    ]
    decisions = [
        (actions.get(one.action, one.action), str(one.count), str(one.undone))
        for one in totals.decisions
    ]
    appeals = [
        (_states().get(one.state, one.state), str(one.count), duration_words(one.mean_s))
        for one in totals.appeals
    ]
    return (
        f'<section aria-labelledby="moderation"><h2 id="moderation">{title}</h2>\n<p>{lead}</p>\n'
        + text_table((say("Reported"), say("How often"), say("As unlawful")), reports)
        + text_table((say("Decided"), say("How often"), say("Taken back")), decisions)
        + text_table((say("Another look"), say("How often"), say("How long one took")), appeals)
        + "</section>\n"
    )


def _reasons() -> Mapping[str, str]:
    return {
        "spam": say("Spam"),
        "harassment": say("Harassment or bullying"),
        "hate": say("Hate"),
        "sexual": say("Sexual"),
        "intimate": say("Intimate pictures"),
        "violence": say("Violence or cruelty"),
        "self_harm": say("Suicide or self-harm"),
        "child_safety": say("Children in danger"),
        "impersonation": say("Impersonation"),
        "rights": say("Copyright and trade marks"),
        "other": say("Something else"),
    }


def _actions() -> Mapping[str, str]:
    return {
        "dismiss": say("Left as it is"),
        "hide": say("Hidden"),
        "remove": say("Removed"),
        "hold": say("Held with what it was made of"),
        "warn": say("Warned"),
        "suspend": say("Suspended"),
        "publish": say("Published after a look"),
    }


def _states() -> Mapping[str, str]:
    return {
        "open": say("Waits"),
        "upheld": say("Stays as decided"),
        "overturned": say("Taken back"),
        "gone": say("What it was about is gone"),
    }
