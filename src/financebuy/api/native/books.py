"""`/fb/v1/ops`: how the books stand: months that are closed, statements that were compared."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from financebuy.api.auth import Operator, The
from financebuy.api.bodies import Route
from financebuy.api.money import Quantity
from financebuy.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, next_cursor, unseal_id
from financebuy.api.times import Instant
from financebuy.services import months, reconciliation

router = APIRouter(prefix="/fb/v1/ops", tags=["native: operations"], route_class=Route)


class MonthView(BaseModel):
    """A month, by its first day (UTC), whose closing balances are kept."""

    model_config = ConfigDict(from_attributes=True)

    month: date
    transactions: int
    entries: int
    closed_at: Instant
    detached_at: Instant | None


class ReconciliationView(BaseModel):
    """A statement that was compared with the books; `breaks` says how many differences it had."""

    model_config = ConfigDict(from_attributes=True)

    run_id: UUID
    source: str
    statement_date: date
    started_at: Instant
    finished_at: Instant
    breaks: int


class BreakView(BaseModel):
    """A difference; `reference` is the statement's, or the asset of a balance or position."""

    model_config = ConfigDict(from_attributes=True)

    break_no: int
    kind: str
    reference: str
    asset: str | None
    ours: Quantity | None
    theirs: Quantity | None
    account_id: UUID | None
    state: str


class ReconciliationDetailView(BaseModel):
    """A comparison and each difference that it named."""

    reconciliation: ReconciliationView
    items: list[BreakView]


@router.get("/months", response_model=list[MonthView])
async def list_months(platform: The, caller: Operator) -> Any:
    """List the months that are closed, oldest first."""
    found = await months.list_closed(platform, caller)
    return [MonthView.model_validate(each) for each in found]


@router.get("/reconciliations", response_model=Page[ReconciliationView])
async def list_reconciliations(
    platform: The,
    caller: Operator,
    source: Literal["bank", "venue"] | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List the statements that were compared with the books, newest first."""
    found = await reconciliation.list_runs(
        platform, caller, source=source, limit=limit, before=unseal_id(cursor)
    )
    return Page(
        items=[ReconciliationView.model_validate(each) for each in found],
        next_cursor=next_cursor(found, limit, lambda last: str(last.run_id)),
    )


@router.get("/reconciliations/{run_id}", response_model=ReconciliationDetailView)
async def get_reconciliation(run_id: UUID, platform: The, caller: Operator) -> Any:
    """Return a comparison with its breaks."""
    run, breaks = await reconciliation.get_run(platform, caller, run_id)
    return ReconciliationDetailView(
        reconciliation=ReconciliationView.model_validate(run),
        items=[BreakView.model_validate(each) for each in breaks],
    )
