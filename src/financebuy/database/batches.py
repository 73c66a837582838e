"""Writes batches on a connection of its own until every command has its answer.

A batch is one call of one SQL function, one round trip, one transaction. One bad row never harms
its neighbours, and a repeat always carries its key, so that nothing happens twice.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from psycopg import AsyncCursor
from psycopg import errors as pg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format
from psycopg.types.json import set_json_loads

from financebuy.database import failures
from financebuy.database.columns import call
from financebuy.database.command import (
    Command,
    Verdict,
    deliver,
    divided,
    fail,
    still_wanted,
)
from financebuy.database.pools import Connection, Pools
from financebuy.database.silence import hanging_up

PAUSE_SECONDS = 0.05


class UnsentError(Exception):
    """A row holds what cannot be sent at all."""


class BatchWriter:
    """One of the connections of `role` on which batches are written, one after the other."""

    def __init__(self, pools: Pools, role: str, patience: float) -> None:
        """`patience` is for how many seconds the database may be silent."""
        self._pools = pools
        self._role = role
        self._patience = patience
        self._connection: Connection | None = None
        self._cursor: AsyncCursor[Verdict] | None = None

    async def write(self, batch: list[Command]) -> list[Command]:
        """Write a batch, splitting or repeating it.

        Returns those whose account is held and all that is behind them, in their order.
        """
        held = {command.subject for command in batch if command.blocked}
        if not held:
            return await self._write(batch, skip_locked=False)
        # Whose account was held does not wait for it again; the others are no concern of theirs.
        behind, free = divided(batch, held)
        blocked = await self._write(behind, skip_locked=True)
        return blocked + await self._write(still_wanted(free), skip_locked=False)

    async def _write(self, batch: list[Command], *, skip_locked: bool) -> list[Command]:
        around = False
        while batch:
            try:
                verdicts = await self._call(batch, skip_locked=skip_locked or around)
            except Exception as error:  # noqa: BLE001 (each is told to those whom it concerns)
                # Whose account is free is written at once, around the one that is held.
                around = isinstance(error, pg.LockNotAvailable) and not (skip_locked or around)
                if around:
                    continue
                if isinstance(error, UnsentError) or failures.is_of_data(error):
                    return await self._write_apart(batch, error, skip_locked=skip_locked)
                if not failures.is_repeatable(error):
                    fail(batch, error)
                    return []
                batch = still_wanted(batch)
            else:
                return deliver(batch, verdicts)
            if batch:
                await asyncio.sleep(PAUSE_SECONDS)
        return []

    async def _write_apart(
        self, batch: list[Command], error: Exception, *, skip_locked: bool
    ) -> list[Command]:
        """Halve a batch of which one row's own data is bad; alone, that row gets its answer."""
        if len(batch) > 1:
            middle = len(batch) // 2
            blocked = await self._write(batch[:middle], skip_locked=skip_locked)
            # What one of the first half waits for, those of its subject wait for behind it.
            held = {command.subject for command in blocked} - {None}
            behind, free = divided(still_wanted(batch[middle:]), held)
            return blocked + behind + await self._write(free, skip_locked=skip_locked)
        if refusal := failures.refusal(error):
            outcome = "conflict" if refusal.slug == "idempotency_conflict" else "refused"
            verdict = Verdict(outcome, False, None, refusal.slug, refusal.field, None)
            return deliver(batch, [verdict])
        fail(batch, error.__cause__ if isinstance(error.__cause__, Exception) else error)
        return []

    async def _call(self, batch: Sequence[Command], *, skip_locked: bool) -> list[Verdict]:
        function = call(batch[0].function)
        try:
            parameters = function.pack([command.row for command in batch])
        except (TypeError, ValueError) as error:
            raise UnsentError from error
        if self._connection is not None and self._connection.closed:
            await self.release()
        cursor = self._cursor or await self._connect()
        try:
            with hanging_up(cursor.connection, self._patience):
                await cursor.execute(
                    function.query, {**parameters, "skip_locked": skip_locked}, binary=True
                )
                verdicts = await cursor.fetchall()
        except pg.Error as error:
            if failures.may_have_committed(error):
                await self._lose(batch)
            raise
        return verdicts

    async def _connect(self) -> AsyncCursor[Verdict]:
        """Keep a connection: taking one from the pool for each batch would check it."""
        self._connection = await self._pools.take(self._role)
        cursor = self._connection.cursor(row_factory=lambda _: _verdict)
        cursor.adapters.register_loader("uuid", _UuidLoader)
        set_json_loads(msgspec.json.decode, cursor)
        self._cursor = cursor
        return cursor

    async def _lose(self, batch: Sequence[Command]) -> None:
        """Give up a connection on which the batch may have been committed."""
        for command in batch:
            command.unknown = True
        await self.release()

    async def release(self) -> None:
        """Give the connection back to its pool."""
        if self._connection is not None:
            connection, self._connection, self._cursor = self._connection, None, None
            await self._pools.give_back(self._role, connection)


def _verdict(values: Sequence[Any]) -> Verdict:
    """Behind its number in the batch, each function's answer has the fields of a verdict."""
    return Verdict(*values[1:])


class _UuidLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> UUID:
        return UUID(int=int.from_bytes(data))
