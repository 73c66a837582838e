"""Who was erased, kept outside: a restored database has their keys again, until it is repeated."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from financebuy.crypto.notes import NoteError, NoteSigner, Verifier
from financebuy.database.pools import Connection
from financebuy.services.audit.epochs import epochs
from financebuy.services.audit.errors import OutsideError
from financebuy.services.audit.outside import Store
from financebuy.services.rows import fetch_all
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class Erasure:
    """That the data key of a user was destroyed. An id is all that is kept of them."""

    user_id: UUID
    erased_at: datetime
    actor: str

    @property
    def text(self) -> str:
        """What is signed."""
        at = self.erased_at.isoformat(timespec="microseconds")
        return f"financebuy erasure\nuser {self.user_id}\nat {at}\nby {self.actor}\n"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the places outside know: `erased`, and those whose note no known key has signed."""

    erased: list[UUID]
    unsigned: list[UUID]


async def copy_erasures(connection: Connection, signer: NoteSigner, stores: Sequence[Store]) -> int:
    """Bring what is new to `stores`, over a connection of `fb_sealer`; returns how many notes.

    Raises:
        OutsideError: a store cannot be read or written; the others have been brought up to date.
    """
    known = await fetch_all(connection, Erasure, load("audit").erasures, {})
    failed, count = None, 0
    for store in stores:
        try:
            there = await asyncio.to_thread(store.erased)
            for each in known:
                if each.user_id not in there:
                    note = signer.sign(each.text)
                    await asyncio.to_thread(store.put_erasure, each.user_id, note)
                    count += 1
        except OutsideError as error:
            failed = error
    if failed is not None:
        raise failed
    return count


async def kept_outside(connection: Connection, signer: NoteSigner, stores: Sequence[Store]) -> Kept:
    """Return who was erased, by the notes outside that a key of this database has signed.

    Raises:
        OutsideError: a store cannot be read.
    """
    verifiers = {str(each.verifier): each.verifier for each in await epochs(connection)}
    verifiers[str(signer.verifier)] = signer.verifier
    erased, unsigned = set[UUID](), set[UUID]()
    for store in stores:
        for user_id in await asyncio.to_thread(store.erased):
            note = await asyncio.to_thread(store.erasure, user_id)
            is_signed = any(_says(each, note, user_id) for each in verifiers.values())
            (erased if is_signed else unsigned).add(user_id)
    return Kept(sorted(erased), sorted(unsigned - erased))


def _says(verifier: Verifier, note: str, user_id: UUID) -> bool:
    try:
        return verifier.open(note).startswith(f"financebuy erasure\nuser {user_id}\n")
    except NoteError:
        return False
