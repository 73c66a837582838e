"""An API as it is commonly written: FastAPI, a pool, and one call of the database a request.

It calls the product's own function with one row, and takes the caller's signed identity as it
comes: it looks up no key, counts no requests and writes no log.
"""

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import uvicorn
from fastapi import FastAPI, Header, HTTPException
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

from financebuy.sql import load

DATABASE = "FINANCEBUY_BENCH_DATABASE"
"""The environment variable with the URL of the database, as `app_user`."""
_CONNECTIONS = 16


class OrderIn(BaseModel):
    """A limit order for the day."""

    account_id: UUID
    security_id: UUID
    client_order_id: str
    side: Literal["buy", "sell"]
    qty: Decimal
    limit_price: Decimal


def create_app(url: str) -> FastAPI:
    """The application, on the database at `url`."""
    pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
        url, min_size=_CONNECTIONS, max_size=_CONNECTIONS, open=False, timeout=60,
        kwargs={"autocommit": True, "row_factory": dict_row},
    )  # fmt: skip

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(lifespan=life, openapi_url=None)

    @app.get("/ready")
    async def ready() -> dict[str, bool]:
        """Whether it serves."""
        return {"ready": True}

    @app.post("/orders")
    async def place(order: OrderIn, x_identity: Annotated[str, Header()]) -> Any:
        """Place an order."""
        async with pool.connection() as connection:
            cursor = await connection.execute(
                load("commands").place_order.encode(), _row(order, x_identity)
            )
            verdict = await cursor.fetchone()
        if verdict is None or verdict["outcome"] != "accepted":
            raise HTTPException(422, str(verdict))
        return verdict["result"]

    return app


def _row(order: OrderIn, identity: str) -> dict[str, Any]:
    one: dict[str, Any] = {
        "identity": identity, "key": str(uuid4()), "request_id": None, "origin": "bench",
        "account_id": order.account_id, "security_id": order.security_id,
        "client_order_id": order.client_order_id, "side": order.side, "order_type": "limit",
        "time_in_force": "day", "quantity": order.qty, "notional": None,
        "limit_price": order.limit_price, "stop_price": None, "lot_method": None, "lots": None,
    }  # fmt: skip
    return {name: [value] for name, value in one.items()} | {"skip_locked": False}


def main() -> None:
    """Serve until SIGTERM, with the server and loop that the product's API runs on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    uvicorn.run(
        create_app(os.environ[DATABASE]), host="127.0.0.1", port=port, loop="uvloop",
        http="httptools", access_log=False, log_level="warning",
    )  # fmt: skip


if __name__ == "__main__":
    main()
