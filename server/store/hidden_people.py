"""Who is not shown to whom. A piece of a transaction."""

from phosphene.store.connection import SqlConnection


def hidden_from(cx: SqlConnection, person_id: str) -> frozenset[str]:
    """Whose clips and words a person is not shown: whom they mute, and whoever blocks whom."""
    rows = cx.execute(
        "SELECT other FROM relations WHERE person = ?1 AND kind IN ('mute', 'block')"
        " UNION ALL SELECT person FROM relations WHERE other = ?1 AND kind = 'block'",
        (person_id,),
    )
    return frozenset(row[0] for row in rows)
