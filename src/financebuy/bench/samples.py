"""What one turn of a contender saw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from financebuy.bench.figures import percentile

Begin = Callable[[], None]
"""Called by a contender when it is warm and the first command that counts is about to go out.

One whose ending costs the server something calls it again, when its last command is counted.
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """Commands a second, and how long each took, in milliseconds."""

    per_second: float
    latencies: Sequence[float]

    @property
    def count(self) -> int:
        """How many commands it was."""
        return len(self.latencies)

    def of_batches(self, size: int) -> "Sample":
        """The same of calls with so many commands each, all of which took as long as their call."""
        latencies = [each for each in self.latencies for _ in range(size)]
        return Sample(self.per_second * size, latencies)

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
