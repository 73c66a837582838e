"""The customers of a drill: verified, each with an account and an API key, and no money yet."""

import asyncio

import msgspec

from financebuy.bootstrap import open_platform
from financebuy.cluster.demo import read_demo
from financebuy.cluster.endpoints import Endpoints
from financebuy.errors import NotFoundError
from financebuy.services import accounts, identity
from financebuy.services.caller import Caller
from financebuy.services.checks import CheckResult, check_books
from financebuy.services.door import Visit
from financebuy.services.platform import Platform
from financebuy.settings import Settings

_SCOPES = ("read", "trade", "funding")


class Investor(msgspec.Struct, frozen=True):
    """An account and the key that trades on it."""

    account_id: str
    key_id: str
    secret: str


def open_investors(settings: Settings, count: int) -> list[Investor]:
    """Register `count` customers on the running platform, in process, as its operator."""
    return asyncio.run(_open_investors(settings, count))


def books_of(settings: Settings) -> list[CheckResult]:
    """`financebuy check books` on the running platform."""
    return asyncio.run(_check(settings))


async def _open_investors(settings: Settings, count: int) -> list[Investor]:
    demo = read_demo(Endpoints.read(settings.data_dir).secrets)
    if demo is None:
        raise NotFoundError("the platform has no operator: it is no paper platform")
    async with open_platform(settings) as platform:
        operator = await identity.authenticate(
            platform, demo.operator.key_id, demo.operator.secret, Visit(None, "drill", "drill")
        )
        return [await _open(platform, operator, number) for number in range(1, count + 1)]


async def _open(platform: Platform, operator: Caller, number: int) -> Investor:
    person = identity.NewUser(f"drill-{number}@example.com", "Dora", f"Drill {number}")
    user = await identity.create_user(platform, operator, person)
    await identity.set_kyc_status(platform, operator, user.user_id, "approved")
    account = await accounts.open_account(platform, operator, user.user_id)
    key = await identity.create_api_key(
        platform, operator, user.user_id, _SCOPES, account.account_id
    )
    assert key.secret is not None  # noqa: S101 (a new request, so no repeat)
    return Investor(str(account.account_id), key.key_id, key.secret)


async def _check(settings: Settings) -> list[CheckResult]:
    async with open_platform(settings, roles=("auditor",)) as platform:
        return await check_books(platform)
