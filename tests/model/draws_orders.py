"""What is drawn of orders, of what the venue says of them, and of trades."""

from hypothesis import strategies as st

from tests.model.draws import (
    decimals,
    earlier,
    lot_method,
    note,
    number,
    price,
    quantity,
    rarely,
    rows,
    some_account,
    some_lots,
    some_order,
    some_symbol,
    who,
)

# Type, quantity, amount, limit, stop. "all" sells what there is.
size = st.one_of(
    st.tuples(st.just("limit"), quantity, st.none(), price, st.none()),
    st.tuples(st.just("market"), quantity, st.none(), st.none(), st.none()),
    st.tuples(st.just("market"), st.none(), decimals("1", "3000", 2), st.none(), st.none()),
    st.tuples(st.just("all"), st.none(), st.none(), price, st.none()),
    st.tuples(st.just("stop"), quantity, st.none(), st.none(), price),
    st.tuples(st.just("stop_limit"), quantity, st.none(), price, price),
)
orders = rows(
    who=who,
    account=some_account,
    security=rarely(some_symbol, st.none(), 40),
    side=st.sampled_from(["buy", "buy", "sell"]),
    time_in_force=st.sampled_from(["day", "gtc", "day", "gtc", "ioc", "fok", "opg", "cls"]),
    size=size,
    lot_method=lot_method,
    lots=rarely(st.none(), some_lots, 3),
    # A choice that fits no buy and words that do not go together are refused: now and then.
    sound=rarely(st.just(True), st.just(False), 15),
    same_client_order_id=rarely(st.just(False), st.just(True), 20),
)
replacements = rows(
    who=who,
    order=some_order,
    # Quantity: eighths of what the order is for; 0 leaves it.
    eighths=st.sampled_from([9, 7, 12, 16, 0, 4, 8]),
    time_in_force=st.sampled_from([None, None, "day", "gtc", "ioc"]),
    limit_price=st.one_of(st.none(), price),
    stop_price=st.one_of(st.none(), price),
    sound=rarely(st.just(True), st.just(False), 8),
    same_client_order_id=rarely(st.just(False), st.just(True), 20),
)
cancels = rows(who=who, order=some_order)
choices = rows(
    who=who, order=some_order, lot_method=lot_method, lots=rarely(some_lots, st.none(), 3)
)
order_facts = rows(order=some_order, note=note)
executions = rows(
    order=some_order,
    # A share of the rest, so that orders are filled exactly, in part, and beyond.
    part=st.sampled_from(["part", "whole", "part", "whole", "much"]),
    quantity=quantity,
    price=st.one_of(price, decimals("80", "120", 9)),
    earlier=earlier,
)
busts = rows(ref=rarely(number, st.none(), 20), again=rarely(st.just(False), st.just(True), 10))
corrections = rows(
    ref=rarely(number, st.none(), 20),
    again=rarely(st.just(False), st.just(True), 10),
    quantity=st.one_of(st.none(), quantity),
    price=st.one_of(st.none(), price),
)
