"""`/fb/v1/users/{user_id}/payment-methods`: bank accounts and cards, by their tokens."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from financebuy.api.auth import Broker, Payer, Reader, The
from financebuy.api.bodies import Personal, Route
from financebuy.api.idempotency import OptionalKey, say_replayed
from financebuy.api.times import Instant
from financebuy.services import payment_methods

router = APIRouter(prefix="/fb/v1", tags=["native: payment methods"], route_class=Route)


class PaymentMethodIn(Personal):
    """A bank account (`iban`; `us_bank` with a routing number) or a `card`."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["iban", "us_bank", "card"]
    number: Annotated[str, Field(min_length=1, max_length=64)]
    routing_number: Annotated[str | None, Field(max_length=16)] = None


class PaymentMethodView(BaseModel):
    """What stands for a bank account or card: its token, and the last four characters."""

    model_config = ConfigDict(from_attributes=True)

    payment_method_id: UUID
    user_id: UUID
    kind: str
    token: str
    last_four: str
    country: str | None
    routing_number: str | None
    created_at: Instant


class NumberView(Personal):
    """The number of a bank account, in clear."""

    payment_method_id: UUID
    number: str


@router.post("/users/{user_id}/payment-methods", status_code=201, response_model=PaymentMethodView)
async def add_payment_method(
    user_id: UUID,
    body: PaymentMethodIn,
    platform: The,
    caller: Payer,
    response: Response,
    key: OptionalKey = None,
) -> Any:
    """Register a bank account or card. A card's number is checked and not kept."""
    added = await payment_methods.add(
        platform, caller, user_id, body.kind, body.number, body.routing_number, key
    )
    say_replayed(response, replayed=added.replayed)
    return PaymentMethodView.model_validate(added)


@router.get("/users/{user_id}/payment-methods", response_model=list[PaymentMethodView])
async def list_payment_methods(user_id: UUID, platform: The, caller: Reader) -> Any:
    """List bank accounts and cards, oldest first: one's own, or anybody's for the staff."""
    found = await payment_methods.payment_methods(platform, caller, user_id)
    return [PaymentMethodView.model_validate(each) for each in found]


@router.get("/payment-methods/{payment_method_id}/number", response_model=NumberView)
async def get_payment_number(payment_method_id: UUID, platform: The, caller: Broker) -> Any:
    """Show an account's number to who pays out. Recorded in the audit log."""
    number = await payment_methods.number(platform, caller, payment_method_id)
    return NumberView(payment_method_id=payment_method_id, number=number)


@router.delete("/payment-methods/{payment_method_id}", status_code=204)
async def remove_payment_method(
    payment_method_id: UUID,
    platform: The,
    caller: Payer,
    response: Response,
    key: OptionalKey = None,
) -> None:
    """Forget the number of a bank account or card."""
    replayed = await payment_methods.remove(platform, caller, payment_method_id, key)
    say_replayed(response, replayed=replayed)
