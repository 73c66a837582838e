"""`pgbench` with one call a transaction: of the product's function, or of one written for it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from psycopg import sql

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import PGBENCH_BY_HAND, PGBENCH_PRODUCT, Entrant, Place
from financebuy.bench.guests import guests
from financebuy.bench.pgbench import run_pgbench
from financebuy.bench.samples import Begin, Sample
from financebuy.bench.world import World
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class Scripts:
    """What pgbench runs over and over: calls of the product's functions, and of those by hand."""

    product: str
    by_hand: str


def deposit_scripts(accounts: int) -> Scripts:
    """One deposit, on one of the first `accounts`."""
    queries = load("bench")
    return Scripts(
        _script(accounts, queries.script_deposit),
        _script(accounts, queries.script_deposit_by_hand),
    )


def bare_deposit_script(accounts: int) -> str:
    """One deposit into plain tables."""
    return _script(accounts, load("bench").script_bare_deposit)


def buy_scripts(world: World) -> Scripts:
    """One order to buy."""
    product, by_hand = _buys(world)
    return Scripts(_script(len(world.accounts), product), _script(len(world.accounts), by_hand))


def buy_and_fill_scripts(world: World) -> Scripts:
    """One order to buy, and its fill: two transactions."""
    product, by_hand = _buys(world)
    queries, accounts = load("bench"), len(world.accounts)
    return Scripts(
        _script(accounts, product, queries.script_fill),
        _script(accounts, by_hand, queries.script_fill_by_hand),
    )


def buy_and_cancel_scripts(world: World) -> Scripts:
    """One order to buy, the request to cancel it, the venue's answer: three transactions."""
    queries, (product, by_hand) = load("bench"), _buys(world)
    accounts = len(world.accounts)
    return Scripts(
        _script(accounts, product, queries.script_cancel, queries.script_canceled),
        _script(accounts, by_hand, queries.script_cancel_by_hand, queries.script_canceled_by_hand),
    )


def mix_scripts(world: World, shares: Sequence[int]) -> Scripts:
    """One of four, drawn: filled, canceled, left open, a deposit; `shares` are their weights."""
    queries, (buy, by_hand) = load("bench"), _buys(world)
    product = (
        (buy, queries.script_fill),
        (buy, queries.script_cancel, queries.script_canceled),
        (buy,),
        (queries.script_deposit,),
    )
    hand = (
        (by_hand, queries.script_fill_by_hand),
        (by_hand, queries.script_cancel_by_hand, queries.script_canceled_by_hand),
        (by_hand,),
        (queries.script_deposit_by_hand,),
    )
    accounts = len(world.accounts)
    return Scripts(_drawn(accounts, shares, product), _drawn(accounts, shares, hand))


def _drawn(accounts: int, shares: Sequence[int], kinds: Sequence[Sequence[str]]) -> str:
    """One of these kinds, each as often as its share says."""
    upto = 0
    blocks: list[str] = []
    for share, steps in zip(shares, kinds, strict=True):
        upto += share
        word = "elif" if blocks else "if"
        blocks.append(f"\\{word} :r <= {upto}\n{_statements(*steps)}\n")
    return f"{_draw(accounts)}\\set r random(1, {upto})\n{''.join(blocks)}\\endif\n"


def _buys(world: World) -> tuple[str, str]:
    queries = load("bench")
    return _with(queries.script_buy, world), _with(queries.script_buy_by_hand, world)


def _script(accounts: int, *queries: str) -> str:
    return f"{_draw(accounts)}{_statements(*queries)}\n"


def _draw(accounts: int) -> str:
    return f"\\set n random(1, {accounts})\n"


def _statements(*queries: str) -> str:
    """Run one after the other; what one returns is there for those after it."""
    first = [f"{query.rstrip().removesuffix(';')} \\gset" for query in queries[:-1]]
    text = "\n".join([*first, queries[-1]])
    return text.replace("%(n)s", ":n").replace("%(order_id)s", ":order_id")


def _with(query: str, world: World) -> str:
    security = sql.Literal(str(world.security_id)).as_string(None)
    return query.replace("%(security_id)s", security)


def pgbench_calls(
    scenario: str, world: World, role: str | None, scripts: Scripts, choice: Choice
) -> list[Entrant]:
    """Both, with each number of clients. They log in as `role`, else as the superuser.

    The function that was written by hand is the superuser's to call, which spares it a look at
    rights and policies.
    """
    url = world.url if role is None else world.connections.url(role)
    kinds = ((PGBENCH_PRODUCT, url, scripts.product), (PGBENCH_BY_HAND, world.url, scripts.by_hand))
    return [
        Entrant(Place(scenario, name, clients), pgbench_turn(world, at, text, clients))
        for name, at, text in kinds
        if name in choice.rivals
        for clients in choice.pgbench_clients
    ]


def pgbench_turn(
    world: World, url: str, text: str | None, clients: int
) -> "Callable[[float, Begin], asyncio.Future[Sample]]":
    """One turn of pgbench, off the event loop."""

    def take(seconds: float, begin: Begin) -> Sample:
        with guests(world.server.pid):
            return run_pgbench(
                url,
                text,
                clients=clients,
                seconds=seconds,
                begin=begin,
                ready=world.warm(clients),
            )

    def turn(seconds: float, begin: Begin) -> "asyncio.Future[Sample]":
        return asyncio.ensure_future(asyncio.to_thread(take, seconds, begin))

    return turn
