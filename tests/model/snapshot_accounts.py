"""What is compared of accounts: who has them, what was moved between them, what operators did."""

from tests.model.ledger_model import Ledger
from tests.model.snapshot_base import Rows, Table

PEOPLE = ("ann", "bob")


def _terms(ledger: Ledger) -> Rows:
    for n, a in enumerate(ledger.accounts):
        yield n, a.kind, a.currency, a.lot_method, a.reinvests


def _owners(ledger: Ledger) -> Rows:
    for (account, user), role in ledger.roles.items():
        yield account, PEOPLE.index(user), role


def _people(ledger: Ledger) -> Rows:
    for user, status in ledger.kyc.items():
        yield PEOPLE.index(user), status


def _movements(ledger: Ledger) -> Rows:
    for n, m in enumerate(ledger.movements):
        if m.kind != "fee":
            (source, taken), (target, given) = m.legs.items()
            yield n, source, target, -taken, given, m.withdrawable_before


def _legs(ledger: Ledger) -> Rows:
    for n, m in enumerate(ledger.movements):
        for account, amount in m.legs.items():
            yield n, account, amount, m.is_reversed


def _rates(ledger: Ledger) -> Rows:
    for n, rate in enumerate(ledger.rates):
        yield n, rate.base, rate.quote, rate.rate, rate.at


def _approvals(ledger: Ledger) -> Rows:
    for n, approval in enumerate(ledger.approvals):
        yield n, approval.action, approval.state


TABLES = {
    "terms": Table(
        """
        select a.account_id, a.account_type, a.currency, a.lot_method, a.reinvest_dividends
        from accounts as a where a.account_id = any (%(accounts)s)""",
        _terms,
    ),
    "owners": Table(
        """
        select o.account_id, o.user_id, o.role from account_owners as o
        where o.account_id = any (%(accounts)s)""",
        _owners,
        keys=2,
    ),
    "people": Table(
        "select u.user_id, u.kyc_status from users as u where u.user_id = any (%(people)s)",
        _people,
    ),
    "movements": Table(
        """
        select m.transfer_id, m.account_id, m.target_account_id, m.amount, m.target_amount,
            m.withdrawable_before
        from account_transfers as m where m.account_id = any (%(accounts)s)""",
        _movements,
    ),
    "legs": Table(
        """
        select t.event_id, e.account_id, e.amount, r.reversed_id is not null as is_reversed
        from transactions as t
        join entries as e on e.transaction_id = t.transaction_id and e.account_id = t.account_id
        left join reversals as r on r.reversed_id = t.transaction_id
        where t.event_id = any (%(movements)s)""",
        _legs,
    ),
    "rates": Table(
        """
        select r.rate_id, r.base, r.quote, r.rate, r.effective_at
        from exchange_rates as r where r.rate_id = any (%(rates)s)""",
        _rates,
    ),
    "approvals": Table(
        """
        select a.approval_id, a.action, a.state from approvals as a
        where a.approval_id = any (%(approvals)s)""",
        _approvals,
    ),
}
