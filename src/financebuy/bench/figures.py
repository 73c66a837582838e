"""What every measurement shares: the machine, medians, percentiles."""

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median

import msgspec

from financebuy import __version__
from financebuy.cluster.tuning import GB, Machine


class Circumstances(msgspec.Struct, frozen=True):
    """When, with which version and on what: figures mean nothing without."""

    measured_at: datetime
    version: str
    cores: int
    memory_gib: int
    system: str
    python: str

    @classmethod
    def now(cls) -> "Circumstances":
        """These, here and now; the machine in general terms, so that a report can be shown."""
        machine = Machine.read()
        return cls(
            measured_at=datetime.now(UTC),
            version=__version__,
            cores=machine.cores,
            memory_gib=round(machine.memory / GB),
            system=platform.system(),
            python=platform.python_version(),
        )


def middle(values: Sequence[float], digits: int = 2) -> float:
    """The median, rounded."""
    return round(median(values), digits)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` of them do not exceed; 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
