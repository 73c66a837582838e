"""Who takes part: a contender in one scenario with so many commands in flight."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

from financebuy.bench.samples import Begin, Sample

OURS = "financebuy"
PGBENCH_PRODUCT = "pgbench-product"
PGBENCH_BY_HAND = "pgbench-by-hand"
PGBENCH_TPCB = "pgbench-tpcb"
SQLALCHEMY = "sqlalchemy"
FASTAPI = "fastapi"
SYNCHRONOUS = "financebuy-synchronous"
VIEW = "materialized-view"
COPY = "copy"
GROWN_DEPOSITS = 10_000_000
"""What the goal of growth is about."""
OURS_BATCH = "financebuy-batch"
BARE = "bare-tables"
BARE_BATCH = "bare-tables-batch"
PGLEDGER = "pgledger"
PGLEDGER_BATCH = "pgledger-batch"
VALKEY_GET = "valkey-get"
ABOUT = {
    PGBENCH_PRODUCT: "pgbench, one call a transaction of the product's function with one row",
    PGBENCH_BY_HAND: "pgbench, one call a transaction of a function written by hand for one row",
    PGBENCH_TPCB: "pgbench's own TPC-B, in a database of its own",
    SQLALCHEMY: "a naive SQLAlchemy session, threads, a pool of 20 connections",
    FASTAPI: "FastAPI over HTTP, one call of the product's function a request",
    PGLEDGER: "pgbench, one call a transaction of pgledger's for one transfer (--pgledger)",
    PGLEDGER_BATCH: "pgledger's function for many transfers, as many a call as are in flight",
    BARE: "pgbench, one call a transaction that writes three plain tables",
    BARE_BATCH: "three plain tables, a batch a call",
}
RIVALS = tuple(ABOUT)
ONE_CALL = (PGBENCH_PRODUCT, PGBENCH_BY_HAND)
"""One call a transaction by the C client: the faster of the two is the rival."""


def grown(deposits: int) -> str:
    """FinanceBuy in a database with so many deposits."""
    return f"{OURS}-at-{deposits}"


GROWN = grown(GROWN_DEPOSITS)


def is_ours(contender: str) -> bool:
    """Whether it is FinanceBuy, in whatever circumstances."""
    return contender.startswith(OURS)


class Place(NamedTuple):
    """Which line of the report a turn belongs to."""

    scenario: str
    contender: str
    in_flight: int


@dataclass(frozen=True, slots=True)
class Entrant:
    """A place, and what takes one turn of so many seconds there."""

    place: Place
    turn: Callable[[float, Begin], Awaitable[Sample]]
