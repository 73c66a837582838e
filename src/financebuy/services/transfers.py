"""Money to and from a bank: deposits and withdrawals."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from financebuy.errors import (
    AccountNotActiveError,
    AccountNotFoundError,
    PaperOnlyError,
    TransferNotFoundError,
    TransferNotOpenError,
)
from financebuy.services import accounts
from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.submitting import command, fact
from financebuy.services.waiting import telling_when
from financebuy.sql import load

SANDBOX_BANK = "sandbox"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money to (`incoming`) or from (`outgoing`) a customer's account, in `currency`.

    `state`: requested, settled, returned (it never left) or refunded (it came back).
    """

    transfer_id: UUID
    account_id: UUID
    direction: str
    amount: Decimal
    currency: str
    state: str
    bank: str | None
    bank_reference: str | None
    reason: str | None
    requested_at: datetime
    updated_at: datetime
    effective_at: datetime
    payment_method_id: UUID | None = None
    replayed: bool = False


async def deposit(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    amount: Decimal,
    currency: str = "USD",
    bank: str = SANDBOX_BANK,
    bank_reference: str | None = None,
    effective_at: datetime | None = None,
    settle_on: date | None = None,
) -> Transfer:
    """Let the bank pay `amount` into an account; needs the scope `operations`.

    On a paper platform the bank is a sandbox and the money play money: there `funding` is enough,
    for one's own account.

    `bank_reference` is the payment's own id: one reference is booked once, for ever. Without
    `settle_on` the money is settled at once.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
        AccountNotActiveError: it is closed.
        PaperOnlyError: a customer would pay themselves real money.
        ApprovalRequiredError: from `FINANCEBUY_DEPOSIT_APPROVAL_FROM` on, a second person confirms
            what one enters: `approvals.request` of `deposit_received`.
        RefusedError: not an amount of this currency.
    """
    caller.require("funding", "operations")
    reference = str(uuid4()) if bank_reference is None else bank_reference
    await _refuse_unpayable(platform, caller, account_id, bank, reference)
    accepted = await fact(
        platform,
        caller,
        "deposit_received",
        bank=bank,
        bank_reference=reference,
        account_id=account_id,
        amount=amount,
        currency=currency,
        effective_at=effective_at,
        settle_on=settle_on,
    )
    return _booked(accepted.result, replayed=accepted.replayed)


async def request_withdrawal(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    amount: Decimal,
    key: str | None = None,
    *,
    payment_method_id: UUID | None = None,
) -> Transfer:
    """Ask for `amount` to be paid out; it is held until the bank settles or returns it.

    `payment_method_id` names a bank account of the caller's that it should be paid to. Only on a
    paper platform may it be left out.

    Raises:
        RequiredError: no bank account is named, and the money is real.
        PaymentMethodNewError, SecondFactorNewError: too new; `detail` says from when on it may.
        InsufficientWithdrawableError: more than is settled and free.
        KycRequiredError: the user is not verified.
        PaymentMethodNotFoundError: it is no bank account of the caller's.
        StepUpRequiredError: a session that has not shown a second factor a moment ago.
    """
    caller.require_step_up()
    async with telling_when(platform, caller, payment_method_id):
        accepted = await command(
            platform,
            caller,
            "request_withdrawal",
            key,
            account_id=account_id,
            amount=amount,
            payment_method_id=payment_method_id,
        )
    return _booked(accepted.result, replayed=accepted.replayed)


async def withdrawal_settled(
    platform: Platform,
    caller: Caller,
    transfer_id: UUID,
    bank_reference: str,
    key: str | None = None,
) -> Transfer:
    """Book what the bank says: the money of a withdrawal has left; needs the scope `operations`.

    Raises:
        TransferNotFoundError: no such withdrawal.
        TransferNotOpenError: it had been settled or returned before.
    """
    return await _withdrawal_fact(
        platform,
        caller,
        "withdrawal_settled",
        transfer_id,
        key or _key("settled", transfer_id, bank_reference),
        bank_reference=bank_reference,
    )


