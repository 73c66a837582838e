"""`/v1`: the broker surface in Alpaca's shapes: accounts and transfers."""
