"""Many views in one go: what ``writes.add_view`` does one by one, of those that are plain: seen for
the first time by somebody who keeps a history. All others are left to it."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from phosphene.store.act_weight import STANDING_S
from phosphene.store.connection import SetOutcome, SqlConnection
from phosphene.store.postgres_sets import PERSONAL, bump_many, weigh_many
from phosphene.store.viewings import view_digest

PLAIN: Final = (
    "SELECT w.n, coalesce(a.watched_s, 0) >= ?4"
    " FROM unnest(?1::text[], ?2::text[], ?3::text[]) WITH ORDINALITY"
    " AS w(clip, person, digest, n)"
    " JOIN clips AS c ON c.id = w.clip AND (c.visibility <> 'private' OR c.author = w.person)"
    " LEFT JOIN audience AS a ON a.person = w.person"
    f" WHERE {PERSONAL} AND NOT EXISTS"
    " (SELECT 1 FROM viewings AS v WHERE v.clip = w.clip AND v.person = w.person)"
    " AND NOT EXISTS (SELECT 1 FROM views AS v WHERE v.clip = w.clip AND v.person = w.person)"
    " AND NOT EXISTS (SELECT 1 FROM cleared_views AS v WHERE v.digest = w.digest) ORDER BY w.n"
)
Arguments = tuple[str, str, float]


def view_many(cx: SqlConnection, wanted: Sequence[Arguments]) -> SetOutcome:
    """Do those that are plain."""
    often = Counter((clip, person) for clip, person, _ in wanted)
    asked = [place for place, (clip, who, _) in enumerate(wanted) if often[clip, who] == 1]
    given = [
        [wanted[place][0] for place in asked],
        [wanted[place][1] for place in asked],
        [view_digest(*wanted[place][:2]) for place in asked],
    ]
    rows = cx.execute(PLAIN, (*given, STANDING_S)).fetchall()
    if not rows:
        return SetOutcome({}, [])
    seen = [wanted[asked[number - 1]] for number, _ in rows]
    clips = [clip for clip, _, _ in seen]
    cx.execute(
        "INSERT INTO viewings (clip, person, at)"
        " SELECT * FROM unnest(?::text[], ?::text[], ?::float8[])",
        (clips, [person for _, person, _ in seen], [now for _, _, now in seen]),
    )
    bump_many(cx, "views", clips)
    weigh_many(cx, "views", [clip for clip, (_, weighs) in zip(clips, rows, strict=True) if weighs])
    return SetOutcome({asked[number - 1]: None for number, _ in rows}, [])
