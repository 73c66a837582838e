"""What the audit costs: a command's server CPU with and without it, and the sealer beside writers.

Two databases on one server, alike but for what sealing needs, take turns: each round asks both for
the same, and the median of the rounds' ratios is told.
"""

import asyncio
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

import msgspec
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from financebuy.bench.audit_commands import COMMANDS, READ, Subject, cpu_seconds
from financebuy.bench.figures import Circumstances, middle
from financebuy.bench.pgbench import run_pgbench
from financebuy.bench.server import bench_server, create_people, open_accounts
from financebuy.bootstrap import SEALER_ROLE, Connections, open_platform
from financebuy.cluster.throwaway import ThrowawayServer
from financebuy.crypto.notes import NoteSigner
from financebuy.database.identity import Signer
from financebuy.services.audit.outside import Directory
from financebuy.services.audit.sealer import Sealer
from financebuy.settings import Settings
from financebuy.sql import load

GOAL = 0.15
"""The audit's share of a command's server CPU."""
SIZES = (1, 32)
_ACCOUNTS = 256
_WITHOUT = "without_audit"
_CLIENTS = 4
_PAUSE_SECONDS = 1.0


class Line(msgspec.Struct, frozen=True):
    """One command in batches of one size: microseconds of server CPU, medians of the rounds."""

    command: str
    batch: int
    cpu_without: float
    cpu_with: float
    rows: float
    """Rows of history that one command writes."""
    share_inside: float
    """What the command itself costs more, as a share of its CPU."""
    share: float
    """That and the server's part of sealing its rows."""


class Sealing(msgspec.Struct, frozen=True):
    """The sealer: rows a second when there is enough to do, and what writers lose beside it."""

    rows: int
    rows_per_second: float
    server_cpu: float
    sealer_cpu: float
    """Microseconds a row: of the server's CPU, and of the sealer's own process."""
    writers_alone: float
    writers_beside: float
    kept: float
    """Of the writers' commands a second, while it seals every second."""


