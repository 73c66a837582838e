"""`/v1/accounts`: opening accounts, and finding them."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from financebuy.api.auth import Broker, Reader, The
from financebuy.api.bodies import Personal, Route
from financebuy.api.idempotency import OptionalKey, part, say_replayed
from financebuy.api.money import Money
from financebuy.api.times import Instant
from financebuy.api.trading.account import status
from financebuy.services import accounts, identity, portfolio
from financebuy.services.accounts import Account
from financebuy.services.caller import Caller
from financebuy.services.identity import NewUser
from financebuy.services.platform import Platform
from financebuy.services.portfolio import Summary

router = APIRouter(prefix="/v1", tags=["broker: accounts"], route_class=Route)

# Alpaca's words and ours, which is also taken.
_TYPES = {
    "trading": "individual",
    "ira": "retirement",
    "individual": "individual",
    "retirement": "retirement",
    "joint": "joint",
}
Text = Annotated[str, Field(max_length=200)]


class Contact(Personal):
    """How to reach the person."""

    email_address: Annotated[str, Field(max_length=254)]
    phone_number: Text | None = None
    street_address: list[Text] | Text | None = None
    unit: Text | None = None
    city: Text | None = None
    state: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None

    def address(self) -> str | None:
        """Return the address as one text."""
        street = self.street_address or []
        lines = street if isinstance(street, list) else [street]
        parts = [*lines, self.unit, self.city, self.state, self.postal_code, self.country]
        return ", ".join(part for part in parts if part) or None


class Identity(Personal):
    """Who the person is."""

    given_name: Text | None = None
    family_name: Text | None = None
    date_of_birth: date | None = None
    tax_id: Text | None = None


class AccountIn(Personal):
    """An application: a person, and the account that they want."""

    contact: Contact
    identity: Identity = Identity()
    account_type: Literal["trading", "ira", "individual", "retirement", "joint"] = "trading"
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"

    def user(self) -> NewUser:
        """Return the person."""
        return NewUser(
            email=self.contact.email_address,
            first_name=self.identity.given_name,
            last_name=self.identity.family_name,
            phone=self.contact.phone_number,
            address=self.contact.address(),
            birth_date=self.identity.date_of_birth,
            national_id=self.identity.tax_id,
        )


class AccountView(BaseModel):
    """An account, without personal data; `last_equity` is as of the last session's close."""

    id: UUID
    account_number: str
    account_type: str
    status: str
    currency: str
    last_equity: Money
    created_at: Instant
    user_id: UUID | None

    @classmethod
    def of(cls, account: Account, worth: Summary) -> "AccountView":
        """Show an account."""
        return cls(
            id=account.account_id,
            account_number=account.account_number,
            account_type=account.account_type,
            status=status(account),
            currency=account.currency,
            last_equity=worth.previous_equity,
            created_at=account.created_at,
            user_id=account.owner_id,
        )


@router.post("/accounts", response_model=AccountView)
async def create_account(
    body: AccountIn, platform: The, caller: Broker, response: Response, key: OptionalKey = None
) -> Any:
    """Register a person and open their account. Trading waits for the check of their identity."""
    user = await identity.create_user(platform, caller, body.user(), part(key, "user"))
    account = await accounts.open_account(
        platform,
        caller,
        user.user_id,
        _TYPES[body.account_type],
        body.currency,
        part(key, "account"),
    )
    say_replayed(response, replayed=account.replayed)
    return await _view(platform, caller, account)


@router.get("/accounts", response_model=list[AccountView])
async def list_accounts(
    platform: The,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=500)] = 500,
    page_token: Annotated[UUID | None, Query(description="The last id of the page before.")] = None,
) -> Any:
    """List the accounts that the caller may see, oldest first: the broker all, others their own."""
    found = await accounts.list_accounts(platform, caller, limit=limit, after=page_token)
    return await _views(platform, caller, found)


@router.get("/accounts/{account_id}", response_model=AccountView)
async def get_account(account_id: UUID, platform: The, caller: Reader) -> Any:
    """Return one account."""
    account = await accounts.get(platform, caller, account_id)
    return await _view(platform, caller, account)


@router.post("/accounts/{account_id}/actions/close", status_code=204)
async def close_account(
    account_id: UUID, platform: The, caller: Broker, response: Response, key: OptionalKey = None
) -> None:
    """Close an account that is empty, for ever."""
    account = await accounts.set_status(platform, caller, account_id, "closed", key)
    say_replayed(response, replayed=account.replayed)


async def _view(platform: Platform, caller: Caller, account: Account) -> AccountView:
    worth = await portfolio.summary(platform, caller, account.account_id)
    return AccountView.of(account, worth)


async def _views(platform: Platform, caller: Caller, found: Sequence[Account]) -> list[AccountView]:
    """Those that the caller may still see now that their worth was read."""
    worth = await portfolio.summaries(platform, caller, [each.account_id for each in found])
    return [
        AccountView.of(each, worth[each.account_id]) for each in found if each.account_id in worth
    ]
