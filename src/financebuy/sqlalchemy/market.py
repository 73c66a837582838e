"""Securities and prices, which everybody may read."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column, relationship

from financebuy.sqlalchemy.models import ReadModel


class Security(ReadModel):
    """An instrument; `price` is its latest price, None before it had any."""

    __tablename__ = "securities"

    security_id: Mapped[UUID] = mapped_column(primary_key=True)
    exchange: Mapped[str]
    symbol: Mapped[str]
    name: Mapped[str]
    security_type: Mapped[str]
    currency: Mapped[str]
    isin: Mapped[str | None]
    figi: Mapped[str | None]
    sector: Mapped[str | None]
    country: Mapped[str | None]
    status: Mapped[str]
    tradable: Mapped[bool]
    fractionable: Mapped[bool]
    price_scale: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    price: Mapped["SecurityPrice | None"] = relationship(
        primaryjoin="Security.security_id == foreign(SecurityPrice.security_id)",
        uselist=False,
        viewonly=True,
    )


class SecurityPrice(ReadModel):
    """The latest quote of a security."""

    __tablename__ = "security_prices"

    security_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_date: Mapped[date]
    bid: Mapped[Decimal | None]
    ask: Mapped[Decimal | None]
    last: Mapped[Decimal]
    bid_size: Mapped[int | None]
    ask_size: Mapped[int | None]
    volume: Mapped[int]
    previous_close: Mapped[Decimal | None]
    quote_seq: Mapped[int]
    quoted_at: Mapped[datetime]
    simulated: Mapped[bool]
    recorded_at: Mapped[datetime]


class PriceBar(ReadModel):
    """One day of trading, as traded. In a replay, bars of the market's future are there too."""

    __tablename__ = "price_bars"

    security_id: Mapped[UUID] = mapped_column(primary_key=True)
    timeframe: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    session_date: Mapped[date]
    open: Mapped[Decimal]
    high: Mapped[Decimal]
    low: Mapped[Decimal]
    close: Mapped[Decimal]
    volume: Mapped[int]
    source: Mapped[str]
