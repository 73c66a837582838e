"""Random batches that collide: few keys, few accounts, sums that run out, rows that are broken."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from tests.support import world as w
from tests.support.population import Population, transaction_of
from tests.support.world import Row, World

Draw = st.SearchStrategy[Any]

ORDER_FACTS = (
    "order_acknowledged", "order_rejected", "order_canceled", "cancel_rejected", "order_expired",
    "order_triggered", "order_replaced", "replace_rejected",
)  # fmt: skip
FUNCTIONS = (
    "place_order", "replace_order", "cancel_order", "request_withdrawal", "deposit_received",
    "execution",
    *ORDER_FACTS, "withdrawal_settled", "withdrawal_returned", "set_account_status",
    "set_kyc_status", "transfer", "convert_currency", "charge_fee", "add_owner", "remove_owner",
    "set_fee_schedule", "add_currency", "exchange_rate", "set_preferences", "choose_lots",
    "shares_received", "corporate_action",
    "execution_busted", "execution_corrected", "deposit_returned", "request_approval",
    "decide_approval", "assign_exception", "resolve_exception",
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
                      number("99", "100", "10.5"), st.none()),
            st.tuples(st.just("market"), number("1", "3.25"), st.none(), st.none(), st.none()),
            st.tuples(st.just("market"), st.none(), number("100", "2500.50"), st.none(),
                      st.none()),
            st.tuples(st.just("stop"), number("1", "20"), st.none(), st.none(),
                      number("90", "105")),
            st.tuples(st.just("stop_limit"), number("1", "20"), st.none(), number("99", "106"),
                      number("90", "105")),
            st.tuples(st.sampled_from(["stop", "limit", None]), number("1"), number("1"),
                      number("1"), st.none()),
        )  # fmt: skip
        return st.builds(
            lambda size, **row: {
                **w.COMMON, **row, "order_type": size[0], "quantity": size[1], "notional": size[2],
                "limit_price": size[3], "stop_price": size[4], "lots": None,
            },
            sizes,
            lot_method=st.sampled_from([None, None, None, "lifo", "average"]),
            identity=self._identities(),
            key=self._keys("accepted", "sold"),
            account_id=self._accounts(),
            security_id=security,
            client_order_id=mostly([f"mine {n}" for n in range(5)], ["new", "x" * 49, None]),
            side=mostly(["buy", "buy", "sell"], ["hold", None]),
            time_in_force=mostly(["day", "gtc", "ioc", "opg"], ["fok", "cls", "now", None]),
        )  # fmt: skip

    def _replace_order(self) -> Draw:
        return self._with_identity(
            "waiting",
            order_id=self._orders(),
            client_order_id=mostly([f"mine {n}" for n in range(5)], ["new", "x" * 49, None]),
            quantity=mostly([None, *map(Decimal, ("1", "4", "8", "45"))], ODD_NUMBERS),
            time_in_force=mostly([None, None, "day", "gtc"], ["ioc", "opg", "now"]),
            limit_price=mostly([None, Decimal(40), Decimal(101)], ODD_NUMBERS),
            stop_price=mostly([None, None, Decimal(104)], ODD_NUMBERS),
        )

    def _cancel_order(self) -> Draw:
        # Most orders have ended; those that can be canceled are tried more often.
        still_open = [self.there.orders[n] for n in ("accepted", "new", "partly", "sell open")]
        orders = st.one_of(self._orders(), st.sampled_from(still_open))
        return self._with_identity("cancel pending", order_id=orders)

    def _request_withdrawal(self) -> Draw:
        amounts = number("1", "300", "2000", "3500")
        return self._with_identity(
            "withdraw asked", account_id=self._accounts(), amount=amounts,
            payment_method_id=mostly([None], [NOBODY]),
        )  # fmt: skip

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

    def _movement(self, used: str, **fields: Draw) -> Draw:
        """Among all accounts, so that what a row takes another row gave."""
        numbers = self.world.rows("select account_number from accounts")
        targets = [str(a) for a in self.there.accounts]
        odd = [*(row["account_number"] for row in numbers), str(NOBODY), "t" * 65, None]
        return self._with_identity(
            used, account_id=self._accounts(), target=mostly(targets, odd), **fields
        )

    def _transfer(self) -> Draw:
        return self._movement("transfer 0", amount=number("1", "250", "4000", "7000", "0.5"))

    def _convert_currency(self) -> Draw:
        there = self.there
        ways = [
            (there.ann, 0, 4, "USDEUR"), (there.ann, 4, 0, "EURUSD"), (there.bob, 3, 5, "USDJPY"),
            (there.ann, 3, 4, "USDEUR"), (there.ann, 4, 3, "EURUSD"),
        ]  # fmt: skip
        odd = [(there.bob, 0, 4, "USDEUR"), (there.ann, 0, 4, "old"), (there.ann, 0, 5, "USDJPY")]
        common = self._movement("convert 0", amount=number("0.01", "0.55", "33.33", "500", "2500"),
                                rate_id=mostly([None], [NOBODY]))  # fmt: skip
        return st.builds(
            lambda row, way: row | {
                "identity": way[0].token, "account_id": there.accounts[way[1]],
                "target": str(there.accounts[way[2]]), "rate_id": there.rates[way[3]],
            },
            common, mostly(ways, odd),
        ) | common  # fmt: skip

    def _charge_fee(self) -> Draw:
        reasons = mostly(["a letter", "a wire"], ["", "r" * 201, None])
        amounts = number("1", "30", "4000")
        return self._as_broker(
            {"account_id": self._accounts(), "amount": amounts, "reason": reasons}
        )

    def _add_owner(self) -> Draw:
        roles = mostly(["owner", "joint", "viewer"], ["king", None])
        return self._as_broker(self._ownership() | {"role": roles})

    def _remove_owner(self) -> Draw:
        return self._as_broker(self._ownership())

    def _ownership(self) -> dict[str, Draw]:
        people = [self.there.ann.user_id, self.there.bob.user_id]
        return {"account_id": self._accounts(), "user_id": mostly(people, [NOBODY, None])}

    def _set_fee_schedule(self) -> Draw:
        coming = [w.OPEN + timedelta(days=n) for n in (1, 2)]
        terms = {
            name: st.one_of(st.none(), number("0", "0.5", "3"))
            for name in ("flat", "per_share", "basis_points", "minimum", "maximum")
        }
        return self._as_broker({
            "side": mostly(["buy", "sell"], ["hold", None]),
            "effective_from": mostly(coming, [w.OPEN, None]),
            **terms,
        })  # fmt: skip

    def _add_currency(self) -> Draw:
        return self._as_broker({
            "code": mostly(["SEK", "NOK", "KWD", "EUR"], ["kr", "XTS", None]),
            "scale": mostly([2, 3], [-1, 13, None]),
        })  # fmt: skip

    def _exchange_rate(self) -> Draw:
        references = [*(f"rate {n}" for n in range(6)), "USDEUR"]
        return st.builds(
            lambda **row: {**w.COMMON, **row},
            provider=mostly(["test rates"], [None, "", "p" * 65]),
            provider_rate_id=mostly(references, [None, "", "r" * 101]),
            base=mostly(["USD", "EUR"], ["XXX", None]),
            quote=mostly(["EUR", "JPY"], ["XXX", None]),
            rate=number("0.91237", "0.5", "0.50"),
            effective_at=st.sampled_from([None, None, w.OPEN]),
        )

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

    def _set_preferences(self) -> Draw:
        return self._with_identity(
            "preferences 0", account_id=self._accounts(),
            lot_method=mostly(["fifo", "lifo", "highest_cost"], ["average", None]),
            reinvest_dividends=st.sampled_from([True, False, None]),
        )  # fmt: skip

    def _choose_lots(self) -> Draw:
        chosen = self.there.orders["chosen"]
        lots = self.world.rows(
            "select lot_id from lots join orders using (account_id, security_id)"
            " where order_id = %s and lots.closed_quantity <> lots.quantity order by lot_seq",
            chosen,
        )
        some = st.lists(
            st.tuples(mostly([row["lot_id"] for row in lots], [NOBODY]), number("0.25", "0.01")),
            min_size=1, max_size=2,
        )  # fmt: skip
        return self._with_identity(
            "choice 0",
            order_id=st.one_of(st.just(chosen), self._orders()),
            lots=st.one_of(st.none(), some.map(w.chosen)),
            lot_method=mostly(["fifo", "lifo", "highest_cost", None], ["average"]),
        )

    def _shares_received(self) -> Draw:
        row = w.shares(NOBODY, NOBODY, 1)
        drawn = st.fixed_dictionaries({
            "custodian": mostly(["custodian", "other"], [None, "", "c" * 65]),
            "custodian_reference": mostly(
                ["r 1", "r 2", "r 3", "nobody's"], [None, "", "r" * 101]
            ),
            "account_id": self._accounts(),
            "security_id": mostly(self.there.securities, [NOBODY, None]),
            "quantity": number("1", "2.5", "10"),
            "cost": number("0.01", "25", "100"),
        })  # fmt: skip
        return drawn.map(lambda changes: row | changes)

    def _corporate_action(self) -> Draw:
        row = w.action("split", NOBODY, w.MONDAY)
        drawn = st.fixed_dictionaries({
            "provider": mostly(["test", "other"], [None, "", "p" * 65]),
            "provider_action_id": mostly(
                ["a split", "paid", "a 1", "a 2"], [None, "", "a" * 129]
            ),
            "kind": st.sampled_from(["split", "reverse_split", "cash_dividend", "cash_merger"]),
            "security_id": mostly(self.there.securities, [NOBODY, None]),
            "pay_date": st.sampled_from([None, w.MONDAY]),
            "new_shares": st.sampled_from([1, 2, 3, None]),
            "old_shares": st.sampled_from([1, 2]),
            "cash_per_share": number("1", "0.25"),
        })  # fmt: skip
        return drawn.map(lambda changes: row | changes)

    def _deposit_received(self) -> Draw:
        references = [*(f"reference {n}" for n in range(6)), "later"]
        return st.builds(
            lambda **row: {**w.COMMON, "effective_at": None, **row},
            bank=mostly([w.BANK], [None, "b" * 65]),
            bank_reference=mostly(references, [None, "r" * 101, "suspense"]),
            account_id=self._accounts(),
            amount=number("0.01", "250", "1000"),
            # The house has no accounts in test money: the database itself refuses such a row.
            currency=mostly(["USD"], ["EUR", "XTS", "XXX", None]),
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

    def _busts(self) -> dict[str, Draw]:
        trades = [
            "buy 0 a", "buy 0 b", "buy 1 b", "buy 2 a", "sell 0", "late buy", "late sale",
            "overfill", "sale of it", "chain a", "chain late", "corrected", "notional 0",
            "partly 0", "twice 0",
        ]  # fmt: skip
        return {
            **{name: st.just(value) for name, value in w.COMMON.items()},
            "venue": mostly([w.VENUE], [None, "v" * 65]),
            "venue_execution_id": mostly([f"bust {n}" for n in range(8)],
                                         [None, "e" * 129, "sell 0", "corrected"]),
            "ref_venue_execution_id": mostly(trades, ["never was", "buy 1 a", None, "e" * 129]),
            "effective_at": st.none(),
        }  # fmt: skip

    def _execution_busted(self) -> Draw:
        return st.fixed_dictionaries(self._busts())

    def _execution_corrected(self) -> Draw:
        numbers = {"quantity": number("1", "3.5", "40"), "price": number("99", "49.5", "101.125")}
        return st.fixed_dictionaries(self._busts() | numbers)

    def _deposit_returned(self) -> Draw:
        return st.fixed_dictionaries({
            **{name: st.just(value) for name, value in w.COMMON.items()},
            "key": self._keys("bounce"),
            "bank": mostly([w.BANK], [None, "b" * 65]),
            "bank_reference": mostly(["later", "one", "two", "suspense", "bounced"],
                                     [None, "r" * 101, "ref settled"]),
            "reason": mostly(["no cover", None], ["n" * 101]),
            "effective_at": st.none(),
        })  # fmt: skip

    def _as_operator(self, **fields: Draw) -> Draw:
        operators = [*self.there.operators, self.there.operators[1]]
        return st.fixed_dictionaries({
            **{name: st.just(value) for name, value in w.COMMON.items()},
            "identity": mostly(operators, [self.there.ann.token, self.world.broker, None]),
            "key": self._keys("exception"), **fields,
        })  # fmt: skip

    def _request_approval(self) -> Draw:
        two = {"transaction_id": transaction_of(self.world, "two")}
        one = {"transaction_id": transaction_of(self.world, "one")}
        bust = {"venue": w.VENUE, "venue_execution_id": "b", "ref_venue_execution_id": "buy 2 a"}
        return st.builds(
            lambda what, **row: {**row, "action": what[0], "payload": what[1]},
            mostly([("reverse", two), ("reverse", one), ("execution_busted", bust)],
                   [("reverse", {}), ("reverse", {"transaction_id": "x"}), ("dance", {}),
                    (None, {}), ("execution_busted", {**bust, "price": "NaN"})]),
            **{name: st.just(value) for name, value in w.COMMON.items()},
            identity=mostly(self.there.operators, [self.there.ann.token, None]),
            key=self._keys("ask to pay"),
            reason=mostly(["because"], ["", None, "r" * 501]),
        )  # fmt: skip

    def _decide_approval(self) -> Draw:
        return self._as_operator(
            approval_id=mostly(list(self.there.approvals.values()), [NOBODY, None]),
            decision=mostly(["confirmed", "confirmed", "declined"], ["maybe", None]),
            note=mostly([None, "as agreed"], ["n" * 501]),
        )

    def _exceptions(self) -> Draw:
        rows = self.world.rows("select exception_id from exceptions order by created_at limit 6")
        return mostly([row["exception_id"] for row in rows], [NOBODY, None])

    def _assign_exception(self) -> Draw:
        people = mostly(self.there.operator_ids, [self.there.ann.user_id, NOBODY, None])
        return self._as_operator(exception_id=self._exceptions(), user_id=people)

    def _resolve_exception(self) -> Draw:
        words = mostly(["paid in", "a mistake"], ["", None, "w" * 2001])
        return self._as_operator(exception_id=self._exceptions(), resolution=words)

    def _fact(self, function: str, subject: str, subjects: Draw) -> Draw:
        note = next(n for n in ("venue_order_id", "bank_reference", "reason")
                    if n in w.fact(function, NOBODY))  # fmt: skip
        fields: dict[str, Draw] = {
            **{name: st.just(value) for name, value in w.COMMON.items()},
            "key": self._keys(f"{function} new", f"{function} settled", f"{function} chain 0"),
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
