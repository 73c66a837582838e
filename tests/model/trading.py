"""A while at the market out of one seed: as `draws_orders` draws, dense and for one choice.

What hypothesis can draw for one stream is bounded, and a row of an order takes much of it. A seed
takes little, so streams come far; a failure names the seed.
"""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from tests.model import draws
from tests.model.draws import Row

TYPES = ("limit", "limit", "market", "amount", "all", "stop", "stop_limit")
TIMES = ("day", "gtc", "day", "gtc", "day", "ioc", "fok", "opg", "cls")
METHODS = (None, "fifo", "lifo", "highest_cost")
FUNCTIONS = {
    "fact": (
        "order_acknowledged", "order_rejected", "order_canceled", "cancel_rejected",
        "order_expired", "order_triggered", "order_replaced", "replace_rejected",
    ),
    "bank": ("withdrawal_settled", "withdrawal_returned"),
}  # fmt: skip
"""Those of which one is chosen, all rows being alike."""


class Trading:
    """Rows in the form in which they are drawn."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def batches(self) -> list[tuple[str, int]]:
        """What is submitted, and how many rows of it."""
        found = []
        for kind in self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=5):
            found.append((kind, self.chance.randint(1, 3)))
            if kind == "replace_order":
                # An order that waits for an answer can do little else, but it may fill meanwhile.
                found += [("execution", 1), ("order_replaced", 2), ("execution", 1)]
        return found

    def rows(self, kind: str, number: int) -> tuple[str, list[Row]]:
        """The function and its rows."""
        function = self.chance.choice(FUNCTIONS.get(kind, (kind,)))
        return function, [MAKE[kind](self) for _ in range(number)]

    def _number(self) -> int:
        return self.chance.randrange(20)

    def _price(self) -> Decimal:
        return Decimal(self.chance.randrange(800_000, 1_200_001)).scaleb(-4)

    def _quantity(self) -> Decimal:
        if self.chance.random() < 0.5:
            return Decimal(self.chance.randint(1, 40))
        return Decimal(self.chance.randrange(1, 30 * 10**9)).scaleb(-9)

    def _earlier(self) -> int | None:
        one_in_eight = self.chance.random() < 0.125
        year = self.chance.randint(365, 369) * draws.DAY
        return self.chance.choice([self.chance.randint(1, 4_000), year]) if one_in_eight else None

    def _lots(self) -> list[tuple[int, int]] | None:
        if self.chance.random() < 0.5:
            return None
        return [(self.chance.randrange(5), self.chance.randint(1, 8))]

    def _size(self) -> tuple[str, Decimal | None, Decimal | None, Decimal | None, Decimal | None]:
        kind, price = self.chance.choice(TYPES), self._price()
        match kind:
            case "amount":
                cents = Decimal(self.chance.randrange(100, 300_000)).scaleb(-2)
                return "market", None, cents, None, None
            case "all":
                return kind, None, None, price, None
            case "stop":
                return kind, self._quantity(), None, None, price
            case "stop_limit":
                return kind, self._quantity(), None, price, self._price()
        return kind, self._quantity(), None, None if kind == "market" else price, None

    def order(self) -> Row:
        return {
            "who": "owner", "account": self.chance.randrange(draws.ACCOUNTS),
            "security": self.chance.choice(draws.SYMBOLS),
            "side": self.chance.choice(["buy", "sell"]),
            "time_in_force": self.chance.choice(TIMES), "size": self._size(),
            "lot_method": self.chance.choice(METHODS), "lots": self._lots(), "sound": True,
            "same_client_order_id": False,
        }  # fmt: skip

    def replacement(self) -> Row:
        return {
            "who": "owner", "order": self._number(),
            "eighths": self.chance.choice([7, 9, 12, 16]),
            "time_in_force": self.chance.choice([None, None, "gtc"]),
            "limit_price": self.chance.choice([None, self._price()]),
            "stop_price": self.chance.choice([None, self._price()]),
            "sound": True, "same_client_order_id": False,
        }  # fmt: skip

    def choice_of_lots(self) -> Row:
        return {
            "who": "owner", "order": self._number(),
            "lot_method": self.chance.choice(METHODS[1:]), "lots": self._lots(),
        }  # fmt: skip

    def cancel(self) -> Row:
        return {"who": "owner", "order": self._number()}

    def fact(self) -> Row:
        return {"order": self._number(), "note": self.chance.choice([None, "a note"])}

    def withdrawal(self) -> Row:
        cents = Decimal(self.chance.randrange(1, 100_000)).scaleb(-2)
        account = self.chance.randrange(draws.ACCOUNTS)
        return {"who": "owner", "account": account, "amount": cents}

    def bank_fact(self) -> Row:
        return {"transfer": self._number(), "note": self.chance.choice([None, "a note"])}

    def execution(self) -> Row:
        return {
            "order": self._number(), "quantity": self._quantity(), "price": self._price(),
            "part": self.chance.choice(["part", "part", "part", "whole", "much"]),
            "earlier": self._earlier(),
        }  # fmt: skip

    def bust(self) -> Row:
        unknown = self.chance.random() < 0.1
        return {"ref": None if unknown else self.chance.randrange(60), "again": False}

    def correction(self) -> Row:
        return self.bust() | {
            "quantity": self.chance.choice([None, self._quantity()]),
            "price": self.chance.choice([None, self._price()]),
        }


MAKE: dict[str, Callable[[Trading], Row]] = {
    "place_order": Trading.order,
    "execution": Trading.execution,
    "replace_order": Trading.replacement,
    "choose_lots": Trading.choice_of_lots,
    "cancel_order": Trading.cancel,
    "fact": Trading.fact,
    "order_replaced": Trading.fact,
    "request_withdrawal": Trading.withdrawal,
    "bank": Trading.bank_fact,
    "execution_busted": Trading.bust,
    "execution_corrected": Trading.correction,
}
WEIGHTS = {
    "place_order": 6, "execution": 6, "replace_order": 3, "fact": 5, "choose_lots": 2,
    "cancel_order": 1, "execution_busted": 1, "execution_corrected": 1, "request_withdrawal": 1,
    "bank": 1,
}  # fmt: skip
