"""What was reported, decided and appealed in the last year, as a part of a page."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

from phosphene.language import say
from phosphene.store.moderation_totals import ModerationTotals

HOUR_S: Final = 3600.0


def moderation_section(totals: ModerationTotals) -> str:
    """As HTML, in the language of the request."""
    title = escape(say("Reports and decisions of the last twelve months"))
    mean = say("none") if totals.mean_s is None else say("{0} hours", round(totals.mean_s / HOUR_S))
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
        (_states().get(one.state, one.state), str(one.count), _hours(one.mean_s))
        for one in totals.appeals
    ]
    return (
        f'<section aria-labelledby="moderation"><h2 id="moderation">{title}</h2>\n<p>{lead}</p>\n'
        + _table((say("Reported"), say("How often"), say("As unlawful")), reports)
        + _table((say("Decided"), say("How often"), say("Taken back")), decisions)
        + _table((say("Another look"), say("How often"), say("How long one took")), appeals)
        + "</section>\n"
    )


def _hours(seconds: float | None) -> str:
    return "–" if seconds is None else say("{0} hours", round(seconds / HOUR_S))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(_row(heads, row) for row in rows)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>\n"


def _row(heads: Sequence[str], cells: Sequence[str]) -> str:
    first, *rest = cells
    told = "".join(
        f'<td data-head="{escape(head)}">{escape(cell)}</td>'
        for head, cell in zip(heads[1:], rest, strict=True)
    )
    return f"<tr><td>{escape(first)}</td>{told}</tr>\n"


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
