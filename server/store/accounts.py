"""Accounts: by what a person can sign in again. Each function is one piece of a transaction."""

from collections.abc import Sequence

from msgspec import Struct

from phosphene.errors import NotFound, Unprocessable
from phosphene.model import Person
from phosphene.store.connection import SqlConnection


class Passkey(Struct, frozen=True, kw_only=True):
    """A public key that a device, or a person's password manager, holds the other half of; ``id``
    and ``key`` in base64url, ``domain`` what the browser bound it to, ``count`` of its uses as it
    says itself (WebAuthn, 6.1.1), times in seconds since the epoch."""

    id: str
    person: str
    domain: str
    key: str
    count: int
    name: str
    created_at: float
    used_at: float


COLUMNS = ", ".join(Passkey.__struct_fields__)


def has_account(cx: SqlConnection, person_id: str) -> bool:
    row = cx.execute("SELECT 1 FROM accounts WHERE person = ?", (person_id,)).fetchone()
    return row is not None


def keep_passkey(
    cx: SqlConnection, person: Person, passkey: Passkey, codes: Sequence[str], most: int
) -> bool:
    """Keep one more passkey of a person; whether it was the first, which keeps their name too.

    Raises:
        AlreadyTaken: somebody else has the name. Unprocessable: the passkey is kept already, by
            whomever, or the person has ``most`` of them.
    """
    # Ids are made by authenticators: a copied one must not change hands.
    if find_passkey(cx, passkey.id) is not None:
        raise Unprocessable("this passkey is kept already")
    if not has_account(cx, person.id):
        _open_account(cx, person, passkey, codes)
        return True
    if len(passkeys(cx, person.id)) >= most:
        raise Unprocessable(f"{most} passkeys are the most: remove one first")
    _add_passkey(cx, passkey)
    return False


def _open_account(
    cx: SqlConnection, person: Person, passkey: Passkey, codes: Sequence[str]
) -> None:
    """From now on a person signs in with the passkey or one of the codes, whose digests these
    are."""
    # All in one transaction: an account without codes would be lost with its device.
    cx.execute(
        "INSERT INTO accounts (person, created_at) VALUES (?, ?)", (person.id, passkey.created_at)
    )
    _add_passkey(cx, passkey)
    set_recovery_codes(cx, person.id, codes)


def _add_passkey(cx: SqlConnection, passkey: Passkey) -> None:
    cx.execute(
        f"INSERT INTO passkeys ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        tuple(getattr(passkey, name) for name in Passkey.__struct_fields__),
    )


def find_passkey(cx: SqlConnection, passkey_id: str) -> Passkey | None:
    row = cx.execute(f"SELECT {COLUMNS} FROM passkeys WHERE id = ?", (passkey_id,)).fetchone()
    return None if row is None else _passkey(row)


def passkeys(cx: SqlConnection, person_id: str) -> list[Passkey]:
    rows = cx.execute(f"SELECT {COLUMNS} FROM passkeys WHERE person = ?", (person_id,))
    return sorted(map(_passkey, rows), key=lambda one: (one.created_at, one.id))


def note_use(cx: SqlConnection, passkey_id: str, count: int, now: float) -> None:
    cx.execute("UPDATE passkeys SET count = ?, used_at = ? WHERE id = ?", (count, now, passkey_id))


def remove_passkey(cx: SqlConnection, person_id: str, passkey_id: str) -> None:
    """Raises NotFound; Unprocessable: the person could sign in no more."""
    ids = [one.id for one in passkeys(cx, person_id)]
    if passkey_id not in ids:
        raise NotFound("no such passkey of yours")
    # Codes alone are eight times in; after that nobody could.
    others = cx.execute("SELECT 1 FROM identities WHERE person = ?", (person_id,)).fetchone()
    if len(ids) == 1 and others is None:
        raise Unprocessable("this is your only passkey: add another one first")
    cx.execute("DELETE FROM passkeys WHERE id = ?", (passkey_id,))


def domains(cx: SqlConnection) -> list[str]:
    """Those that passkeys are bound to."""
    return [row[0] for row in cx.execute("SELECT DISTINCT domain FROM passkeys ORDER BY domain")]


def set_recovery_codes(cx: SqlConnection, person_id: str, digests: Sequence[str]) -> None:
    """Replace all codes of a person."""
    cx.execute("DELETE FROM recovery_codes WHERE person = ?", (person_id,))
    cx.executemany(
        "INSERT INTO recovery_codes (person, digest) VALUES (?, ?)",
        [(person_id, digest) for digest in digests],
    )


def count_recovery_codes(cx: SqlConnection, person_id: str) -> int:
    row = cx.execute("SELECT count(*) FROM recovery_codes WHERE person = ?", (person_id,))
    return int(row.fetchone()[0])


def use_recovery_code(cx: SqlConnection, handle: str, digest: str) -> Person | None:
    """The person of that name, when the code is theirs: it is used up."""
    row = cx.execute("SELECT id, handle FROM people WHERE handle = ?", (handle,)).fetchone()
    if row is None:
        return None
    used = cx.execute(
        "DELETE FROM recovery_codes WHERE person = ? AND digest = ?", (row[0], digest)
    )
    return Person(*row) if used.rowcount else None


def _passkey(row: Sequence[object]) -> Passkey:
    return Passkey(**dict(zip(Passkey.__struct_fields__, row, strict=True)))  # type: ignore[arg-type]
