"""Which lots a sell closes, as every surface asks for it."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from financebuy.api.money import Amount
from financebuy.services.order_values import ChosenLot

LotMethod = Literal["fifo", "lifo", "highest_cost"]
_MOST_LOTS = 100


class ChosenLotIn(BaseModel):
    """So many shares of a lot."""

    model_config = ConfigDict(extra="forbid")

    lot_id: UUID
    qty: Amount


ChosenLots = Annotated[list[ChosenLotIn], Field(max_length=_MOST_LOTS)]
"""Lots to close before any other, in this order."""


def chosen(lots: Sequence[ChosenLotIn] | None) -> tuple[ChosenLot, ...]:
    """Return what to close first."""
    return tuple(ChosenLot(each.lot_id, each.qty) for each in lots or ())
