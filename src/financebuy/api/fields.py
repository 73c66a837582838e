"""Inputs that several surfaces share."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

MOST_SYMBOL = 36
"""An asset's id, which may stand for its symbol everywhere, is that long."""

Symbol = Annotated[str, Field(min_length=1, max_length=MOST_SYMBOL, examples=["AAPL"])]
OrderType = Literal["market", "limit", "stop", "stop_limit"]
TimeInForce = Literal["day", "gtc", "ioc", "fok", "opg", "cls"]
ClientOrderId = Annotated[str, Field(min_length=1, max_length=48)]


def _absent(value: Any) -> None:
    # What a client sends for "nothing"; anything else would be an order that we do not place.
    if value in (None, False, "", []):
        return
    raise PydanticCustomError("not_allowed", "is not offered here yet")


NotOffered = Annotated[
    None, BeforeValidator(_absent), WithJsonSchema({"type": "null", "description": "Not offered."})
]
"""A field of Alpaca's that asks for something else than what we would do: refused, not ignored."""


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_aware)]
"""A time in a query. Without an offset it is UTC."""
