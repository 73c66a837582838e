"""Who was erased, kept outside: a restored database has their keys again, until it is repeated."""

import asyncio
import re
from collections.abc import Mapping, Sequence
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

_TEXT = re.compile(r"financebuy erasure\nuser (?P<user>[0-9a-f-]{36})\nat (?P<at>\S+)\nby .*\n")
_OPENED = re.compile(r"^opened (\S+)$", re.MULTILINE)


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
    """What the places outside know: `erased`, and whose note no key that counts has signed."""

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
    """Return who was erased, by the notes outside whose key counts: see `keys_outside`.

    The key of this process counts whatever the places know of its epochs: nobody who can write to
    a place or to the database has it, and one place that missed an epoch must not bring back
    whoever was erased in it.

    Raises:
        OutsideError: a store cannot be read.
    """
    known = {str(each.verifier): each.verifier for each in await epochs(connection)}
    known[str(signer.verifier)] = signer.verifier
    outside = [found for store in stores if (found := await asyncio.to_thread(store.epochs))]
    keys = [Key(signer.verifier, None), *keys_outside(outside, list(known.values()))]
    erased, unsigned = set[UUID](), set[UUID]()
    for store in stores:
        for user_id in await asyncio.to_thread(store.erased):
            note = await asyncio.to_thread(store.erasure, user_id)
            is_signed = any(each.says(note, user_id) for each in keys)
            (erased if is_signed else unsigned).add(user_id)
    return Kept(sorted(erased), sorted(unsigned - erased))


@dataclass(frozen=True, slots=True)
class Key:
    """A key that counts, and the moment after which it does not: the next epoch's beginning."""

    verifier: Verifier
    until: datetime | None

    def says(self, note: str, user_id: UUID) -> bool:
        """Whether it has signed that this user was erased, at a time at which it counted."""
        try:
            found = _TEXT.fullmatch(self.verifier.open(note))
            if found is None or found["user"] != str(user_id):
                return False
            return self.until is None or datetime.fromisoformat(found["at"]) < self.until
        except (NoteError, ValueError, TypeError):
            return False


def keys_outside(outside: Sequence[Mapping[int, str]], known: Sequence[Verifier]) -> list[Key]:
    """Return the keys of the epochs that every place outside knows by the same signed record.

    A row in the database makes no key count: whoever can write there could add their own. `outside`
    has the records of each place that has any; `known` are the keys that may have signed them.
    """
    if not outside:
        return []
    records = {
        epoch: record
        for epoch, record in outside[0].items()
        if all(each.get(epoch) == record for each in outside)
    }
    begins = [
        (epoch, _opened(record))
        for each in outside
        for epoch, record in each.items()
        # Else whoever can write to one place would end every key's time by a record of their own.
        if any(_opens(key, record, epoch) for key in known)
    ]
    keys = []
    for epoch, record in records.items():
        later = [at for number, at in begins if number > epoch and at is not None]
        until = min(later, default=None)
        keys += [Key(each, until) for each in known if _opens(each, record, epoch)]
    return keys


def _opens(verifier: Verifier, record: str, epoch: int) -> bool:
    try:
        return verifier.open(record).startswith(f"financebuy epoch {epoch} of log ")
    except NoteError:
        return False


def _opened(record: str) -> datetime | None:
    found = _OPENED.search(record)
    try:
        return datetime.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
