"""What a run is asked to do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from financebuy.bench.entrants import RIVALS

IN_FLIGHT = (1, 16, 64, 256, 1_000)
PGBENCH_CLIENTS = (1, 8, 16, 32, 64, 256)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rivals take part, and with how many commands in flight."""

    in_flight: Sequence[int] = IN_FLIGHT
    pgbench_clients: Sequence[int] = PGBENCH_CLIENTS
    rivals: Collection[str] = RIVALS
    grown: int = 1_000_000
    """How many deposits the grown database has."""
    pgledger: Sequence[Path] = ()
    """pgledger's SQL, in the order in which it is to be run; without it pgledger takes no part."""


QUICK = Choice(in_flight=(1, 16, 64, 256), pgbench_clients=(1, 16, 64, 256))
"""For a first look: what most goals are about."""
