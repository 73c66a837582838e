"""Bank accounts and cards of a user: a token and the last four characters stand for the number.

A bank account's number is kept encrypted, for who pays out; a card's is checked and not kept.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from financebuy.crypto.vault import Wrapped
from financebuy.domain.ids import new_id
from financebuy.domain.numbers import payment_number
from financebuy.errors import PaymentMethodNotFoundError
from financebuy.services import identity
from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.submitting import command
from financebuy.services.vault_keys import data_key, unwrap
from financebuy.sql import load

COLUMN = "payment_methods.number"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A user's bank account (`iban`, `us_bank`) or `card`, by its token."""

    payment_method_id: UUID
    user_id: UUID
    kind: str
    token: str
    last_four: str
    country: str | None
    routing_number: str | None
    created_at: datetime
    removed_at: datetime | None
    replayed: bool = False


async def add(
    platform: Platform,
    caller: Caller,
    user_id: UUID,
    kind: str,
    number: str,
    routing_number: str | None = None,
    key: str | None = None,
) -> PaymentMethod:
    """Register a bank account or card; for oneself with the scope `funding`, else `broker`.

    Raises:
        InvalidValueError, RequiredError: the number breaks a rule, which the message names.
        DuplicateError: the user has it already.
        LimitReachedError: 20 are the most.
        UserNotFoundError: there is no such user, or their data was erased.
    """
    caller.require("funding", "broker")
    caller.require_step_up()
    held = await data_key(platform, caller, user_id)
    checked = payment_number(kind, number, routing_number)
    payment_method_id = new_id()
    ciphertext = index = None
    if checked.kind != "card":
        ciphertext = held.seal(COLUMN, payment_method_id, checked.number.encode())
        index = platform.vault.index.of(
            COLUMN, f"{checked.kind}{checked.routing_number or ''}{checked.number}"
        )
    accepted = await command(
        platform,
        caller,
        "add_payment_method",
        key,
        payment_method_id=payment_method_id,
        user_id=user_id,
        kind=checked.kind,
        last_four=checked.last_four,
        country=checked.country,
        routing_number=checked.routing_number,
        number_ciphertext=ciphertext,
        number_index=index,
        generation=held.generation,
    )
    return replace(_added(accepted.result), replayed=accepted.replayed)


async def remove(
    platform: Platform, caller: Caller, payment_method_id: UUID, key: str | None = None
) -> bool:
    """Forget a payment method's number, and say whether this was a repeat.

    Raises:
        PaymentMethodNotFoundError: there is none, or it is somebody else's.
    """
    caller.require("funding", "broker")
    accepted = await command(
        platform, caller, "remove_payment_method", key, payment_method_id=payment_method_id
    )
    return accepted.replayed


async def payment_methods(platform: Platform, caller: Caller, user_id: UUID) -> list[PaymentMethod]:
    """Return what a user has registered, oldest first; customers see their own alone.

    Raises:
        UserNotFoundError: there is no such user, or the caller may not know.
    """
    await identity.get_user(platform, caller, user_id)
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection, PaymentMethod, load("privacy").payment_methods, {"user_id": user_id}
        )


async def number(platform: Platform, caller: Caller, payment_method_id: UUID) -> str:
    """Decrypt an account's number, for who pays out; `broker`, recorded in the audit log.

    Raises:
        PaymentMethodNotFoundError: there is none, or its number is not kept.
    """
    caller.require("broker")
    async with platform.pools.connection("fb_broker") as connection:
        row = await fetch_one(
            connection,
            _Number,
            load("privacy").payment_number,
            {
                "identity": caller.token(platform),
                "payment_method_id": payment_method_id,
                "request_id": caller.request_id,
                "origin": caller.origin,
            },
        )
    if row is None:
        raise PaymentMethodNotFoundError(field="payment_method_id")
    wrapped = Wrapped(row.wrapped_key, row.key_epoch, row.generation)
    held = await unwrap(platform, row.user_id, wrapped)
    return held.open(COLUMN, payment_method_id, row.number_ciphertext).decode()


def _added(result: dict[str, Any]) -> PaymentMethod:
    removed_at = result["removed_at"]
    return PaymentMethod(
        **result
        | {
            "payment_method_id": UUID(result["payment_method_id"]),
            "user_id": UUID(result["user_id"]),
            "created_at": datetime.fromisoformat(result["created_at"]),
            "removed_at": None if removed_at is None else datetime.fromisoformat(removed_at),
        }
    )


@dataclass(frozen=True, slots=True)
class _Number:
    user_id: UUID
    wrapped_key: bytes
    key_epoch: int
    generation: int
    number_ciphertext: bytes
