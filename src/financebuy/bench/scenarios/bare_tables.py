"""What all safety costs: our deposits, and the same money in tables as a first design has them.

Both are called by the same client with the same arrays, so that what differs is the server's work:
the figure to look at is its processor time. The audit's own part is measured by `bench audit`.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import (
    BARE,
    BARE_BATCH,
    OURS_BATCH,
    PGBENCH_PRODUCT,
    Entrant,
    Place,
)
from financebuy.bench.rivals.batches import Rows, batch_turn
from financebuy.bench.rivals.pgbench_calls import bare_deposit_script, deposit_scripts, pgbench_turn
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.world import World
from financebuy.sql import load

_NAME = "bare-tables"
BATCH = 64
_CLIENTS = (1, 16)
"""Of pgbench, for one call a transaction."""


async def _entrants(world: World, choice: Choice) -> list[Entrant]:
    bank = world.connections.url("fb_bank")
    product = deposit_scripts(len(world.accounts)).product
    bare = bare_deposit_script(len(world.accounts))
    batches = (
        (OURS_BATCH, bank, load("commands").deposit_received, ours(world)),
        (BARE_BATCH, world.url, load("bench").bare_deposits, theirs(world)),
    )
    entrants = [
        Entrant(
            Place(_NAME, name, BATCH), await batch_turn(world.stack, url, query, rows, size=BATCH)
        )
        for name, url, query, rows in batches
        if name == OURS_BATCH or name in choice.rivals
    ]
    single = ((PGBENCH_PRODUCT, bank, product), (BARE, world.url, bare))
    return entrants + [
        Entrant(Place(_NAME, name, clients), pgbench_turn(world, url, script, clients))
        for name, url, script in single
        if name in choice.rivals
        for clients in _CLIENTS
    ]


def ours(world: World) -> Rows:
    """What the writer sends for a batch of deposits."""
    given = theirs(world)

    def rows(who: int, size: int) -> Mapping[str, Any]:
        batch = given(who, size)
        nothing = [None] * size
        return {
            "identity": nothing, "request_id": nothing, "origin": ["bench"] * size,
            "bank": ["bench"] * size, "bank_reference": batch["reference"],
            "account_id": batch["account_id"], "amount": batch["amount"],
            "currency": ["USD"] * size, "effective_at": nothing, "settle_on": nothing,
            "skip_locked": False,
        }  # fmt: skip

    return rows


def theirs(world: World) -> Rows:
    """Accounts in turn, one dollar each, references as clients make them."""
    at = 0

    def rows(_: int, size: int) -> Mapping[str, Any]:
        nonlocal at
        numbers = range(at, at + size)
        at += size
        return {
            "account_id": [world.accounts[n % len(world.accounts)] for n in numbers],
            "amount": [Decimal("1.00")] * size,
            "reference": [str(uuid4()) for _ in numbers],
        }

    return rows


BARE_TABLES = Scenario(_NAME, "what all safety costs: deposits, and plain tables", 1_000, _entrants)
