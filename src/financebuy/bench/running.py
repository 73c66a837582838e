"""One run: a fresh server, its data, everybody's turns, the report."""

import asyncio
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import uvloop

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import Entrant
from financebuy.bench.figures import Circumstances
from financebuy.bench.goals import judge
from financebuy.bench.measuring import measure
from financebuy.bench.report import Line, Report
from financebuy.bench.scenarios import SCENARIOS
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.server import bench_server, fill_log
from financebuy.bench.world import World, make_world
from financebuy.errors import FinanceBuyError

_WARM_UP_SECONDS = 1.0
_PLACES = 24
"""How many turns a scenario has in a round, or more than it has."""


class UnknownScenarioError(FinanceBuyError):
    """There is no scenario of this name."""

    text = "there is no such scenario: `financebuy bench run --list` names them"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. `command` is how a reader repeats it."""

    scenarios: Sequence[str]
    choice: Choice = field(default_factory=Choice)
    rounds: int = 5
    seconds: float = 3.0
    seed: int = 1
    most_accounts: int | None = None
    command: str = "financebuy bench run"

    @property
    def accounts(self) -> int:
        """As many as the scenario wants that wants most, unless that is too many.

        Raises `UnknownScenarioError`.
        """
        wanted = max(each.accounts for each in chosen(self.scenarios))
        return min(wanted, self.most_accounts or wanted)


def chosen(names: Sequence[str]) -> list[Scenario]:
    """The scenarios of these names, each once. Raises `UnknownScenarioError`."""
    for name in names:
        if name not in SCENARIOS:
            raise UnknownScenarioError(field=name)
    return [SCENARIOS[name] for name in dict.fromkeys(names)]


def run(plan: Plan, tell: Callable[[str], None]) -> Report:
    """Run it on a server of its own.

    Raises `UnknownScenarioError`.
    """
    circumstances = Circumstances.now()
    accounts = plan.accounts
    began = time.monotonic()
    with bench_server() as (server, connections):
        tell(f"a fresh server with {accounts} accounts")

        async def all_turns() -> list[Line]:
            making = make_world(server, connections, accounts=accounts, tell=tell)
            async with making as world:
                return await _turns(plan, world, tell, began)

        # As the API's own process does; asyncio's loop would cost every contender here more.
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            lines = runner.run(all_turns())
    return Report(
        circumstances=circumstances,
        command=plan.command,
        seed=plan.seed,
        rounds=plan.rounds,
        seconds_each=plan.seconds,
        accounts=accounts,
        lines=lines,
        goals=judge(lines),
    )


async def _turns(plan: Plan, world: World, tell: Callable[[str], None], began: float) -> list[Line]:
    entrants: list[Entrant] = []
    scenarios = chosen(plan.scenarios)
    # Before a standby follows: it would have to take all of it, and a checkpoint does not wait.
    seconds = plan.seconds * plan.rounds * len(scenarios) * _PLACES
    await asyncio.to_thread(fill_log, world.server.url, seconds)
    for scenario in scenarios:
        tell(f"preparing {scenario.name}")
        entrants += await scenario.entrants(world, plan.choice)
    warm_up = min(_WARM_UP_SECONDS, plan.seconds)
    tell("warming up")
    for entrant in widest(entrants):
        await entrant.turn(warm_up, lambda: None)
    await asyncio.to_thread(world.settle)
    # As the API does once it is ready: looking through what stays would hold up every contender.
    gc.collect()
    gc.freeze()
    tell(f"ready after {time.monotonic() - began:.0f} s")
    return await measure(
        entrants, world.read, tell, rounds=plan.rounds, seconds=plan.seconds, seed=plan.seed
    )


def widest(entrants: Sequence[Entrant]) -> list[Entrant]:
    """Each contender of a scenario once, with the most in flight: what warms it for fewer too."""
    found: dict[tuple[str, str], Entrant] = {}
    for each in entrants:
        scenario, contender, in_flight = each.place
        known = found.get((scenario, contender))
        if known is None or known.place.in_flight < in_flight:
            found[scenario, contender] = each
    return list(found.values())
