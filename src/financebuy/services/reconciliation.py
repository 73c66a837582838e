"""Comparing the books with what the bank and the venue say they keep for us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from psycopg.errors import ObjectNotInPrerequisiteState

from financebuy.errors import InvalidValueError, NotFoundError, ReconciliationNotFoundError
from financebuy.services.acting import acting
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.statement_files import StatementLine
from financebuy.sql import load

ROLE = "fb_worker"
SOURCES = ("bank", "venue")


@dataclass(frozen=True, slots=True)
class Break:
    """A difference; `reference` is the statement's, or the asset of a balance or position.

    `kind`: missing_here, missing_there, duplicate_there, amount_differs, quantity_differs,
    price_differs, side_differs, asset_differs, balance_differs, position_differs.
    """

    break_no: int
    kind: str
    reference: str
    asset: str | None
    ours: Decimal | None
    theirs: Decimal | None
    account_id: UUID | None
    state: str


@dataclass(frozen=True, slots=True)
class Run:
    """A comparison that was made, and kept."""

    run_id: UUID
    source: str
    statement_date: date
    started_at: datetime
    finished_at: datetime
    breaks: int


class DetachedError(NotFoundError):
    """The statement is of a day whose month was detached: the books of then are not at hand."""

    slug, text = "month_detached", "the books of that day are in a month that is detached"


async def reconcile(
    platform: Platform, caller: Caller, source: str, day: date, lines: Sequence[StatementLine]
) -> tuple[Run, list[Break]]:
    """Compare a statement of `source` for `day` (New York) with the books; keep what differs.

    Needs the scope `operations`, and a platform that was opened with the role `fb_worker`.

    Raises:
        DetachedError: the books of that day are not at hand.
    """
    queries = load("reconciliation")
    columns = {
        "kinds": [line.kind for line in lines],
        "references": [line.reference for line in lines],
        "assets": [line.asset for line in lines],
        "sides": [line.side for line in lines],
        "quantities": [line.quantity for line in lines],
        "prices": [line.price for line in lines],
    }
    async with acting(platform, caller, ROLE, long=True) as connection:
        try:
            cursor = await connection.execute(
                queries.reconcile, columns | {"source": source, "date": day}
            )
        except ObjectNotInPrerequisiteState:
            raise DetachedError(f"{day}: {DetachedError.text}") from None
        made = await cursor.fetchone()
        run_id = {"run_id": made["run_id"] if made else None}
        run = await fetch_one(connection, Run, queries.run, run_id)
        if run is None:
            raise LookupError("a reconciliation left no run")
        return run, await fetch_all(connection, Break, queries.breaks, run_id)


async def statement(platform: Platform, source: str, day: date) -> list[StatementLine]:
    """Return the statement of the paper venue or the sandbox bank, which keep no books but ours.

    Raises:
        DetachedError: the books of that day are not at hand.
    """
    async with platform.pools.long(ROLE) as connection:
        try:
            return await fetch_all(
                connection,
                StatementLine,
                load("reconciliation").custody_statement,
                {"source": source, "date": day},
            )
        except ObjectNotInPrerequisiteState:
            raise DetachedError(f"{day}: {DetachedError.text}") from None


async def list_runs(
    platform: Platform,
    caller: Caller,
    *,
    source: str | None = None,
    limit: int = 50,
    before: UUID | None = None,
) -> list[Run]:
    """Return comparisons that were made, newest first; needs the scope `operations`.

    `before` is the last one seen.

    Raises:
        InvalidValueError: `source` is none of `SOURCES`.
    """
    caller.require("operations")
    if source not in (None, *SOURCES):
        raise InvalidValueError(f"source: one of {', '.join(SOURCES)}", field="source")
    async with platform.pools.connection("fb_broker") as connection:
        return await fetch_all(
            connection,
            Run,
            load("reconciliation").runs,
            {"source": source, "limit": limit, "before": before},
        )


async def get_run(platform: Platform, caller: Caller, run_id: UUID) -> tuple[Run, list[Break]]:
    """Return a comparison and what it found; needs the scope `operations`.

    Raises:
        ReconciliationNotFoundError: there is none.
    """
    caller.require("operations")
    queries = load("reconciliation")
    async with platform.pools.connection("fb_broker") as connection:
        run = await fetch_one(connection, Run, queries.run, {"run_id": run_id})
        if run is None:
            raise ReconciliationNotFoundError(field="run_id")
        return run, await fetch_all(connection, Break, queries.breaks, {"run_id": run_id})
