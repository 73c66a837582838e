"""The tree of errors that FinanceBuy raises on purpose."""

from typing import ClassVar


class FinanceBuyError(Exception):
    """Root of every error that FinanceBuy raises on purpose; its message is for the user."""

    exit_code: ClassVar[int] = 1
    """What a command line program that ends with this error returns."""
