"""A realistic mix: most orders are filled, some are canceled, some stay open; and deposits."""

from collections.abc import Awaitable, Callable

from financebuy.bench.choice import Choice
from financebuy.bench.commands import buy, cancel, canceled, deposit, fill
from financebuy.bench.entrants import Entrant
from financebuy.bench.rivals.ours import in_process
from financebuy.bench.rivals.pgbench_calls import mix_scripts, pgbench_calls
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.world import World

Step = Callable[[World, int], Awaitable[None]]


async def _deposit(world: World, n: int) -> None:
    await deposit(world.platform, world.accounts[n])


async def _buy(world: World, n: int) -> None:
    await buy(world.platform, world.token(n), world.accounts[n], world.security_id)


async def _buy_and_fill(world: World, n: int) -> None:
    order = await buy(world.platform, world.token(n), world.accounts[n], world.security_id)
    await fill(world.platform, order)


async def _buy_and_cancel(world: World, n: int) -> None:
    token = world.token(n)
    order = await buy(world.platform, token, world.accounts[n], world.security_id)
    await cancel(world.platform, token, order)
    await canceled(world.platform, order)


STEPS: tuple[tuple[int, Step], ...] = (
    (6, _buy_and_fill), (2, _buy_and_cancel), (1, _buy), (1, _deposit)
)  # fmt: skip
"""How many of ten, and what; mix_scripts in the rivals has the same weights."""


async def _entrants(world: World, choice: Choice) -> list[Entrant]:
    plan = [step for weight, step in STEPS for _ in range(weight)]

    async def command(turn: int) -> None:
        # Neighbours do different things, and so does an account when its turn comes again.
        around, n = divmod(turn, len(world.accounts))
        await plan[(turn * 7 + around) % len(plan)](world, n)

    ours = in_process("mix", command, choice.in_flight)
    scripts = mix_scripts(world, [weight for weight, _ in STEPS])
    return ours + pgbench_calls("mix", world, None, scripts, choice)


MIX = Scenario(
    "mix", "six orders filled, two canceled, one left open, one deposit, of ten", 1_000, _entrants
)
