"""What a setting may say: each parser gives the value of a text, or says the rule it breaks."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from financebuy.errors import FinanceBuyError

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class InvalidSettingError(FinanceBuyError):
    """A `FINANCEBUY_*` variable holds a value that cannot be used."""

    exit_code = 64


_PASSWORD = re.compile(r"//[^/@]*:[^/@]+@|[?&](?:ssl)?password=")


def boolean(text: str) -> bool:
    """Take true or false, as people write them."""
    lowered = text.lower()
    if lowered not in _TRUE | _FALSE:
        raise ValueError("must be true or false")
    return lowered in _TRUE


def between(low: int, high: int) -> Callable[[str], int]:
    """Make a parser of whole numbers from `low` to `high`."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"\d{1,12}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse


def positive_decimal(most: str) -> Callable[[str], Decimal]:
    """Make a parser of numbers above 0 and at most `most`."""

    def parse(text: str) -> Decimal:
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        # NaN compares false with everything; the order of these tests keeps it out.
        if not number.is_finite() or not 0 < number <= Decimal(most):
            raise ValueError(f"must be a number above 0, at most {most}")
        return number

    return parse


def speed(text: str) -> Decimal | None:
    """Take trading days a minute, or None for real time."""
    return None if text.lower() in {"real", "realtime"} else positive_decimal("1000")(text)


def day(text: str) -> date:
    """Take a date as ISO 8601 has it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a date, as 2012-06-01") from None


def postgres_url(text: str) -> str:
    """Take a URL without a password, or `@` and a file that holds a whole one."""
    named = text.startswith("@")
    try:
        url = Path(text[1:]).expanduser().read_text(encoding="utf-8").strip() if named else text
    except OSError as error:
        raise ValueError(f"names a file that cannot be read: {error.strerror}") from None
    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError("must start with postgresql://")
    if not named and _PASSWORD.search(url):
        # Not repeated, as other values are.
        raise InvalidSettingError(
            "FINANCEBUY_DATABASE_URL holds a password, which every process can read: put the URL"
            " in a file that is yours alone and name that, as @/path/to/the/file"
        )
    return url


def one_of(*words: str) -> Callable[[str], str]:
    """Make a parser of one of these words, in any case."""

    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text.lower()

    return parse


def amount_or_never(text: str) -> str:
    """Take an amount of money as text, or never."""
    if text.lower() == "never":
        return "never"
    if not re.fullmatch(r"\d{1,12}(\.\d{1,8})?", text):
        raise ValueError("must be an amount, such as 10000, or never")
    return text


def web_url(text: str) -> str:
    """Take the origin of a web site, without a path."""
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?", text):
        raise ValueError("must be http:// or https://, a host and perhaps a port")
    return text.rstrip("/")


def places(text: str) -> str:
    """Take directories and S3 prefixes, with commas."""
    for place in filter(None, (part.strip() for part in text.split(","))):
        if not (place.startswith("/") or re.fullmatch(r"s3://[a-z0-9.-]{3,63}(/[^,]*)?", place)):
            raise ValueError("must name directories (from /) and s3://BUCKET/PREFIX, with commas")
    return text


def real_path(text: str) -> Path:
    """Take a path, its links resolved."""
    return Path(text).expanduser().resolve()
