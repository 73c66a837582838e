"""What a scenario is: a name, the accounts that it needs, and who takes part in it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import Entrant
from financebuy.bench.world import World


@dataclass(frozen=True, slots=True)
class Scenario:
    """`about` is one line of help. A `long` one is left to `make soak` unless it is named."""

    name: str
    about: str
    accounts: int
    entrants: Callable[[World, Choice], Awaitable[list[Entrant]]]
    long: bool = False
