"""Gathers commands into batches: what arrives while a batch is in flight makes the next one.

A batch is one call of one SQL function, one round trip, one transaction. One bad row never harms
its neighbours, and a repeat always carries its key, so that nothing happens twice.
"""

import asyncio
import contextlib
import re
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

import psycopg
from psycopg import errors as pg
from psycopg.types.json import Jsonb

from financebuy import errors
from financebuy.database import failures
from financebuy.database.pools import Connection, Pools
from financebuy.sql import load

MAX_BATCH = 512
PATIENCE_SECONDS = 15.0
"""How long the database may be silent, and how long a batch that it could not take is repeated,
before the callers hear of it."""
_PAUSE_SECONDS = 0.05
_UNREPLICATED = "canceling wait for synchronous replication"

ROLES: dict[str, str] = {
    "place_order": "app_user", "replace_order": "app_user", "cancel_order": "app_user",
    "request_withdrawal": "app_user",
    "create_user": "fb_broker", "set_kyc_status": "fb_broker", "open_account": "fb_broker",
    "set_account_status": "fb_broker", "create_api_key": "fb_broker",
    "revoke_api_key": "fb_broker",
    "request_approval": "fb_broker", "decide_approval": "fb_broker",
    "assign_exception": "fb_broker", "resolve_exception": "fb_broker",
    "deposit_returned": "fb_bank", "execution_busted": "fb_venue",
    "execution_corrected": "fb_venue",
    "deposit_received": "fb_bank", "withdrawal_settled": "fb_bank",
    "withdrawal_returned": "fb_bank",
    "transfer": "app_user", "convert_currency": "app_user",
    "add_owner": "fb_broker", "remove_owner": "fb_broker", "charge_fee": "fb_broker",
    "set_fee_schedule": "fb_broker", "add_currency": "fb_broker", "exchange_rate": "fb_bank",
    "set_preferences": "app_user", "choose_lots": "app_user",
    "add_payment_method": "app_user", "remove_payment_method": "app_user",
    "shares_received": "fb_bank", "corporate_action": "fb_bank",
    "order_acknowledged": "fb_venue", "order_rejected": "fb_venue", "order_canceled": "fb_venue",
    "cancel_rejected": "fb_venue", "order_expired": "fb_venue", "order_triggered": "fb_venue",
    "order_replaced": "fb_venue", "replace_rejected": "fb_venue", "execution": "fb_venue",
}  # fmt: skip
"""Which login may call which function: customers, the broker, the bank and the venue are apart."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the database decided: `outcome` is accepted, refused or conflict."""

    outcome: str
    replayed: bool
    command_id: UUID | None
    code: str | None
    field: str | None
    result: dict[str, Any] | None


@dataclass(slots=True)
class _Command:
    function: str
    row: Mapping[str, Any]
    subject: Any
    answer: "asyncio.Future[Verdict]"
    deadline: float
    unknown: bool = False  # an earlier try may have been committed


@dataclass(slots=True)
class _Lane:
    """One writer: a queue, and the task that empties it batch by batch."""

    queue: deque[_Command] = field(default_factory=deque)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None
    connection: Connection | None = None


def parameters(function: str) -> list[str]:
    """List the keys that a row of `function` has."""
    found = re.findall(r"%\((\w+)\)s", getattr(load("commands"), function))
    return [name for name in found if name != "skip_locked"]


