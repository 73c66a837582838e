"""Random batches that collide: few keys, few accounts, sums that run out, rows that are broken."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from tests.support import world as w
from tests.support.population import Population
from tests.support.world import Row, World

Draw = st.SearchStrategy[Any]

ORDER_FACTS = (
    "order_acknowledged", "order_rejected", "order_canceled", "cancel_rejected", "order_expired",
)  # fmt: skip
FUNCTIONS = (
    "place_order", "cancel_order", "request_withdrawal", "deposit_received", "execution",
    *ORDER_FACTS, "withdrawal_settled", "withdrawal_returned", "set_account_status",
    "set_kyc_status",
)  # fmt: skip
MOST = 12
NOBODY = UUID(int=9)
ODD_NUMBERS = [Decimal(n) for n in ("NaN", "-1", "0", "0.001", "1e15", "0.0000000001", "Infinity")]


def mostly(common: list[Any], odd: list[Any]) -> Draw:
    """One of `common`; one time in thirty one of `odd`."""
    return st.integers(0, 29).flatmap(lambda n: st.sampled_from(odd if n == 29 else common))


def number(*common: str) -> Draw:
    return mostly([Decimal(n) for n in common], [*ODD_NUMBERS, None])


@dataclass(frozen=True)
class Rows:
    """Strategies for the rows of each function, over what a population has."""

    world: World
    there: Population

    def row(self, function: str) -> Draw:
        if function in ORDER_FACTS:
            return self._fact(function, "order_id", self._orders())
        if function.startswith("withdrawal"):
            return self._fact(function, "transfer_id", self._transfers())
        drawn: Draw = getattr(self, f"_{function}")()
        return drawn

    def _keys(self, *used: str) -> Draw:
        fresh = [f"key {n}" for n in range(8)]
        return mostly([*fresh, *used], [None, "", "k" * 256])

    def _identities(self) -> Draw:
        ann, bob = self.there.ann, self.there.bob
        forged = ann.token[:-1] + ("0" if ann.token[-1] != "0" else "1")
        narrow = self.world.token(ann.user_id, "trade", "funding", account=self.there.accounts[1])
        odd = [
            forged, self.world.expired(ann.user_id), self.world.token(ann.user_id, "read"), narrow,
            "", "nonsense", None,
        ]  # fmt: skip
        return mostly([ann.token, ann.token, bob.token], odd)

    def _accounts(self) -> Draw:
        return mostly(self.there.accounts, [NOBODY, None])

    def _orders(self) -> Draw:
        return mostly(list(self.there.orders.values()), [NOBODY, None])

    def _transfers(self) -> Draw:
        return mostly(list(self.there.transfers.values()), [NOBODY, None])

    def _place_order(self) -> Draw:
        security = mostly(self.there.securities, [NOBODY, None])
        sizes = st.one_of(
            st.tuples(st.just("limit"), number("1", "20", "45", "0.5"), st.none(),
                      number("99", "100", "10.5")),
            st.tuples(st.just("market"), number("1", "3.25"), st.none(), st.none()),
            st.tuples(st.just("market"), st.none(), number("100", "2500.50"), st.none()),
            st.tuples(st.sampled_from(["stop", "limit", None]), number("1"), number("1"),
                      number("1")),
        )  # fmt: skip
        return st.builds(
            lambda size, **row: {
                **w.COMMON, **row, "order_type": size[0], "quantity": size[1], "notional": size[2],
                "limit_price": size[3],
            },
            sizes,
            identity=self._identities(),
            key=self._keys("accepted", "sold"),
            account_id=self._accounts(),
            security_id=security,
            client_order_id=mostly([f"mine {n}" for n in range(5)], ["new", "x" * 49, None]),
            side=mostly(["buy", "buy", "sell"], ["hold", None]),
            time_in_force=mostly(["day", "gtc"], ["ioc", None]),
        )  # fmt: skip

    def _cancel_order(self) -> Draw:
        # Most orders have ended; those that can be canceled are tried more often.
        still_open = [self.there.orders[n] for n in ("accepted", "new", "partly", "sell open")]
        orders = st.one_of(self._orders(), st.sampled_from(still_open))
        return self._with_identity("cancel pending", order_id=orders)

    def _request_withdrawal(self) -> Draw:
        amounts = number("1", "300", "2000", "3500")
        return self._with_identity("withdraw asked", account_id=self._accounts(), amount=amounts)

    def _with_identity(self, used: str, **fields: Draw) -> Draw:
        return st.fixed_dictionaries({
            **{name: st.just(value) for name, value in w.COMMON.items()},
            "identity": self._identities(), "key": self._keys(used), **fields,
        })  # fmt: skip

    def _set_account_status(self) -> Draw:
        fields = {
            "account_id": self._accounts(),
            "status": mostly(["active", "restricted", "closed"], ["open", None]),
        }
        return self._as_broker(fields)

    def _set_kyc_status(self) -> Draw:
        people = [self.there.ann.user_id, self.there.bob.user_id]
        fields = {
            "user_id": mostly(people, [NOBODY, None]),
            "status": mostly(["approved", "pending"], ["fine", None]),
        }
        return self._as_broker(fields)

    def _as_broker(self, fields: dict[str, Draw]) -> Draw:
        identities = mostly([self.world.broker], [self.there.ann.token, "nonsense"])
        common = {name: st.just(value) for name, value in w.COMMON.items()}
        return st.fixed_dictionaries(
            {**common, "identity": identities, "key": self._keys(), **fields}
        )

    def _deposit_received(self) -> Draw:
        references = [*(f"reference {n}" for n in range(6)), "later"]
        return st.builds(
            lambda **row: {**w.COMMON, "effective_at": None, **row},
            bank=mostly([w.BANK], [None, "b" * 65]),
            bank_reference=mostly(references, [None, "r" * 101, "suspense"]),
            account_id=self._accounts(),
            amount=number("0.01", "250", "1000"),
            # The house has no accounts in euros: the database itself refuses such a row.
            currency=mostly(["USD"], ["EUR", "XXX", None]),
            settle_on=st.sampled_from([None, None, date(2012, 6, 9)]),
        )

    def _execution(self) -> Draw:
        names = [*(f"fill {n}" for n in range(8)), "partly 0"]
        return st.builds(
            lambda **row: {**w.COMMON, "effective_at": None, **row},
            venue=mostly([w.VENUE], [None, "v" * 65]),
            venue_execution_id=mostly(names, [None, "e" * 129, "late sale"]),
            order_id=self._orders(),
            quantity=number("1", "2.5", "0.333333333", "40"),
            price=number("99.99", "49.123456789", "101"),
        )

    def _fact(self, function: str, subject: str, subjects: Draw) -> Draw:
        note = next(n for n in ("venue_order_id", "bank_reference", "reason")
                    if n in w.fact(function, NOBODY))  # fmt: skip
        fields: dict[str, Draw] = {
            **{name: st.just(value) for name, value in w.COMMON.items()},
            "key": self._keys(f"{function} new", f"{function} settled"),
            "effective_at": st.none(),
            subject: subjects,
            # A bank reference that another withdrawal has is refused by the database itself.
            note: mostly(["note 1", "note 2", "note 3", None], ["n" * 501, "ref settled"]),
        }
        if subject == "order_id":
            fields["venue"] = mostly([w.VENUE], [None, "v" * 65])
        return st.fixed_dictionaries(fields)


def batches(rows: Rows, function: str) -> Draw:
    """Two to twelve rows of one function."""
    drawn: st.SearchStrategy[list[Row]] = st.lists(rows.row(function), min_size=2, max_size=MOST)
    return drawn
