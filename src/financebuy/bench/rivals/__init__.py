"""Whom FinanceBuy is measured beside, one a module; each writes the rows that it writes."""
