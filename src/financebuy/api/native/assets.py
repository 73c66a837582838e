"""`/fb/v1/assets`: every security, and finding one by its words."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from financebuy.api.auth import Reader, The
from financebuy.api.bodies import Route
from financebuy.api.paging import DEFAULT_LIMIT, Limit, Page
from financebuy.services import pricing

router = APIRouter(prefix="/fb/v1/assets", tags=["native: assets"], route_class=Route)


class SecurityView(BaseModel):
    """A security, of any kind."""

    model_config = ConfigDict(from_attributes=True)

    security_id: UUID
    symbol: str
    exchange: str
    name: str
    security_type: str
    currency: str
    isin: str | None
    figi: str | None
    sector: str | None
    country: str | None
    status: str
    tradable: bool
    fractionable: bool


@router.get("", response_model=Page[SecurityView])
async def search_assets(
    platform: The,
    caller: Reader,  # noqa: ARG001 (reference data is everybody's who has a key)
    search: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            description="Words of the symbol, name or ISIN; beginnings of words are enough.",
        ),
    ],
    limit: Limit = DEFAULT_LIMIT,
) -> Any:
    """Find securities by words, the best match first."""
    found = await pricing.search(platform, search, limit)
    return Page(items=[SecurityView.model_validate(each) for each in found], next_cursor=None)
