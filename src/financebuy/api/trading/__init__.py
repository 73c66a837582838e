"""`/v2`: the trading surface in Alpaca's shapes, so that its clients work."""
