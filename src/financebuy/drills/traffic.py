"""What the clients of a drill do: a seeded stream of deposits, orders, cancels and withdrawals."""

import random
from collections import deque
from collections.abc import Callable

from financebuy.drills.journal import Answered, Command, Kind

# What the replayed history has prices of in the drill's years. A limit this far from any price
# never fills, so that the order stays for a cancel.
_SYMBOLS = ("AAPL", "GOOGL", "IBM", "MSFT")
_FAR_BELOW = ("0.01", "1.00")
_RESTING_MOST = 50


class Traffic:
    """One client's stream on one account. The same seed chooses alike as long as answers agree."""

    def __init__(self, account_id: str, seed: str) -> None:
        """`seed` also makes the keys, so no two clients of a drill may share it."""
        self._account_id = account_id
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311 (a simulation, repeatable on purpose)
        self._count = 0
        self._resting: deque[str] = deque(maxlen=_RESTING_MOST)
        self._makers: dict[Kind, Callable[[str], Command]] = {
            Kind.DEPOSIT: self._deposit,
            Kind.ORDER: self._order,
            Kind.CANCEL: self._cancel,
            Kind.WITHDRAWAL: self._withdrawal,
        }

    def next(self) -> Command:
        """Return a new command, with a key of its own."""
        self._count += 1
        key = f"drill-{self._seed}-{self._count}"
        # The first one brings money.
        kinds = [Kind.DEPOSIT] if self._count == 1 else [*Kind]
        if not self._resting and Kind.CANCEL in kinds:
            kinds.remove(Kind.CANCEL)
        weights = {Kind.DEPOSIT: 20, Kind.ORDER: 50, Kind.CANCEL: 20, Kind.WITHDRAWAL: 10}
        (kind,) = self._random.choices(kinds, [weights[each] for each in kinds])
        return self._makers[kind](key)

    def learn(self, command: Command, answer: Answered) -> None:
        """Hear what became of a command: a resting order may be canceled later."""
        if command.kind is Kind.ORDER and answer.accepted and "limit_price" in command.body:
            self._resting.append(answer.result["id"])

    def _deposit(self, key: str) -> Command:
        amount = f"{self._random.randint(1_000, 900_000) / 100:.2f}"
        return self._transfer(key, Kind.DEPOSIT, "INCOMING", amount)

    def _withdrawal(self, key: str) -> Command:
        amount = f"{self._random.randint(100, 5_000) / 100:.2f}"
        return self._transfer(key, Kind.WITHDRAWAL, "OUTGOING", amount)

    def _transfer(self, key: str, kind: Kind, direction: str, amount: str) -> Command:
        body = {"transfer_type": "ach", "direction": direction, "amount": amount}
        return Command(key, kind, self._account_id, body)

    def _cancel(self, key: str) -> Command:
        place = self._random.randrange(len(self._resting))
        order_id = self._resting[place]
        del self._resting[place]
        return Command(key, Kind.CANCEL, self._account_id, {}, order_id)

    def _order(self, key: str) -> Command:
        chance = self._random
        body = {
            "symbol": chance.choice(_SYMBOLS),
            "qty": str(chance.randint(1, 9)),
            "side": "buy",
            "type": "market",
            "time_in_force": chance.choice(("day", "gtc")),
            # The API derives one from the key too; a client that names its own is the usual case.
            "client_order_id": f"{key}-o",
        }
        match chance.randrange(10):
            case 0 | 1 | 2:
                body |= {"type": "limit", "limit_price": chance.choice(_FAR_BELOW)}
            case 3 | 4 | 5:
                body |= {"side": "sell", "qty": str(chance.randint(1, 4))}
        return Command(key, Kind.ORDER, self._account_id, body)
