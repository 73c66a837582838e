"""The application: every router, over one platform."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from uuid import UUID

from fastapi import FastAPI
from starlette.types import ASGIApp

from financebuy import __version__
from financebuy.api import health, openapi, problems
from financebuy.api.briefly import Briefly
from financebuy.api.broker import accounts as broker_accounts
from financebuy.api.broker import transfers
from financebuy.api.native import (
    actions,
    books,
    currencies,
    fees,
    ledger,
    operations,
    owners,
    portfolio,
    preferences,
    prices,
    statements,
    users,
)
from financebuy.api.native import assets as native_assets
from financebuy.api.native import movements as native_movements
from financebuy.api.native import orders as native_orders
from financebuy.api.requests import Requests
from financebuy.api.trading import account, assets, calendar, clock, positions
from financebuy.api.trading import orders as trading_orders
from financebuy.database.programs import beat
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform

# The busiest first: routes are looked through in this order.
ROUTERS = (
    trading_orders.router,
    native_orders.router,
    transfers.router,
    positions.router,
    account.router,
    clock.router,
    assets.router,
    calendar.router,
    prices.router,
    native_assets.router,
    portfolio.router,
    preferences.router,
    actions.router,
    ledger.router,
    native_movements.router,
    statements.router,
    owners.router,
    fees.router,
    currencies.router,
    broker_accounts.router,
    users.router,
    operations.router,
    books.router,
    health.router,
)

OpenPlatform = Callable[[], AbstractAsyncContextManager[Platform]]


def create_app(open_platform: OpenPlatform) -> ASGIApp:
    """Build the application; it opens its platform when the server starts, and closes it after."""
    app = routes()
    app.router.lifespan_context = lambda _: _life(app, open_platform)
    return Requests(app)


def routes() -> FastAPI:
    """Return the routes and their document, without a platform."""
    app = FastAPI(
        title="FinanceBuy",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for router in ROUTERS:
        # Their routes themselves: an included router would be matched route by route, twice.
        app.router.routes.extend(router.routes)
    problems.install(app)
    openapi.install(app)
    return app


@asynccontextmanager
async def _life(app: FastAPI, open_platform: OpenPlatform) -> AsyncIterator[None]:
    async with open_platform() as platform:
        app.state.platform = platform
        app.state.keys = Briefly[Caller]()
        app.state.accounts = Briefly[UUID]()
        stop = asyncio.Event()
        heart = asyncio.create_task(
            beat("api", lambda: platform.pools.connection("app_user"), stop), name="heartbeat"
        )
        try:
            yield
        finally:
            stop.set()
            heart.cancel()
            with suppress(asyncio.CancelledError):
                await heart
