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
VALKEY_GET = "valkey-get"
GROWN = "financebuy-grown"
ABOUT = {
    PGBENCH_PRODUCT: "pgbench, one call a transaction of the product's function with one row",
    PGBENCH_BY_HAND: "pgbench, one call a transaction of a function written by hand for one row",
    PGBENCH_TPCB: "pgbench's own TPC-B, in a database of its own",
    SQLALCHEMY: "a naive SQLAlchemy session, threads, the pool of the plan's example",
    FASTAPI: "FastAPI over HTTP, one call of the product's function a request",
}
RIVALS = tuple(ABOUT)
ONE_CALL = (PGBENCH_PRODUCT, PGBENCH_BY_HAND)
"""One call a transaction by the C client: the faster of the two is the rival."""


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
