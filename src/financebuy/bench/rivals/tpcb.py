"""pgbench's own TPC-B, which knows neither keys nor history that lasts: what the machine can do."""

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import PGBENCH_TPCB, Entrant, Place
from financebuy.bench.pgbench import fill_tpcb
from financebuy.bench.rivals.pgbench_calls import pgbench_turn
from financebuy.bench.world import World

_DATABASE = "tpcb"
SCALE = 10


def prepare_tpcb(world: World, scale: int = SCALE) -> str:
    """Make its database on the same server; returns its URL."""
    url = world.another_database(_DATABASE)
    fill_tpcb(url, scale)
    return url


def tpcb(scenario: str, world: World, choice: Choice, scale: int = SCALE) -> list[Entrant]:
    """With each number of clients."""
    if PGBENCH_TPCB not in choice.rivals:
        return []
    url = prepare_tpcb(world, scale)
    return [
        Entrant(Place(scenario, PGBENCH_TPCB, clients), pgbench_turn(world, url, None, clients))
        for clients in choice.pgbench_clients
    ]
