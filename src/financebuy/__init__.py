"""FinanceBuy: the data platform of an investment app on PostgreSQL."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from financebuy.client import FinanceBuy, Secrets, connect

__version__ = "0.1.0"
__all__ = ["FinanceBuy", "Secrets", "__version__", "connect"]


def __getattr__(name: str) -> Any:
    """Load the in-process client when it is first used: servers and commands do not need it."""
    if name in {"FinanceBuy", "Secrets", "connect"}:
        return getattr(importlib.import_module("financebuy.client"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
