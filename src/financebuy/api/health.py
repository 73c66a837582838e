"""`/healthz` and `/readyz`: for whoever starts, watches or balances the process."""

import asyncio
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from financebuy.api.auth import The
from financebuy.services import health

router = APIRouter(tags=["machine"])
_PATIENCE_SECONDS = 2.0


class Health(BaseModel):
    """Whether the process answers."""

    status: str


class Readiness(BaseModel):
    """Whether requests can be served: the database answers, and its schema is this program's."""

    status: str
    database: bool
    schema_at_head: bool


@router.get("/healthz", response_model=Health)
async def healthz() -> Any:
    """Say that the process answers."""
    return Health(status="ok")


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
async def readyz(platform: The, response: Response) -> Any:
    """Say whether requests can be served; 503 when they cannot."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            found = await health.check(platform)
    except TimeoutError:
        response.status_code = 503
        return Readiness(status="unavailable", database=False, schema_at_head=False)
    response.status_code = 200 if found.ready else 503
    return Readiness(
        status="ok" if found.ready else "unavailable",
        database=found.database,
        schema_at_head=found.schema_at_head,
    )
