"""The root of all errors, and the rules that any value may break."""

from typing import Any, ClassVar


class FinanceBuyError(Exception):
    """Root of every error that FinanceBuy raises on purpose; its message is for the user."""

    exit_code: ClassVar[int] = 1
    """What a command line program that ends with this error returns."""
    code: ClassVar[int] = 50010000
    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    text: ClassVar[str] = "something went wrong"

    def __init__(
        self, message: str | None = None, *, field: str | None = None, detail: Any = None
    ) -> None:
        """`field` names the input that broke the rule; `detail` is machine-readable context."""
        self.field = field
        self.detail = detail
        super().__init__(message or (f"{field}: {self.text}" if field else self.text))

    @property
    def message(self) -> str:
        """The sentence for the user."""
        return str(self)


class RefusedError(FinanceBuyError):
    """A command broke a rule; nothing but the verdict was recorded."""

    code, status, slug = 42210000, 422, "refused"
    text = "the request was refused"


class InvalidValueError(RefusedError):
    slug, text = "invalid_value", "is not one of the values allowed here"
    exit_code = 64


class RequiredError(RefusedError):
    slug, text = "required", "is required"
    exit_code = 64


class NotAllowedError(RefusedError):
    slug, text = "not_allowed", "is not allowed with the other values"
    exit_code = 64


class OutOfRangeError(RefusedError):
    slug, text = "out_of_range", "is outside of the range allowed here"
    exit_code = 64


class ExcessScaleError(RefusedError):
    slug, text = "excess_scale", "has more decimal places than the asset allows"
    exit_code = 64
