"""Real prices as the judge: ten million shares of each stock, received in kind and held.

Splits and reinvested dividends that the closes imply are announced and applied through the same
facts and jobs as everybody's; the holding's worth must then move as the published adjusted close.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from fractions import Fraction
from importlib.resources import files
from itertools import combinations
from uuid import UUID

import pytest

from financebuy.worker import reference
from financebuy.worker.reference import KnownAction
from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.world import Row, World

SHARES = 10_000_000
TOLERANCE = Fraction(1, 10**9)
# About one close in fifteen, and the days around each action.
STRIDE = 15


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    """A database without a market: facts alone."""
    with clone(template) as database, World(database) as world:
        yield world


def bars() -> dict[str, list[dict[str, str]]]:
    content = (files("financebuy") / "market" / "data" / "daily_bars.csv.gz").read_bytes()
    by_symbol = defaultdict(list)
    for row in csv.DictReader(gzip.decompress(content).decode().splitlines()):
        by_symbol[row["symbol"]].append(row)
    return dict(by_symbol)


BARS = bars()


def announcement(security: UUID, known: KnownAction) -> Row:
    return w.action(
        known.kind,
        security,
        known.ex_date,
        pay_date=known.pay_date,
        new_shares=known.new_shares,
        old_shares=known.old_shares,
        cash_per_share=known.cash_per_share,
        reinvest_price=known.reinvest_price,
        provider="bundled",
        provider_action_id=known.action_id,
    )


@pytest.mark.parametrize("symbol", sorted(BARS))
def test_worth_moves_as_the_published_adjusted_close(
    symbol: str, world: World, tell: Callable[[str], None]
) -> None:
    days = BARS[symbol]
    first = date.fromisoformat(days[0]["date"])
    received = datetime.combine(first, time(12), UTC)
    owner = world.user()
    account = world.account(owner)
    security = world.security(symbol)
    world.accepted("set_preferences", w.preferences(owner.token, account, reinvest=True))
    row = w.shares(account, security, SHARES, cost=10, acquired_at=received, effective_at=received)
    world.accepted("shares_received", row)
    known = [each for each in reference.actions() if each.symbol == symbol]

    quantity = {first: Fraction(SHARES)}
    for each in known:
        world.apply(announcement(security, each))
        held = world.value(
            "select quantity from holdings where account_id = %s and security_id = %s",
            account, security,
        )  # fmt: skip
        quantity[each.ex_date] = Fraction(held)

    held_now = Fraction(SHARES)
    worth: dict[date, tuple[Fraction, Fraction]] = {}
    for day in days:
        on = date.fromisoformat(day["date"])
        held_now = quantity.get(on, held_now)
        worth[on] = (held_now * Fraction(day["close"]), Fraction(day["adj_close"]))
    eventful = [on for each in known for on in (each.ex_date,)]
    chosen = sorted({*eventful, *list(worth)[::STRIDE], list(worth)[-1]})
    largest = max(
        abs((worth[b][0] / worth[a][0]) / (worth[b][1] / worth[a][1]) - 1)
        for a, b in combinations(chosen, 2)
    )
    assert largest <= TOLERANCE
    assert world.check_books() == {}
    effects = world.value("select count(*) from entitlements where account_id = %s", account)
    assert effects == len(known)
    tell(f"{symbol}: {len(known)} actions, {len(chosen)} days, at most {float(largest):.1e} off")
