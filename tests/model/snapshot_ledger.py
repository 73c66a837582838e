"""What is compared of money: accounts, settlements, transfers, exceptions."""

from tests.model.ledger_model import Ledger
from tests.model.snapshot_base import Rows, Table


def _accounts(ledger: Ledger) -> Rows:
    for n, a in enumerate(ledger.accounts):
        yield n, a.status, a.balance, a.held, a.unsettled, a.version, a.events


def _settlements(ledger: Ledger) -> Rows:
    for n, a in enumerate(ledger.accounts):
        for s in a.settlements:
            yield n, s.asset, s.amount, s.settle_on, s.state


def _transfers(ledger: Ledger) -> Rows:
    for n, t in enumerate(ledger.transfers):
        yield n, t.account, t.direction, t.amount, t.state, t.withdrawable_before


def _exceptions(ledger: Ledger) -> Rows:
    for n, a in enumerate(ledger.accounts):
        for kind, order in a.exceptions:
            yield n, kind, order


def _unmatched(ledger: Ledger) -> Rows:
    for kind in ledger.unmatched:
        yield "unmatched", kind


TABLES = {
    "accounts": Table(
        """
        select a.account_id, a.status, a.balance, a.held, a.unsettled, a.version,
            array(select o.kind from outbox as o where o.account_id = a.account_id
                order by o.event_seq) as events
        from accounts as a where a.account_id = any (%(accounts)s)""",
        _accounts,
    ),
    "settlements": Table(
        """
        select s.account_id, s.asset_id, s.amount, s.settle_on, s.state
        from settlements as s where s.account_id = any (%(accounts)s)""",
        _settlements,
        keys=2,
    ),
    "transfers": Table(
        """
        select t.transfer_id, t.account_id, t.direction, t.amount, t.state, t.withdrawable_before
        from transfers as t
        where t.account_id = any (%(accounts)s) or t.transfer_id = any (%(transfers)s)""",
        _transfers,
    ),
    "exceptions": Table(
        """
        select x.account_id, x.kind, x.order_id from exceptions as x
        where x.account_id = any (%(accounts)s)""",
        _exceptions,
    ),
    "unmatched": Table(
        """
        select 'unmatched' as matched, x.kind
        from exceptions as x left join accounts as a on a.account_id = x.account_id
        where a.house_code is not null or a.account_id is null
        order by x.exception_id offset %(unmatched_before)s""",
        _unmatched,
    ),
}
UNMATCHED_SO_FAR = """
    select count(*) from exceptions as x left join accounts as a on a.account_id = x.account_id
    where a.house_code is not null or a.account_id is null"""
