"""The installation's own name: one random word, made when a database is first used.

It goes into what mails are known by, so that a second database, or one begun anew, never gives a
new mail the Message-ID of an old one: mailboxes would drop it as a double.
"""

from __future__ import annotations

import secrets

from sqlalchemy import select

from storage.database import Database
from storage.tables import meta

INSTALLATION = "installation"
SIGNING_KEY = "signing_key"


def installation(db: Database) -> str:
    """The word of this database."""
    return _made_once(db, INSTALLATION, 8)


def secret(db: Database) -> bytes:
    """The key that what this database signs is signed with; it is in every backup of it."""
    return bytes.fromhex(_made_once(db, SIGNING_KEY, 32))


def known(db: Database) -> tuple[str, bytes]:
    """Both, as far as they were made; this writes nothing."""
    query = select(meta.c.key, meta.c.value).where(meta.c.key.in_((INSTALLATION, SIGNING_KEY)))
    with db.read() as conn:
        found = {str(row.key): str(row.value) for row in conn.execute(query)}
    return found.get(INSTALLATION, ""), bytes.fromhex(found.get(SIGNING_KEY, ""))


def _made_once(db: Database, key: str, octets: int) -> str:
    query = select(meta.c.value).where(meta.c.key == key)
    with db.read() as conn:
        found = conn.execute(query).scalar()
    if found is None:
        with db.write() as conn:
            statement = db.insert(meta).values(key=key, value=secrets.token_hex(octets))
            conn.execute(statement.on_conflict_do_nothing())
            found = conn.execute(query).scalar_one()
    return str(found)
