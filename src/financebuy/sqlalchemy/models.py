"""What every read model has in common: types, and that nothing is ever written through it."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Numeric, Text, Uuid, event
from sqlalchemy.orm import DeclarativeBase

from financebuy.errors import FinanceBuyError


class ReadOnlyError(FinanceBuyError):
    """A read model was changed, added or deleted: money moves by commands alone."""

    slug, text = "read_only", "read models are not written: use the API or financebuy.connect()"


class ReadModel(DeclarativeBase):
    """Base of the read models. Tables are the platform's own: never `create_all` them."""

    __table_args__ = {"schema": "public"}  # noqa: RUF012 (as SQLAlchemy declares it)
    type_annotation_map = {  # noqa: RUF012 (as SQLAlchemy declares it)
        Decimal: Numeric,
        UUID: Uuid,
        datetime: DateTime(timezone=True),
        int: BigInteger,
        str: Text,
    }


def _refuse(_mapper: Any, _connection: Any, target: Any) -> None:
    raise ReadOnlyError(f"{type(target).__name__}: {ReadOnlyError.text}")


for _change in ("before_insert", "before_update", "before_delete"):
    event.listen(ReadModel, _change, _refuse, propagate=True)
