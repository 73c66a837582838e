"""What is measured, one kind a module. A new scenario is listed here."""

from financebuy.bench.scenarios.bare_tables import BARE_TABLES
from financebuy.bench.scenarios.deposit import DEPOSIT, HOT_ACCOUNT, MANY_ACCOUNTS, TEN_ACCOUNTS
from financebuy.bench.scenarios.dividend import DIVIDEND, DIVIDEND_TO_MANY
from financebuy.bench.scenarios.growth import GROWTH
from financebuy.bench.scenarios.http_order import HTTP_ORDER
from financebuy.bench.scenarios.machine import MACHINE
from financebuy.bench.scenarios.mix import MIX
from financebuy.bench.scenarios.orders import BUY_AND_FILL, CANCEL, PLACE_ORDER
from financebuy.bench.scenarios.portfolio import MANY_PORTFOLIOS, PORTFOLIO
from financebuy.bench.scenarios.portfolio_cached import PORTFOLIO_CACHED
from financebuy.bench.scenarios.prices import MANY_PRICES, PRICES
from financebuy.bench.scenarios.standby import STANDBY

SCENARIOS = {
    each.name: each
    for each in (
        DEPOSIT, HOT_ACCOUNT, TEN_ACCOUNTS, PLACE_ORDER, BUY_AND_FILL, CANCEL, MIX, HTTP_ORDER,
        BARE_TABLES, PORTFOLIO, PORTFOLIO_CACHED, PRICES, DIVIDEND, MACHINE, STANDBY, GROWTH,
        MANY_ACCOUNTS, MANY_PORTFOLIOS, MANY_PRICES, DIVIDEND_TO_MANY,
    )
}  # fmt: skip
"""By name, in the order of the help."""
