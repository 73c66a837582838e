"""`/fb/v1`: FinanceBuy's own surface, with keys that make every money call repeatable."""
