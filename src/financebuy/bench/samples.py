"""What one turn of a contender saw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from financebuy.bench.figures import percentile

Begin = Callable[[], None]
"""Called by a contender when it has connected and its first command is about to go out."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Commands a second, and how long each took, in milliseconds."""

    per_second: float
    latencies: Sequence[float]

    @property
    def count(self) -> int:
        """How many commands it was."""
        return len(self.latencies)

    @property
    def p50(self) -> float:
        """Half of them took at most this long."""
        return percentile(self.latencies, 0.50)

    @property
    def p95(self) -> float:
        """All but one in twenty."""
        return percentile(self.latencies, 0.95)

    @property
    def p99(self) -> float:
        """All but one in a hundred."""
        return percentile(self.latencies, 0.99)
