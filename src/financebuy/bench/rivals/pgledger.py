"""pgledger: its function for one transfer, and its function for many, in a database of its own.

Its SQL is not ours to hand on: the files are given by path.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import PGLEDGER, PGLEDGER_BATCH, Entrant, Place
from financebuy.bench.rivals.batches import Rows, batch_turn
from financebuy.bench.rivals.pgbench_calls import pgbench_turn
from financebuy.bench.world import World
from financebuy.errors import FinanceBuyError
from financebuy.sql import load

_DATABASE = "pgledger"
_CLIENTS = 2
"""Of the batches: as many as our writer has of one role, each with accounts of its own, as ours."""
_FEWEST = 2 * _CLIENTS


class NoPgledgerError(FinanceBuyError):
    """These files are not all that it takes."""

    exit_code = 64
    text = "this SQL does not make pgledger; its uuid_to_ulid comes first, in a file of its own"


async def pgledger(scenario: str, world: World, choice: Choice) -> list[Entrant]:
    """Both functions, on as many accounts as the run has; nobody without its files.

    Transfers go between two accounts drawn at random, as in its own measurement: money from one
    bank would have them all wait for that account's row.
    """
    wanted = [name for name in (PGLEDGER, PGLEDGER_BATCH) if name in choice.rivals]
    if not choice.pgledger or not wanted:
        return []
    url = await asyncio.to_thread(world.another_database, _DATABASE)
    count = max(len(world.accounts), _FEWEST)
    ids = await asyncio.to_thread(prepare, url, choice.pgledger, count)
    single, rows = single_script(len(ids)), drawn(ids)
    entrants = [
        Entrant(Place(scenario, PGLEDGER, clients), pgbench_turn(world, url, single, clients))
        for clients in choice.pgbench_clients
    ]
    entrants += [
        Entrant(
            Place(scenario, PGLEDGER_BATCH, size),
            await batch_turn(
                world.stack, url, load("bench").transfers, rows, size=size, clients=_CLIENTS
            ),
        )
        for size in choice.in_flight
    ]
    return [each for each in entrants if each.place.contender in wanted]


def prepare(url: str, files: Sequence[Path], accounts: int) -> list[str]:
    """Run the files, open so many accounts and number them; returns their ids.

    Raises `NoPgledgerError`.
    """
    queries = load("bench")
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            for file in files:
                connection.execute(file.read_bytes())
            connection.execute(queries.ledger_accounts_table.encode())
            connection.execute(queries.open_ledger_accounts.encode(), {"count": accounts})
        except psycopg.Error as error:
            raise NoPgledgerError(f"{NoPgledgerError.text}: {error}") from error
        connection.execute(queries.settled.encode())
        return [row[0] for row in connection.execute(queries.ledger_accounts.encode())]


def single_script(accounts: int) -> str:
    """What pgbench runs: two accounts that are not the same, one transfer."""
    draw = (
        f"\\set a random(1, {accounts})\n"
        f"\\set b 1 + (:a + random(0, {accounts - 2})) % {accounts}\n"
    )
    return draw + load("bench").script_transfer.replace("%(a)s", ":a").replace("%(b)s", ":b")


def drawn(ids: Sequence[str]) -> Rows:
    """Pairs of accounts for a batch, each client's from a share of its own."""
    draw = Random(1)  # noqa: S311 (accounts, not secrets)

    def rows(who: int, size: int) -> Mapping[str, Any]:
        mine = ids[who::_CLIENTS]
        debits = [draw.randrange(len(mine)) for _ in range(size)]
        credits_ = [(at + draw.randrange(1, len(mine))) % len(mine) for at in debits]
        return {"debits": [mine[at] for at in debits], "credits": [mine[at] for at in credits_]}

    return rows
