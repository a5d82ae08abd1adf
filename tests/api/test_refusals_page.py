"""What was refused, and what came of appeals of that, on the page."""

import re

from phosphene.api.refusals_page import refusals_section
from phosphene.refusal_appeals import RefusalAppealTotal
from phosphene.refusal_totals import RefusalTotal


def test_refusals_and_their_appeals_are_rows() -> None:
    totals = [RefusalTotal("rights", "fr", 4, 3)]
    appeals = [RefusalAppealTotal("words", "en", "once", 2, 7200.0)]
    rows = re.findall(r"<tr><td>(.*)</tr>", refusals_section(totals, appeals))
    told = [re.sub(r"<[^>]*>", "|", row).replace("||", "|") for row in rows]
    assert told == [
        "The registry of rights|Français|4|3|",
        "Wrong this once|Its words|English|2|2 hours|",
    ]
    assert "<tr>" not in refusals_section([], [])
