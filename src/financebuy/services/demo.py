"""The first users of a paper platform: an investor with money to spend, and an operator."""

import secrets
from datetime import UTC, datetime, time
from decimal import Decimal
from uuid import UUID, uuid4

from financebuy.cluster.demo import Credentials, Demo
from financebuy.errors import NotFoundError
from financebuy.services import accounts, identity, ledger, pricing, sign_in, staff
from financebuy.services.caller import PLATFORM
from financebuy.services.identity import NewUser
from financebuy.services.platform import Platform

OPENING_DEPOSIT = Decimal("100000.00")
INVESTOR = NewUser("investor@example.com", "Ada", "Investor")
OPERATOR = NewUser("operator@example.com", "Otto", "Operator")
_PASSWORD_BYTES = 15
INVESTOR_SCOPES = ("read", "trade", "funding")
OPERATOR_SCOPES = ("read", "inspect", "broker", "operations", "admin")


async def seed(platform: Platform) -> Demo:
    """Create the demo users, or, after a start that was cut short, go on with them.

    The investor is verified and has an account with the opening deposit. The API keys and passwords
    are new at each call, since they cannot be read again.
    """
    investor_id = await _user(platform, INVESTOR, "investor", "customer")
    operator_id = await _user(platform, OPERATOR, "operator", "operator")
    await staff.set_role(platform, PLATFORM, operator_id, "admin")
    account = await accounts.open_account(
        platform, PLATFORM, investor_id, "individual", "USD", "demo:account"
    )
    await ledger.deposit(
        platform,
        PLATFORM,
        account.account_id,
        OPENING_DEPOSIT,
        bank_reference="demo:opening",
        effective_at=await _opening_time(platform),
    )
    return Demo(
        investor=await _key(platform, investor_id, INVESTOR_SCOPES, account.account_id),
        operator=await _key(platform, operator_id, OPERATOR_SCOPES),
    )


async def _user(platform: Platform, user: NewUser, name: str, kind: str) -> UUID:
    created = await identity.create_user(platform, PLATFORM, user, f"demo:{name}", kind=kind)
    await identity.set_kyc_status(
        platform, PLATFORM, created.user_id, "approved", f"demo:{name}:kyc"
    )
    return created.user_id


async def _key(
    platform: Platform, user_id: UUID, scopes: tuple[str, ...], account_id: UUID | None = None
) -> Credentials:
    made = await identity.create_api_key(platform, PLATFORM, user_id, scopes, key=str(uuid4()))
    assert made.secret is not None  # noqa: S101 (a new request, so no repeat)
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    await sign_in.set_password(platform, PLATFORM, user_id, password)
    return Credentials(
        str(user_id), made.key_id, made.secret, str(account_id) if account_id else None, password
    )


async def _opening_time(platform: Platform) -> datetime:
    """The market's time; before it has started, the beginning of its first day."""
    try:
        return (await pricing.clock(platform)).market_time
    except NotFoundError:
        return datetime.combine(platform.settings.market_start, time(), UTC)
