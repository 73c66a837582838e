"""FinanceBuy in process: the same use cases as over HTTP, as typed Python.

async with financebuy.connect() as fb:
    order = await fb.orders.place("AAPL", "buy", Decimal(10))
"""

from financebuy.client.connecting import Secrets, connect
from financebuy.client.surface import FinanceBuy

__all__ = ["FinanceBuy", "Secrets", "connect"]