class CommandWriter:
    """Submits commands and facts; at most `writers` batches a role are in flight."""

    def __init__(self, pools: Pools, *, writers: int = 2) -> None:
        """Write through `pools`."""
        self._pools = pools
        self._writers = writers
        self._lanes: dict[tuple[str, int], _Lane] = {}

    async def __aenter__(self) -> Self:
        """Begin; lanes start when they are first needed."""
        return self

    async def __aexit__(self, *failure: Any) -> None:
        """Stop the lanes; whoever may have been written hears so, the others may try again."""
        for lane in self._lanes.values():
            if lane.task:
                lane.task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await lane.task
            for command in lane.queue:
                _fail([command], _left(command))

    async def submit(self, function: str, row: Mapping[str, Any]) -> Verdict:
        """Send one command and wait for its verdict.

        `row` has the keys that `parameters(function)` lists. A refusal is a verdict, not an error.

        Raises:
            TryAgainError: nothing was written.
            OutcomeUnknownError: the connection broke and could not be had again in time.
        """
        expected = parameters(function)
        if set(row) != set(expected):
            raise TypeError(f"{function} takes {expected}, got {sorted(row)}")
        subject = row.get("account_id") or row.get("order_id") or row.get("transfer_id")
        command = _Command(
            function, row, subject, asyncio.get_running_loop().create_future(),
            time.monotonic() + PATIENCE_SECONDS,
        )  # fmt: skip
        lane = self._lane(ROLES[function], hash(subject) % self._writers)
        lane.queue.append(command)
        lane.wake.set()
        return await command.answer

    def _lane(self, role: str, index: int) -> _Lane:
        lane = self._lanes.setdefault((role, index), _Lane())
        if lane.task is None:
            lane.task = asyncio.create_task(self._work(role, lane), name=f"writer {role} {index}")
        return lane

    async def _work(self, role: str, lane: _Lane) -> None:
        try:
            await self._empty(role, lane)
        finally:
            await self._release(role, lane)

    async def _empty(self, role: str, lane: _Lane) -> None:
        while True:
            await lane.wake.wait()
            batch = next_batch(lane.queue)
            if not batch:
                lane.wake.clear()
                continue
            batch = _give_up_late(batch)  # those who waited behind a silent database
            try:
                if batch:
                    await self._write(role, lane, batch)
            except asyncio.CancelledError:
                _fail(batch, errors.OutcomeUnknownError())
                raise
            except Exception as unexpected:  # noqa: BLE001
                # The lane must outlive whatever one batch does; its callers get the error itself.
                _fail(batch, unexpected)

    async def _write(self, role: str, lane: _Lane, batch: list[_Command]) -> None:
        """Write a batch, splitting or repeating it until every command has its answer."""
        while batch:
            try:
                verdicts = await self._call(role, lane, batch, skip_locked=False)
            except pg.LockNotAvailable:
                batch = await self._write_around_the_lock(role, lane, batch)
            except psycopg.Error as error:
                batch = await self._after(error, role, lane, batch)
            except errors.TryAgainError:
                batch = _give_up_late(batch)
            else:
                _deliver(batch, verdicts)
                return
            if batch:
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _after(
        self, error: psycopg.Error, role: str, lane: _Lane, batch: list[_Command]
    ) -> list[_Command]:
        """Return what to repeat: only a row's own data splits a batch, the server's harm none."""
        kind = (error.sqlstate or "08")[:2]
        if kind in failures.REPEATABLE_CLASSES:
            return _give_up_late(batch)
        if kind not in failures.DATA_CLASSES:
            _fail(batch, error)
        elif len(batch) == 1:
            _deliver(batch, [_refusal(failures.of_constraint(error.diag.constraint_name))])
        else:
            middle = len(batch) // 2
            await self._write(role, lane, batch[:middle])
            await self._write(role, lane, batch[middle:])
        return []

    async def _write_around_the_lock(
        self, role: str, lane: _Lane, batch: list[_Command]
    ) -> list[_Command]:
        """Write what can be written; the commands of a blocked account go back to the queue.

        Returns what to repeat, as `_after` does.
        """
        try:
            verdicts = await self._call(role, lane, batch, skip_locked=True)
        except psycopg.Error as error:
            return await self._after(error, role, lane, batch)
        except errors.TryAgainError:
            return _give_up_late(batch)
        pairs = list(zip(batch, verdicts, strict=True))
        _deliver(
            [c for c, v in pairs if v.outcome != "busy"],
            [v for _, v in pairs if v.outcome != "busy"],
        )
        blocked = _give_up_late([c for c, v in pairs if v.outcome == "busy"])
        if blocked:
            await asyncio.sleep(_PAUSE_SECONDS)
            lane.queue.extendleft(reversed(blocked))
            lane.wake.set()
        return []

    async def _call(
        self, role: str, lane: _Lane, batch: Sequence[_Command], *, skip_locked: bool
    ) -> list[Verdict]:
        function = batch[0].function
        columns: dict[str, Any] = {
            name: [_value(command.row[name]) for command in batch] for name in parameters(function)
        }
        connection = await self._connection(role, lane)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), _watched(connection) as warnings:
                cursor = await connection.execute(
                    getattr(load("commands"), function), {**columns, "skip_locked": skip_locked}
                )
                rows = await cursor.fetchall()
        except TimeoutError:
            # Silent, not broken: psycopg asked the server to cancel, then hung up.
            await self._lose(role, lane, batch)
            raise errors.TryAgainError from None
        except psycopg.Error as error:
            if _may_have_committed(error):
                await self._lose(role, lane, batch)
            raise
        if warnings:
            raise errors.OutcomeUnknownError
        return [
            Verdict(
                r["outcome"], r["replayed"], r["command_id"], r["code"], r["field"], r["result"]
            )
            for r in rows
        ]

    async def _connection(self, role: str, lane: _Lane) -> Connection:
        """A lane keeps its connection: taking one from the pool for each batch would check it."""
        if lane.connection is None:
            lane.connection = await self._pools.take(role)
        return lane.connection

    async def _lose(self, role: str, lane: _Lane, batch: Sequence[_Command]) -> None:
        """Give up a connection on which the batch may have been committed."""
        for command in batch:
            command.unknown = True
        await self._release(role, lane)

    async def _release(self, role: str, lane: _Lane) -> None:
        if lane.connection is not None:
            connection, lane.connection = lane.connection, None
            await self._pools.give_back(role, connection)