class AuditReport(msgspec.Struct, frozen=True):
    """What is written as JSON."""

    circumstances: Circumstances
    rounds: int
    commands_each: int
    goal: float
    lines: list[Line]
    sealing: Sealing

    @property
    def reached(self) -> bool:
        """Whether every command's share is within the goal."""
        return all(line.share <= self.goal for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Pair:
    without: float
    with_: float


def measure_audit(
    tell: Callable[[str], None], *, rounds: int = 7, commands: int = 512, seconds: float = 4.0
) -> AuditReport:
    """Measure on a server of its own; `commands` of each kind a round and database."""
    circumstances = Circumstances.now()
    with bench_server() as (server, connections):
        accounts, user_id, security_id = asyncio.run(_prepare(server, connections))
        without = _urls(connections, _WITHOUT)
        key = connections.identity_key
        assert isinstance(key, bytes)  # noqa: S101 (this server's keys do not rotate)
        signer = Signer(connections.identity_key_number, key)
        subjects = [
            Subject.connect(urls, accounts, security_id, user_id, signer)
            for urls in (without, _urls(connections, "postgres"))
        ]
        pairs: dict[tuple[str, int], list[_Pair]] = {}
        rows: dict[tuple[str, int], float] = {}
        for number in range(rounds):
            tell(f"round {number + 1} of {rounds}")
            for size in SIZES:
                _round(server, subjects, size, commands, pairs, rows, swap=number % 2 == 1)
        for subject in subjects:
            subject.close()
        tell("sealing")
        sealing = asyncio.run(_seal(connections, accounts, rounds, seconds))
    return AuditReport(
        circumstances=circumstances,
        rounds=rounds,
        commands_each=commands,
        goal=GOAL,
        lines=[_line(*key, pairs[key], rows[key], sealing.server_cpu) for key in pairs],
        sealing=sealing,
    )


def _round(
    server: ThrowawayServer, subjects: Sequence[Subject], size: int, count: int,
    pairs: dict[tuple[str, int], list[_Pair]], rows: dict[tuple[str, int], float], *, swap: bool,
) -> None:  # fmt: skip
    """Ask both for the same, the one that was second before first now."""
    orders: list[list[UUID]] = [[], []]
    for command in COMMANDS:
        if command == READ and size > 1:
            continue
        found = [0.0, 0.0]
        for which in (1, 0) if swap else (0, 1):
            before = _sealable(server) if which else 0
            found[which], ids = subjects[which].measure(command, size, count, orders[which])
            if command == "place_order":
                orders[which] = ids
            if which:
                rows[command, size] = (_sealable(server) - before) / count
        pairs.setdefault((command, size), []).append(_Pair(*found))
    for subject in subjects:
        subject.open_again()


def _sealable(server: ThrowawayServer) -> int:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(load("bench").sealable_rows.encode()).fetchone()
        return int(row[0]) if row else 0


def _line(command: str, size: int, pairs: Sequence[_Pair], rows: float, sealing: float) -> Line:
    inside = median(1 - pair.without / pair.with_ for pair in pairs)
    cpu = median(pair.with_ for pair in pairs) * 1e6
    outside = rows * sealing
    return Line(
        command=command,
        batch=size,
        cpu_without=middle([pair.without * 1e6 for pair in pairs], 1),
        cpu_with=round(cpu, 1),
        rows=round(rows, 2),
        share_inside=round(inside, 3),
        share=round((inside * cpu + outside) / (cpu + outside), 3),
    )


async def _prepare(
    server: ThrowawayServer, connections: Connections
) -> tuple[list[UUID], UUID, UUID]:
    settings = Settings.read({}, Path("unused"))
    async with open_platform(settings, connections=connections) as platform:
        people = await create_people(platform, 1)
        accounts = await open_accounts(platform, people, _ACCOUNTS)
    security_id = uuid4()
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(load("bench").approve_users.encode())
        connection.execute(load("bench").open_market.encode(), {"security_id": security_id})
        row = connection.execute(load("bench").owner.encode()).fetchone()
        assert row is not None  # noqa: S101 (the accounts have an owner)
    with psycopg.connect(_other(server.url, "template1"), autocommit=True) as connection:
        copy = sql.SQL(load("bench").copy_database)
        connection.execute(copy.format(name=sql.Identifier(_WITHOUT)))
    with psycopg.connect(_other(server.url, _WITHOUT), autocommit=True) as connection:
        connection.execute(load("bench").take_audit_out.encode())
    return accounts, row[0], security_id


def _urls(connections: Connections, name: str) -> dict[str, str]:
    return {role: _other(str(url), name) for role, url in connections.urls.items()}


def _other(url: str, database: str) -> str:
    return url.replace("/postgres?", f"/{database}?")


async def _seal(
    connections: Connections, accounts: Sequence[UUID], rounds: int, seconds: float
) -> Sealing:
    url = connections.url("fb_bank")
    script = await asyncio.to_thread(_deposit_script, url, accounts)
    with tempfile.TemporaryDirectory(prefix="financebuy-heads-") as heads:
        async with await psycopg.AsyncConnection.connect(
            connections.url(SEALER_ROLE), autocommit=True, row_factory=dict_row
        ) as connection:
            signer = NoteSigner("bench", secrets.token_bytes(32))
            sealer = Sealer(connection, signer, [Directory(Path(heads))])
            pid = connection.info.backend_pid
            cpu, own, began = cpu_seconds(pid), time.process_time(), time.perf_counter()
            rows = await sealer.seal()
            took, spent = time.perf_counter() - began, cpu_seconds(pid) - cpu
            own = time.process_time() - own
            alone, beside = [], []
            for _ in range(rounds):
                alone.append(await _write(url, script, seconds))
                beside.append(await _write_beside(url, script, seconds, sealer))
    kept = [two / one for one, two in zip(alone, beside, strict=True)]
    return Sealing(
        rows=rows,
        rows_per_second=round(rows / took),
        server_cpu=round(spent / rows * 1e6, 2),
        sealer_cpu=round(own / rows * 1e6, 2),
        writers_alone=middle(alone, 0),
        writers_beside=middle(beside, 0),
        kept=middle(kept),
    )


def _deposit_script(url: str, account_ids: Sequence[UUID]) -> str:
    """What pgbench runs: one deposit a call, on one of the accounts."""
    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as connection:
        return psycopg.ClientCursor(connection).mogrify(
            load("bench").one_deposit, {"accounts": list(account_ids), "count": len(account_ids)}
        )


async def _write(url: str, script: str, seconds: float) -> float:
    sample = await asyncio.to_thread(run_pgbench, url, script, clients=_CLIENTS, seconds=seconds)
    return sample.per_second


async def _write_beside(url: str, script: str, seconds: float, sealer: Sealer) -> float:
    writing = asyncio.create_task(_write(url, script, seconds))
    while not writing.done():
        await sealer.seal()
        await asyncio.wait({writing}, timeout=_PAUSE_SECONDS)
    return writing.result()
