"""What is compared of corporate actions: how far they are, and what they gave to whom."""

from tests.model.ledger_model import Ledger
from tests.model.snapshot_base import Rows, Table


def _actions(ledger: Ledger) -> Rows:
    for n, action in enumerate(ledger.actions):
        yield n, action.kind, action.state, action.at


def _entitlements(ledger: Ledger) -> Rows:
    for n, action in enumerate(ledger.actions):
        for account, e in action.entitlements.items():
            yield (
                n, account, e.before, e.after, e.gross, e.withheld, e.cash, e.reinvested,
                e.reinvested_cash, e.state,
            )  # fmt: skip


def _receipts(ledger: Ledger) -> Rows:
    for n, (account, security, quantity, cost) in enumerate(ledger.receipts):
        yield n, account, security, quantity, cost


def _securities(ledger: Ledger) -> Rows:
    for name, security in ledger.securities.items():
        yield name, security.symbol, security.tradable


def _quotes(ledger: Ledger) -> Rows:
    for name, quote in ledger.quotes.items():
        yield name, quote.bid, quote.ask, quote.last


TABLES = {
    "actions": Table(
        """
        select a.action_id, a.kind, a.state, a.effective_at from corporate_actions as a
        where a.action_id = any (%(actions)s)""",
        _actions,
    ),
    "entitlements": Table(
        """
        select e.action_id, e.account_id, e.quantity_before, e.quantity_after, e.gross, e.withheld,
            e.cash, e.reinvested_quantity, e.reinvested_amount, e.state
        from entitlements as e where e.action_id = any (%(actions)s)""",
        _entitlements,
        keys=2,
    ),
    "receipts": Table(
        """
        select r.receipt_id, r.account_id, r.security_id, r.quantity, r.cost
        from share_receipts as r where r.receipt_id = any (%(receipts)s)""",
        _receipts,
    ),
    "securities": Table(
        """
        select s.security_id, s.symbol, s.tradable from securities as s
        where s.security_id = any (%(securities)s)""",
        _securities,
    ),
    "quotes": Table(
        """
        select p.security_id, p.bid, p.ask, p.last from security_prices as p
        where p.security_id = any (%(securities)s)""",
        _quotes,
    ),
}
