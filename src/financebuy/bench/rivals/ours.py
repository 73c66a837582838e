"""FinanceBuy in process: its command writer, which gathers what arrives at once."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from financebuy.bench.driving import drive
from financebuy.bench.entrants import OURS, Entrant, Place


def in_process(
    scenario: str, command: Callable[[int], Awaitable[None]], in_flight: Sequence[int]
) -> list[Entrant]:
    """Submit `command(turn)`, with each of these numbers in flight."""
    return [
        Entrant(Place(scenario, OURS, number), partial(drive, command, number))
        for number in in_flight
    ]
