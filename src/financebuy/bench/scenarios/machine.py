"""What the machine can do: pgbench's TPC-B, without anybody beside it."""

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import Entrant
from financebuy.bench.rivals.tpcb import tpcb
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.world import World


async def _entrants(world: World, choice: Choice) -> list[Entrant]:
    return tpcb("machine", world, choice)


MACHINE = Scenario("machine", "pgbench's own TPC-B, to know the machine by", 1, _entrants)
