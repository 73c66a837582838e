"""Orders to buy: placed; placed and filled; placed and canceled."""

from collections.abc import Callable

from financebuy.bench.choice import Choice
from financebuy.bench.commands import buy, cancel, canceled, fill
from financebuy.bench.entrants import Entrant
from financebuy.bench.rivals.ours import in_process
from financebuy.bench.rivals.pgbench_calls import (
    Scripts,
    buy_and_cancel_scripts,
    buy_and_fill_scripts,
    buy_scripts,
    pgbench_calls,
)
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.world import World

_ACCOUNTS = 1_000


def _rivals(
    name: str, scripts: Callable[[World], Scripts], world: World, choice: Choice
) -> list[Entrant]:
    return pgbench_calls(name, world, None, scripts(world), choice)


async def _place(world: World, choice: Choice) -> list[Entrant]:
    async def command(turn: int) -> None:
        n = turn % len(world.accounts)
        await buy(world.platform, world.token(n), world.accounts[n], world.security_id)

    name = "place-order"
    return in_process(name, command, choice.in_flight) + _rivals(name, buy_scripts, world, choice)


async def _buy_and_fill(world: World, choice: Choice) -> list[Entrant]:
    async def command(turn: int) -> None:
        n = turn % len(world.accounts)
        order = await buy(world.platform, world.token(n), world.accounts[n], world.security_id)
        await fill(world.platform, order)

    name = "buy-and-fill"
    ours = in_process(name, command, choice.in_flight)
    return ours + _rivals(name, buy_and_fill_scripts, world, choice)


async def _cancel(world: World, choice: Choice) -> list[Entrant]:
    async def command(turn: int) -> None:
        n = turn % len(world.accounts)
        token = world.token(n)
        order = await buy(world.platform, token, world.accounts[n], world.security_id)
        await cancel(world.platform, token, order)
        await canceled(world.platform, order)

    name = "cancel"
    ours = in_process(name, command, choice.in_flight)
    return ours + _rivals(name, buy_and_cancel_scripts, world, choice)


PLACE_ORDER = Scenario("place-order", "limit orders to buy", _ACCOUNTS, _place)
BUY_AND_FILL = Scenario(
    "buy-and-fill", "an order to buy and its fill count as one", _ACCOUNTS, _buy_and_fill
)
CANCEL = Scenario(
    "cancel", "an order, its cancel and the venue's answer count as one", _ACCOUNTS, _cancel
)
