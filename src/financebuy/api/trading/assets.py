"""`/v2/assets`: what can be traded. Bonds and funds, which Alpaca has no class for, are not."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from financebuy.api.auth import Reader, The
from financebuy.api.bodies import Route
from financebuy.errors import SecurityNotFoundError
from financebuy.services import pricing
from financebuy.services.pricing import Asset

router = APIRouter(prefix="/v2", tags=["trading: assets"], route_class=Route)

# Alpaca's names of the exchanges that have one; its clients take no others.
_EXCHANGES = {"XNYS": "NYSE", "XNAS": "NASDAQ", "XASE": "AMEX", "ARCX": "ARCA", "BATS": "BATS"}
_EQUITIES = frozenset({"stock", "etf"})


class AssetView(BaseModel):
    """A security."""

    model_config = ConfigDict(populate_by_name=True)

    id: UUID
    asset_class: str = Field(alias="class")
    exchange: str
    symbol: str
    name: str
    status: str
    tradable: bool
    fractionable: bool
    marginable: bool = False
    shortable: bool = False
    easy_to_borrow: bool = False
    attributes: list[str] = []

    @classmethod
    def of(cls, asset: Asset) -> "AssetView":
        """Show a security."""
        return cls.model_construct(
            id=asset.security_id,
            asset_class="us_equity",
            exchange=exchange_name(asset.exchange),
            symbol=asset.symbol,
            name=asset.name,
            status=asset.status,
            tradable=asset.tradable,
            fractionable=asset.fractionable,
        )


def exchange_name(mic: str) -> str:
    """Return Alpaca's name of an exchange, or the empty one that its clients also take."""
    return _EXCHANGES.get(mic, "")


def is_equity(security_type: str) -> bool:
    """Whether Alpaca has a class for a security."""
    return security_type in _EQUITIES


@router.get("/assets", response_model=list[AssetView])
async def list_assets(
    platform: The,
    caller: Reader,  # noqa: ARG001 (reference data is everybody's who has a key)
    status: Literal["active", "inactive"] | None = None,
    asset_class: str | None = None,
    exchange: str | None = None,
) -> Any:
    """List the securities, by symbol."""
    if asset_class not in (None, "us_equity"):
        return []
    return [
        AssetView.of(asset)
        for asset in await pricing.assets(platform, status=status)
        if is_equity(asset.security_type) and exchange in (None, exchange_name(asset.exchange))
    ]


@router.get("/assets/{symbol_or_asset_id}", response_model=AssetView)
async def get_asset(symbol_or_asset_id: str, platform: The, caller: Reader) -> Any:  # noqa: ARG001 (as above)
    """Return one security by its symbol or id."""
    asset = await pricing.asset(platform, symbol_or_asset_id)
    if not is_equity(asset.security_type):
        raise SecurityNotFoundError(field="symbol_or_asset_id")
    return AssetView.of(asset)
