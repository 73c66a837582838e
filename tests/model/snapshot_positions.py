"""What is compared of positions: holdings, open lots, and gains by sale and lot.

How the database came there (contrary rows, lots that ended again) is its own affair.
"""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tests.model.ledger_model import Ledger
from tests.model.lots import Holding
from tests.model.rules import ZERO
from tests.model.snapshot_base import Rows, Table


def _held(ledger: Ledger) -> Iterator[tuple[int, str, Holding]]:
    for n, account in enumerate(ledger.accounts):
        for security, holding in account.holdings.items():
            if holding.version:
                yield n, security, holding


def _holdings(ledger: Ledger) -> Rows:
    for n, security, h in _held(ledger):
        yield n, security, h.quantity, h.held, h.total_cost, h.realized_gain, h.version


def _lots(ledger: Ledger) -> Rows:
    for n, security, h in _held(ledger):
        for lot in h.open_lots():
            yield n, security, lot.left, lot.cost - lot.closed_cost, lot.acquired_at


def _gains(ledger: Ledger) -> Rows:
    for n, security, h in _held(ledger):
        sums: dict[Any, list[Fraction]] = defaultdict(lambda: [ZERO] * 4)
        for c in h.closures:
            if c.kind == "sale":
                key = (id(c.lot), c.cause, c.lot.acquired_at, c.at)
                figures = (c.quantity, c.cost, c.proceeds, c.gain)
                sums[key] = [a + b for a, b in zip(sums[key], figures, strict=True)]
        for (_, cause, acquired_at, at), figures_of in sums.items():
            yield n, security, cause, acquired_at, at, *figures_of


TABLES = {
    "holdings": Table(
        """
        select h.account_id, h.security_id, h.quantity, h.held, h.total_cost, h.realized_gain,
            h.version
        from holdings as h where h.account_id = any (%(accounts)s)""",
        _holdings,
        keys=2,
    ),
    "lots": Table(
        """
        select l.account_id, l.security_id, l.quantity - l.closed_quantity as quantity,
            l.cost - l.closed_cost as cost, l.acquired_at
        from lots as l
        where l.account_id = any (%(accounts)s) and l.quantity <> l.closed_quantity
        order by l.acquired_at, l.lot_seq""",
        _lots,
        keys=2,
        ordered=True,
    ),
    "gains": Table(
        """
        select c.account_id, c.security_id, e.venue_execution_id as cause, l.acquired_at,
            min(c.effective_at) as sold_at, sum(c.quantity) as quantity, sum(c.cost) as cost,
            sum(c.proceeds) as proceeds, sum(c.gain) as gain
        from lot_closures as c
        join lots as l on l.lot_id = c.lot_id
        left join executions as e on e.execution_id = c.execution_id
        where c.account_id = any (%(accounts)s) and c.kind = 'sale'
        group by c.account_id, c.security_id, c.lot_id, e.venue_execution_id, l.acquired_at
        having sum(c.quantity) <> 0""",
        _gains,
        keys=2,
    ),
}
