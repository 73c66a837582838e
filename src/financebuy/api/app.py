"""The application: every router, over one platform."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from uuid import UUID

import psycopg
from fastapi import FastAPI
from starlette.types import ASGIApp

from financebuy import __version__
from financebuy.api import health, openapi, problems
from financebuy.api.briefly import Briefly
from financebuy.api.broker import accounts as broker_accounts
from financebuy.api.broker import transfers
from financebuy.api.express import Express
from financebuy.api.native import (
    actions,
    audit,
    books,
    currencies,
    documents,
    door,
    fees,
    ledger,
    operations,
    own_keys,
    owners,
    payment_methods,
    portfolio,
    preferences,
    prices,
    second_factors,
    staff,
    statements,
    users,
)
from financebuy.api.native import assets as native_assets
from financebuy.api.native import movements as native_movements
from financebuy.api.native import orders as native_orders
from financebuy.api.requests import Requests
from financebuy.api.trading import account, assets, calendar, clock, positions
from financebuy.api.trading import orders as trading_orders
from financebuy.cache.limits import Limit
from financebuy.database.programs import beat
from financebuy.errors import FinanceBuyError
from financebuy.services.caller import Caller
from financebuy.services.door import SessionState
from financebuy.services.platform import Platform
from financebuy.services.renewing import renew

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
    payment_methods.router,
    documents.router,
    door.router,
    second_factors.router,
    own_keys.router,
    staff.router,
    operations.router,
    books.router,
    audit.router,
    health.router,
)

EXPRESS = {("POST", "/v2/orders"): trading_orders.place_at_once}
"""What goes past FastAPI, in a handler of its own."""

_LEASES_PER_SECOND = 50
_ORIGIN_SECONDS = 300.0
"""How long a ciphertext of somebody's address is used again."""

log = logging.getLogger(__name__)
OpenPlatform = Callable[[], AbstractAsyncContextManager[Platform]]


def create_app(open_platform: OpenPlatform) -> ASGIApp:
    """Build the application; it opens its platform when the server starts, and closes it after."""
    app = routes()
    app.router.lifespan_context = lambda _: serving(app, open_platform)
    return Requests(Express(app, EXPRESS))


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
async def serving(app: FastAPI, open_platform: OpenPlatform) -> AsyncIterator[None]:
    """What there is while requests are served: the platform, caches, the process's heartbeat."""
    async with open_platform() as platform:
        settings = platform.settings
        app.state.platform = platform
        app.state.keys = Briefly[Caller]()
        app.state.accounts = Briefly[UUID]()
        app.state.origins = Briefly[str](seconds=_ORIGIN_SECONDS)
        app.state.sessions = Briefly[SessionState | None]()
        app.state.limit = Limit(
            "requests",
            settings.requests_per_second,
            2 * settings.requests_per_second,
            lease=max(1, settings.requests_per_second // _LEASES_PER_SECOND),
        )
        # The hash that unknown addresses are checked against: the first of them must not wait.
        await asyncio.to_thread(getattr, platform.door.passwords, "nobody")
        renewing = asyncio.create_task(_renew(platform), name="renew personal data")
        # What is there now stays: looking through it for garbage would hold up everybody.
        gc.collect()
        gc.freeze()
        stop = asyncio.Event()
        heart = asyncio.create_task(
            beat("api", lambda: platform.pools.connection("app_user"), stop), name="heartbeat"
        )
        try:
            yield
        finally:
            stop.set()
            for task in (heart, renewing):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


async def _renew(platform: Platform) -> None:
    """What an older FinanceBuy encrypted is found by address again once it is written anew."""
    try:
        renewed = await renew(platform)
    except (FinanceBuyError, psycopg.Error) as error:
        log.error("personal data was not renewed: %s", type(error).__name__)
        return
    if renewed:
        log.info("personal data of %d users was renewed", renewed)
