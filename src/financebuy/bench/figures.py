"""What every measurement shares: the machine, medians, percentiles."""

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median

import msgspec
import psutil

from financebuy import __version__
from financebuy.cluster.tuning import GB, Machine


class Circumstances(msgspec.Struct, frozen=True):
    """When, with which version and on what: figures mean nothing without."""

    measured_at: datetime
    version: str
    cores: int
    memory_gib: int
    load: float
    """How many processes wanted a core in the minute before."""
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
            load=round(psutil.getloadavg()[0], 1),
            system=platform.system(),
            python=platform.python_version(),
        )

    @property
    def warning(self) -> str | None:
        """Why the figures say little, if they do."""
        if self.load <= self.cores / 2:
            return None
        return (
            f"the machine was busy before it began (load {self.load} on {self.cores} cores):"
            " the figures are worse than they would be alone"
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