def _may_have_committed(error: psycopg.Error) -> bool:
    """An error that the server reported rolled the batch back; a lost connection says nothing."""
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))


def next_batch(queue: deque[_Command]) -> list[_Command]:
    """Take the head's function's commands, but none that would overtake another of its account."""
    batch: list[_Command] = []
    left: list[_Command] = []
    passed: set[Any] = set()
    while queue and len(batch) < MAX_BATCH:
        command = queue.popleft()
        if command.answer.cancelled() and not command.unknown:
            continue
        same = not batch or command.function == batch[0].function
        if same and command.subject not in passed:
            batch.append(command)
        else:
            left.append(command)
            passed.add(command.subject)
    queue.extendleft(reversed(left))
    return batch


@contextlib.asynccontextmanager
async def _watched(connection: Connection) -> Any:
    """Collect the warning that says a commit is here but perhaps on no standby."""
    warnings: list[str] = []

    def notice(diagnostic: psycopg.errors.Diagnostic) -> None:
        if _UNREPLICATED in (diagnostic.message_primary or ""):
            warnings.append(diagnostic.message_primary or "")

    connection.add_notice_handler(notice)
    try:
        yield warnings
    finally:
        connection.remove_notice_handler(notice)


def _value(value: Any) -> Any:
    if isinstance(value, float):
        raise TypeError("money is Decimal, never float")
    return Jsonb(value) if isinstance(value, dict | list) else value


def _refusal(error: errors.FinanceBuyError) -> Verdict:
    outcome = "conflict" if error.slug == "idempotency_conflict" else "refused"
    return Verdict(outcome, False, None, error.slug, error.field, None)


def _deliver(batch: Sequence[_Command], verdicts: Sequence[Verdict]) -> None:
    for command, verdict in zip(batch, verdicts, strict=True):
        if not command.answer.done():
            command.answer.set_result(verdict)


def _fail(batch: Sequence[_Command] | deque[_Command], error: Exception) -> None:
    for command in batch:
        if not command.answer.done():
            command.answer.set_exception(error)


def _give_up_late(batch: Sequence[_Command]) -> list[_Command]:
    """Answer those whose patience is over; return the others."""
    now = time.monotonic()
    for command in batch:
        if command.deadline < now:
            _fail([command], _left(command))
    return [command for command in batch if command.deadline >= now]


def _left(command: _Command) -> errors.FinanceBuyError:
    """What is said of a command that is given up: an earlier try may have been committed."""
    return errors.OutcomeUnknownError() if command.unknown else errors.TryAgainError()
