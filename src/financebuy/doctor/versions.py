"""The versions of PostgreSQL that this FinanceBuy knows of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Version:
    """One major version: the newest minor one that is known here, and until when it is mended."""

    minor: int
    ends: date


# https://www.postgresql.org/support/versioning/, as of the releases of May 2026.
VERSIONS: Mapping[int, Version] = {
    15: Version(18, date(2027, 11, 11)),
    16: Version(14, date(2028, 11, 9)),
    17: Version(10, date(2029, 11, 8)),
    18: Version(4, date(2030, 11, 14)),
}
