"""Deposits: over a thousand accounts, over ten, over one that everybody wants, over 100,000."""

from functools import partial

from financebuy.bench.choice import Choice
from financebuy.bench.commands import deposit
from financebuy.bench.entrants import SQLALCHEMY, Entrant
from financebuy.bench.rivals.ours import in_process
from financebuy.bench.rivals.pgbench_calls import deposit_scripts, pgbench_calls
from financebuy.bench.rivals.pgledger import pgledger
from financebuy.bench.rivals.sqlalchemy_session import sqlalchemy_deposits
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.world import World

_BESIDE_PGLEDGER = "deposit"


async def _entrants(name: str, accounts: int, world: World, choice: Choice) -> list[Entrant]:
    some = world.accounts[:accounts]

    async def command(turn: int) -> None:
        await deposit(world.platform, some[turn % len(some)])

    entrants = in_process(name, command, choice.in_flight)
    entrants += pgbench_calls(name, world, "fb_bank", deposit_scripts(len(some)), choice)
    if SQLALCHEMY in choice.rivals:
        entrants += sqlalchemy_deposits(name, world, some)
    if name == _BESIDE_PGLEDGER:
        entrants += await pgledger(name, world, choice)
    return entrants


def _deposits(name: str, about: str, accounts: int, *, long: bool = False) -> Scenario:
    return Scenario(name, about, accounts, partial(_entrants, name, accounts), long)


DEPOSIT = _deposits("deposit", "deposits over 1,000 accounts", 1_000)
HOT_ACCOUNT = _deposits("hot-account", "deposits, all on one account", 1)
TEN_ACCOUNTS = _deposits("ten-accounts", "deposits over ten accounts", 10)
MANY_ACCOUNTS = _deposits("many-accounts", "deposits over 100,000 accounts", 100_000, long=True)