async def withdrawal_returned(
    platform: Platform, caller: Caller, transfer_id: UUID, reason: str, key: str | None = None
) -> Transfer:
    """Book what the bank says: a withdrawal did not arrive, its money is back; `operations`.

    Raises:
        TransferNotFoundError: no such withdrawal.
        TransferNotOpenError: it had been returned before.
    """
    return await _withdrawal_fact(
        platform,
        caller,
        "withdrawal_returned",
        transfer_id,
        key or _key("returned", transfer_id, reason),
        reason=reason,
    )


async def transfer(platform: Platform, caller: Caller, transfer_id: UUID) -> Transfer:
    """Return one transfer of an account that the caller may see.

    Raises:
        TransferNotFoundError: there is none, or it is somebody else's.
    """
    async with reading(platform, caller) as connection:
        found = await fetch_one(
            connection, Transfer, load("ledger").transfer, {"transfer_id": transfer_id}
        )
    if found is None:
        raise TransferNotFoundError(field="transfer_id")
    return found


async def transfers(
    platform: Platform,
    caller: Caller,
    account_id: UUID | None = None,
    limit: int = 50,
    before: UUID | None = None,
    *,
    offset: int = 0,
    direction: str | None = None,
    state: str | None = None,
) -> list[Transfer]:
    """Return transfers, newest first; `before` is the last transfer seen.

    Without `account_id`: those of every account that the caller may see.
    """
    if account_id is not None:
        await accounts.get(platform, caller, account_id)
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection,
            Transfer,
            load("ledger").transfers,
            {
                "account_id": account_id,
                "direction": direction,
                "state": state,
                "before": before,
                "limit": limit,
                "offset": offset,
            },
        )


@dataclass(frozen=True, slots=True)
class _Payee:
    status: str
    booked_before: bool
    is_paper: bool


async def _refuse_unpayable(
    platform: Platform, caller: Caller, account_id: UUID, bank: str, reference: str
) -> None:
    """A real bank's payment would be booked in any case, in suspense; the sandbox's is refused."""
    async with reading(platform, caller) as connection:
        payee = await fetch_one(
            connection,
            _Payee,
            load("ledger").payee,
            {"account_id": account_id, "bank": bank, "bank_reference": reference},
        )
    if payee is None:
        raise AccountNotFoundError(field="account_id")
    if not payee.is_paper and "operations" not in caller.scopes:
        raise PaperOnlyError(field="direction")
    if payee.status == "closed" and not payee.booked_before:
        raise AccountNotActiveError(field="account_id")


async def _withdrawal_fact(
    platform: Platform, caller: Caller, function: str, transfer_id: UUID, key: str, **note: str
) -> Transfer:
    caller.require("operations")
    before = await transfer(platform, caller, transfer_id)
    if before.direction != "outgoing":
        raise TransferNotFoundError(field="transfer_id")
    accepted = await fact(
        platform, caller, function, key=key, transfer_id=transfer_id, effective_at=None, **note
    )
    after = await transfer(platform, caller, transfer_id)
    if not accepted.replayed and after.state == before.state:
        raise TransferNotOpenError(field="transfer_id", detail={"state": after.state})
    return replace(after, replayed=accepted.replayed)


def _key(fact_name: str, transfer_id: UUID, note: str) -> str:
    """The same words about the same withdrawal are the same fact."""
    return f"{fact_name}:{transfer_id}:{uuid5(transfer_id, note)}"


def _booked(result: dict[str, Any], *, replayed: bool) -> Transfer:
    requested_at = datetime.fromisoformat(result["requested_at"])
    return Transfer(
        transfer_id=UUID(result["transfer_id"]),
        account_id=UUID(result["account_id"]),
        direction=result["direction"],
        amount=Decimal(result["amount"]),
        currency=result["currency"],
        state=result["state"],
        bank=result["bank"],
        bank_reference=result["bank_reference"],
        reason=None,
        requested_at=requested_at,
        updated_at=requested_at,
        effective_at=datetime.fromisoformat(result["effective_at"]),
        payment_method_id=_optional_id(result["payment_method_id"]),
        replayed=replayed,
    )


def _optional_id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
