"""The same picture of the same accounts, once from the model and once from the database."""

from collections import defaultdict
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.model.ledger_model import Ledger
from tests.support.world import Connection

Picture = dict[str, dict[Any, Any]]

QUERIES = {
    "accounts": """
        select a.account_id, a.status, a.balance, a.held, a.unsettled, a.version,
            array(select o.kind from outbox as o where o.account_id = a.account_id
                order by o.event_seq) as events,
            array(select x.kind from exceptions as x where x.account_id = a.account_id
                order by x.kind) as exceptions
        from accounts as a where a.account_id = any (%(accounts)s)""",
    "holdings": """
        select h.account_id, h.security_id, h.quantity, h.held, h.total_cost, h.realized_gain,
            h.version
        from holdings as h where h.account_id = any (%(accounts)s)""",
    "lots": """
        select l.account_id, l.security_id, l.quantity, l.cost, l.closed_quantity, l.closed_cost,
            l.acquired_at
        from lots as l where l.account_id = any (%(accounts)s) order by l.lot_seq""",
    "closures": """
        select c.account_id, c.security_id, l.nth, coalesce(e.venue_execution_id, 'split') as cause,
            c.quantity, c.cost, c.proceeds, c.gain
        from lot_closures as c
        join (
            select lot_id, row_number() over (
                partition by account_id, security_id order by lot_seq) as nth
            from lots where account_id = any (%(accounts)s)
        ) as l on l.lot_id = c.lot_id
        left join executions as e on e.execution_id = c.execution_id""",
    "orders": """
        select o.order_id, o.status, o.quantity, o.notional, o.hold_price, o.held,
            o.expires_on, o.venue_order_id, o.filled_quantity, o.filled_gross, o.filled_amount,
            o.fees,
            (select jsonb_agg(jsonb_build_array(v.event, v.from_status, v.to_status)
                order by v.event_seq) from order_events as v where v.order_id = o.order_id) as steps
        from orders as o where o.account_id = any (%(accounts)s)""",
    "executions": """
        select e.venue_execution_id, e.order_id, e.quantity, e.reported_quantity, e.price, e.amount,
            e.fee, e.late
        from executions as e where e.account_id = any (%(accounts)s)""",
    "settlements": """
        select s.account_id, s.asset_id, s.amount, s.settle_on, s.state
        from settlements as s where s.account_id = any (%(accounts)s)""",
    "transfers": """
        select t.transfer_id, t.account_id, t.direction, t.amount, t.state, t.withdrawable_before
        from transfers as t
        where t.account_id = any (%(accounts)s) or t.transfer_id = any (%(transfers)s)""",
    "unmatched": """
        select x.kind from exceptions as x left join accounts as a on a.account_id = x.account_id
        where a.house_code is not null or a.account_id is null
        order by x.exception_id offset %(unmatched_before)s""",
}  # fmt: skip
UNMATCHED_SO_FAR = """
    select count(*) from exceptions as x left join accounts as a on a.account_id = x.account_id
    where a.house_code is not null or a.account_id is null"""


def of_database(
    connection: Connection,
    *,
    accounts: list[UUID],
    securities: dict[UUID, str],
    orders: list[UUID],
    transfers: list[UUID],
    unmatched_before: int,
) -> Picture:
    """Positions in the lists are the model's names of the database's ids."""
    values = {
        "accounts": accounts, "transfers": transfers, "unmatched_before": unmatched_before,
    }  # fmt: skip
    with connection.pipeline():
        cursors = {n: connection.execute(q.encode(), values) for n, q in QUERIES.items()}
        found = {n: [_plain(row) for row in c.fetchall()] for n, c in cursors.items()}
    named: dict[Any, Any] = {
        **{id_: number for number, id_ in enumerate(accounts)},
        **{id_: number for number, id_ in enumerate(orders)},
        **{id_: number for number, id_ in enumerate(transfers)},
        **securities,
    }
    for rows in found.values():
        for row in rows:
            for column, value in row.items():
                if column.endswith("_id") and isinstance(value, UUID):
                    row[column] = named.get(value, "USD" if column == "asset_id" else None)
    picture: Picture = {name: {} for name in QUERIES}
    for name in ("accounts", "orders", "executions", "transfers"):
        for row in found[name]:
            key, *values_of = row.values()
            picture[name][key] = tuple(values_of)
    for row in found["holdings"]:
        account, security, *rest = row.values()
        picture["holdings"][account, security] = tuple(rest)
    for name, ordered in (("lots", True), ("closures", False), ("settlements", False)):
        groups: dict[Any, list[Any]] = defaultdict(list)
        for row in found[name]:
            account, asset, *rest = row.values()
            groups[account, asset].append(tuple(rest))
        picture[name] = {k: v if ordered else sorted(v) for k, v in groups.items()}
    picture["unmatched"] = {"kinds": sorted(row["kind"] for row in found["unmatched"])}
    return picture


def of_model(ledger: Ledger) -> Picture:
    """What the database should show."""
    numbered = list(enumerate(ledger.accounts))
    holdings = {(n, s): h for n, a in numbered for s, h in a.holdings.items() if h.version}
    settlements: dict[Any, list[Any]] = defaultdict(list)
    for number, account in numbered:
        for s in account.settlements:
            settlements[number, s.asset].append((s.amount, s.settle_on, s.state))
    return {
        "accounts": {
            n: (a.status, a.balance, a.held, a.unsettled, a.version, a.events, sorted(a.exceptions))
            for n, a in numbered
        },
        "holdings": {
            key: (h.quantity, h.held, h.total_cost, h.realized_gain, h.version)
            for key, h in holdings.items()
        },
        "lots": {
            key: [
                (lot.quantity, lot.cost, lot.closed_quantity, lot.closed_cost, lot.acquired_at)
                for lot in h.lots
            ]
            for key, h in holdings.items()
            if h.lots
        },
        "closures": {
            key: sorted(
                (c.lot + 1, c.cause, c.quantity, c.cost, c.proceeds, c.gain) for c in h.closures
            )
            for key, h in holdings.items()
            if h.closures
        },
        "orders": {
            n: (
                o.status, o.quantity, o.notional, o.hold_price, o.held, o.expires_on,
                o.venue_order_id, o.filled, o.gross, o.amount, o.fees, [list(s) for s in o.steps],
            )
            for n, o in enumerate(ledger.orders)
        },
        "executions": {
            e.name: (e.order, e.quantity, e.reported, e.price, e.amount, e.fee, e.late)
            for e in ledger.executions
        },
        "settlements": {key: sorted(rows) for key, rows in settlements.items()},
        "transfers": {
            n: (t.account, t.direction, t.amount, t.state, t.withdrawable_before)
            for n, t in enumerate(ledger.transfers)
        },
        "unmatched": {"kinds": sorted(ledger.unmatched)},
    }  # fmt: skip


def differences(ours: Picture, theirs: Picture) -> dict[str, Any]:
    """What the two pictures do not agree on: {table: {key: (model, database)}}."""
    found: dict[str, Any] = {}
    for name in ours:
        left, right = ours[name], theirs[name]
        unequal = {
            key: (left.get(key), right.get(key))
            for key in left.keys() | right.keys()
            if left.get(key) != right.get(key)
        }
        if unequal:
            found[name] = unequal
    return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Numbers become Fractions, so that 1.50 is 3/2 in both pictures."""
    return {k: Fraction(v) if hasattr(v, "as_tuple") else v for k, v in row.items()}
