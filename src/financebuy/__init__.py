"""FinanceBuy: the data platform of an investment app on PostgreSQL."""

__version__ = "0.1.0"
