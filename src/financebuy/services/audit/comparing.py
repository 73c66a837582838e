"""Comparing the log in the database with the heads that are kept outside."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from financebuy.database.pools import Connection
from financebuy.services.audit.epochs import Epoch
from financebuy.services.audit.outside import Head, Store
from financebuy.services.audit.sealing import last_seal
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.sql import load

_HEADS_A_COPY = 1_000


@dataclass(frozen=True, slots=True)
class _Copied:
    seal_seq: int | None


@dataclass(frozen=True, slots=True)
class _HeadAt:
    head: str


@dataclass(frozen=True, slots=True)
class _Uncopied:
    seal_seq: int
    head: str
    sealed_at: datetime


async def problem_of(connection: Connection, store: Store, epochs: Sequence[Epoch]) -> str | None:
    """Say why the database and `store` cannot both be right; None when they agree.

    Raises:
        OutsideError: the store cannot be read.
    """
    outside = await asyncio.to_thread(store.epochs)
    known = {each.epoch: each for each in epochs}
    # Older ones were lost when the current epoch was opened, whose record says so.
    unknown = [number for number in outside if number > epochs[-1].epoch]
    if unknown:
        return (
            f"{store.name} has epoch {unknown[-1]}, which this database does not know: it was"
            " restored from before, or its seals were taken away"
        )
    for number, record in outside.items():
        if number in known and known[number].record != record:
            return f"{store.name} has another record of epoch {number}"
    current = epochs[-1]
    copied = await last_copy(connection, store, current.epoch)
    if current.epoch not in outside:
        return f"{store.name} has lost epoch {current.epoch}" if copied else None
    newest = await asyncio.to_thread(store.newest, current.epoch)
    return await _problem_of_head(connection, store, current, newest, copied)


async def _problem_of_head(
    connection: Connection, store: Store, epoch: Epoch, newest: Head | None, copied: int
) -> str | None:
    found = 0 if newest is None else newest.seal_seq
    last = await last_seal(connection, epoch.epoch)
    ours = 0 if last is None else last.seal_seq
    if found < copied:
        return f"{store.name} ends at head {found} of epoch {epoch.epoch}; head {copied} was there"
    if found > ours:
        return (
            f"{store.name} has head {found} of epoch {epoch.epoch}, this database ends at"
            f" {ours}: it was restored to an earlier moment, or seals were taken away"
        )
    if newest is not None and await head_at(connection, epoch.epoch, found) != newest.note:
        return f"{store.name} has another head {found} of epoch {epoch.epoch}: one was rewritten"
    return None


async def records_of(stores: Iterable[Store]) -> list[str]:
    """Return the signed records of epochs that are kept outside.

    Raises:
        OutsideError: a place cannot be read.
    """
    return [
        record for store in stores for record in (await asyncio.to_thread(store.epochs)).values()
    ]


def vouched(epochs: Iterable[Epoch], records: Sequence[str], keys: Iterable[str]) -> list[Epoch]:
    """Return the epochs whose key is known outside the database, or is one of `keys`.

    A row in the database makes no key count: whoever can write there could add their own. A key is
    known outside if it has signed one of `records`, which are kept there.
    """
    known = {*keys}
    for each in epochs:
        if any(each.has_signed(record) for record in records):
            known.add(each.verifier_key)
    return [each for each in epochs if each.verifier_key in known]


async def copy_heads(connection: Connection, store: Store, epochs: Sequence[Epoch]) -> int:
    """Bring what is new to `store`; returns how many heads. They were compared before.

    The record of an epoch that its own key does not open was put into the database by somebody
    else, and stays there.
    """
    outside = await asyncio.to_thread(store.epochs)
    for each in epochs:
        if each.epoch not in outside and each.problem is None:
            await asyncio.to_thread(store.put_epoch, each.epoch, each.record)
    current, count = epochs[-1].epoch, 0
    newest = await asyncio.to_thread(store.newest, current)
    after = 0 if newest is None else newest.seal_seq
    while heads := await _uncopied(connection, current, after):
        await asyncio.to_thread(store.put_heads, current, heads)
        after = heads[-1].seal_seq
        count += len(heads)
    if after > await last_copy(connection, store, current):
        values = {"store": store.name, "epoch": current, "seal_seqs": [after]}
        await connection.execute(load("audit").note_copies, values)
    return count


async def _uncopied(connection: Connection, epoch: int, after: int) -> list[Head]:
    values = {"epoch": epoch, "after": after, "limit": _HEADS_A_COPY}
    found = await fetch_all(connection, _Uncopied, load("audit").heads_after, values)
    return [Head(each.seal_seq, each.head, each.sealed_at) for each in found]


async def last_copy(connection: Connection, store: Store, epoch: int) -> int:
    """Return the newest head that is known to have been copied; 0: none."""
    values = {"epoch": epoch, "store": store.name}
    (found,) = await fetch_all(connection, _Copied, load("audit").last_copy, values)
    return found.seal_seq or 0


async def head_at(connection: Connection, epoch: int, seal_seq: int) -> str | None:
    """Return the database's head of that size."""
    values = {"epoch": epoch, "seal_seq": seal_seq}
    found = await fetch_one(connection, _HeadAt, load("audit").head_at, values)
    return None if found is None else found.head
