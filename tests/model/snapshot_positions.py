"""What is compared of positions: holdings, lots, and what was gained when lots were closed."""

from collections.abc import Iterator

from tests.model.ledger_model import Ledger
from tests.model.lots import Holding
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
        for lot in h.lots:
            yield (
                n, security, lot.quantity, lot.cost, lot.closed_quantity, lot.closed_cost,
                lot.acquired_at,
            )  # fmt: skip


def _closures(ledger: Ledger) -> Rows:
    for n, security, h in _held(ledger):
        for c in h.closures:
            yield n, security, c.lot + 1, c.cause, c.quantity, c.cost, c.proceeds, c.gain


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
        select l.account_id, l.security_id, l.quantity, l.cost, l.closed_quantity, l.closed_cost,
            l.acquired_at
        from lots as l where l.account_id = any (%(accounts)s) order by l.lot_seq""",
        _lots,
        keys=2,
        ordered=True,
    ),
    "closures": Table(
        """
        select c.account_id, c.security_id, l.nth, coalesce(e.venue_execution_id, 'split') as cause,
            c.quantity, c.cost, c.proceeds, c.gain
        from lot_closures as c
        join (
            select lot_id, row_number() over (
                partition by account_id, security_id order by lot_seq) as nth
            from lots where account_id = any (%(accounts)s)
        ) as l on l.lot_id = c.lot_id
        left join executions as e on e.execution_id = c.execution_id""",
        _closures,
        keys=2,
    ),
}
