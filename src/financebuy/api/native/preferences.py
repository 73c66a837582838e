"""`/fb/v1/accounts/{id}/preferences` and `/fb/v1/orders/{id}/lots`: which lots a sell closes."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from financebuy.api.auth import Reader, The, Trader
from financebuy.api.bodies import Route
from financebuy.api.idempotency import RequiredKey, say_replayed
from financebuy.api.lots import ChosenLots, LotMethod, chosen
from financebuy.api.money import Quantity
from financebuy.services import positions

router = APIRouter(prefix="/fb/v1", tags=["native: lots"], route_class=Route)


class PreferencesIn(BaseModel):
    """What to change; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    lot_method: LotMethod | None = None
    reinvest_dividends: bool | None = None


class PreferencesView(BaseModel):
    """Which lots a sell closes first, and whether dividends buy shares."""

    model_config = ConfigDict(from_attributes=True)

    account_id: UUID
    lot_method: LotMethod
    reinvest_dividends: bool


class LotChoiceIn(BaseModel):
    """Which lots an order closes: those chosen, in their order, then by the method."""

    model_config = ConfigDict(extra="forbid")

    lot_method: LotMethod | None = None
    lots: ChosenLots | None = None


class ChosenLotView(BaseModel):
    """So many shares of a lot."""

    lot_id: UUID
    qty: Quantity


class LotChoiceView(BaseModel):
    """Which lots an order closes."""

    order_id: UUID
    lot_method: LotMethod | None
    lots: list[ChosenLotView]


@router.get("/accounts/{account_id}/preferences", response_model=PreferencesView)
async def get_preferences(account_id: UUID, platform: The, caller: Reader) -> Any:
    """Return how an account is run."""
    return PreferencesView.model_validate(await positions.preferences(platform, caller, account_id))


@router.patch("/accounts/{account_id}/preferences", response_model=PreferencesView)
async def set_preferences(
    account_id: UUID,
    body: PreferencesIn,
    platform: The,
    caller: Trader,
    response: Response,
    key: RequiredKey,
) -> Any:
    """Change how an account is run."""
    now = await positions.set_preferences(
        platform,
        caller,
        account_id,
        lot_method=body.lot_method,
        reinvest_dividends=body.reinvest_dividends,
        key=key,
    )
    say_replayed(response, replayed=now.replayed)
    return PreferencesView.model_validate(now)


@router.put("/orders/{order_id}/lots", response_model=LotChoiceView)
async def choose_lots(
    order_id: UUID,
    body: LotChoiceIn,
    platform: The,
    caller: Trader,
    response: Response,
    key: RequiredKey,
) -> Any:
    """Say which lots an open sell closes from its next fill on."""
    lots = None if body.lots is None else chosen(body.lots)
    choice = await positions.choose_lots(
        platform, caller, order_id, lot_method=body.lot_method, lots=lots, key=key
    )
    say_replayed(response, replayed=choice.replayed)
    return {
        "order_id": choice.order_id,
        "lot_method": choice.lot_method,
        "lots": [{"lot_id": each.lot_id, "qty": each.quantity} for each in choice.lots],
    }
