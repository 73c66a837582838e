"""Deposits a second: batched by the command writer, beside `pgbench` on the same server.

The server is the embedded one with the platform's own settings, fsync on. The two take turns, so
that what else happens on the machine meets both alike.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import psycopg

from financebuy.bench.figures import Circumstances, middle, percentile
from financebuy.bench.pgbench import Sample, run_pgbench
from financebuy.bootstrap import Connections, Platform, open_platform
from financebuy.cluster.secret_files import LOGIN_ROLES
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server
from financebuy.cluster.tuning import Machine, postgres_settings
from financebuy.database.migrate import migrate
from financebuy.services import identity
from financebuy.services.caller import PLATFORM
from financebuy.settings import Settings
from financebuy.sql import load

IN_FLIGHT = (1, 16, 64, 256)
_ACCOUNTS = 1_000
_SPARE_CONNECTIONS = 50
_WARM_UP_SECONDS = 1.0


class Line(msgspec.Struct, frozen=True):
    """Medians over the rounds at one number of commands in flight. Latencies in milliseconds."""

    in_flight: int
    ours_per_second: float
    ours_p50: float
    ours_p99: float
    pgbench_per_second: float
    pgbench_p50: float
    pgbench_p99: float
    ratio: float
    """Ours to pgbench's, commands a second."""


class CommandsReport(msgspec.Struct, frozen=True):
    """What is written as JSON."""

    circumstances: Circumstances
    command: str
    accounts: int
    rounds: int
    seconds_each: float
    lines: list[Line]


def measure_commands(
    tell: Callable[[str], None], *, rounds: int = 3, seconds: float = 3.0
) -> CommandsReport:
    """Measure on a server of its own, `rounds` rounds of `seconds` for each of the two."""
    circumstances = Circumstances.now()
    with bench_server() as (_, connections):
        lines = asyncio.run(_measure(connections, tell, rounds, seconds))
    return CommandsReport(
        circumstances=circumstances,
        command="deposit_received",
        accounts=_ACCOUNTS,
        rounds=rounds,
        seconds_each=seconds,
        lines=lines,
    )


@contextmanager
def bench_server() -> Iterator[tuple[ThrowawayServer, Connections]]:
    """A server of its own with the platform's settings, migrated, and the ways to it."""
    settings = postgres_settings(Machine.read())
    settings["max_connections"] = str(max(IN_FLIGHT) + _SPARE_CONNECTIONS)
    with throwaway_server(fsync=True, settings=settings) as server:
        passwords = {role: secrets.token_hex(16) for role in LOGIN_ROLES}
        key = secrets.token_bytes(32)
        connections = Connections(
            urls={role: server.url_for(role, password) for role, password in passwords.items()},
            identity_key=key,
            personal_keys={1: secrets.token_bytes(32)},
            blind_index_key=secrets.token_bytes(32),
        )
        migrate(
            server.url,
            passwords=passwords,
            identity_keys={connections.identity_key_number: key},
        )
        yield server, connections


async def _measure(
    connections: Connections, tell: Callable[[str], None], rounds: int, seconds: float
) -> list[Line]:
    settings = Settings.read({}, Path("unused"))
    async with open_platform(settings, connections=connections) as platform:
        account_ids = await open_accounts(platform, _ACCOUNTS)
        url = connections.url("fb_bank")
        script = deposit_script(url, account_ids)
        await _deposits(platform, account_ids, max(IN_FLIGHT), _WARM_UP_SECONDS)
        lines = []
        for in_flight in IN_FLIGHT:
            tell(f"{in_flight} in flight")
            ours, theirs = [], []
            for _ in range(rounds):
                ours.append(await _deposits(platform, account_ids, in_flight, seconds))
                theirs.append(
                    await asyncio.to_thread(
                        run_pgbench, url, script, clients=in_flight, seconds=seconds
                    )
                )
            lines.append(_line(in_flight, ours, theirs))
        return lines


async def open_accounts(platform: Platform, count: int) -> list[UUID]:
    """Open accounts of one new user."""
    person = identity.NewUser("bench@example.com")
    user = await identity.create_user(platform, PLATFORM, person)
    opened = await asyncio.gather(*(_open_account(platform, user.user_id) for _ in range(count)))
    return list(opened)


async def _open_account(platform: Platform, user_id: UUID) -> UUID:
    verdict = await platform.writer.submit(
        "open_account",
        {
            "identity": PLATFORM.token(platform),
            "key": str(uuid4()),
            "request_id": None,
            "origin": "bench",
            "user_id": user_id,
            "account_type": "individual",
            "currency": "USD",
        },
    )
    assert verdict.result is not None, verdict  # noqa: S101 (a bench that goes wrong stops)
    return UUID(verdict.result["account_id"])


def deposit_script(url: str, account_ids: Sequence[UUID]) -> str:
    """What pgbench runs: one deposit a call, on one of the accounts."""
    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as connection:
        return psycopg.ClientCursor(connection).mogrify(
            load("bench").one_deposit, {"accounts": list(account_ids), "count": len(account_ids)}
        )


async def _deposits(
    platform: Platform, account_ids: Sequence[UUID], in_flight: int, seconds: float
) -> Sample:
    latencies: list[float] = []
    began = time.perf_counter()
    until = began + seconds

    async def client(number: int) -> None:
        turn = number
        while (started := time.perf_counter()) < until:
            turn += in_flight
            await _deposit(platform, account_ids[turn % len(account_ids)])
            latencies.append((time.perf_counter() - started) * 1_000)

    await asyncio.gather(*(client(number) for number in range(in_flight)))
    rate = len(latencies) / (time.perf_counter() - began)
    return Sample(rate, percentile(latencies, 0.50), percentile(latencies, 0.99))


async def _deposit(platform: Platform, account_id: UUID) -> None:
    verdict = await platform.writer.submit(
        "deposit_received",
        {
            "request_id": None,
            "origin": "bench",
            "bank": "bench",
            "bank_reference": str(uuid4()),
            "account_id": account_id,
            "amount": Decimal("1.00"),
            "currency": "USD",
            "effective_at": None,
            "settle_on": None,
            "identity": None,
        },
    )
    assert verdict.outcome == "accepted", verdict  # noqa: S101 (a bench that goes wrong stops)


def _line(in_flight: int, ours: Sequence[Sample], theirs: Sequence[Sample]) -> Line:
    our_rate = middle([each.per_second for each in ours], 0)
    their_rate = middle([each.per_second for each in theirs], 0)
    return Line(
        in_flight=in_flight,
        ours_per_second=our_rate,
        ours_p50=middle([each.p50 for each in ours]),
        ours_p99=middle([each.p99 for each in ours]),
        pgbench_per_second=their_rate,
        pgbench_p50=middle([each.p50 for each in theirs]),
        pgbench_p99=middle([each.p99 for each in theirs]),
        ratio=round(our_rate / their_rate, 2),
    )
