-- What the books say of the accounts that a drill used. Read by auditor, in one snapshot.

-- name: effects
-- One row an effect of a customer's command, and how many times it was booked: always once.
select
    case when t.direction = 'incoming' then 'deposit' else 'withdrawal' end as kind,
    t.transfer_id as effect_id,
    t.account_id,
    (
        select count(*) from public.outbox as o
        where
            o.account_id = t.account_id
            and o.command_id = t.command_id
            and o.kind in ('deposit.received', 'withdrawal.requested')
    ) as events,
    case when t.direction = 'incoming' then (
        select count(*) from public.transactions as n
        where n.transfer_id = t.transfer_id and n.transaction_type = 'deposit' and n.amount = t.amount
    ) end as postings,
    jsonb_build_object('amount', t.amount::text) as terms
from public.transfers as t
where t.account_id = any(%(accounts)s)
union all
select
    'order',
    o.order_id,
    o.account_id,
    (select count(*) from public.order_events as v where v.order_id = o.order_id and v.event = 'placed'),
    null,
    jsonb_build_object(
        'client_order_id', o.client_order_id, 'symbol', s.symbol, 'side', o.side, 'type', o.order_type,
        'time_in_force', o.time_in_force,
        -- As they were asked for: a split changes those that are open.
        'qty', coalesce(o.placed_as ->> 'quantity', o.quantity::text),
        'limit_price', coalesce(o.placed_as ->> 'limit_price', o.limit_price::text)
    )
from public.orders as o
inner join public.securities as s on o.security_id = s.security_id
where o.account_id = any(%(accounts)s)
union all
select
    'cancel',
    v.order_id,
    v.account_id,
    count(*),
    null,
    '{}'::jsonb
from public.order_events as v
where v.account_id = any(%(accounts)s) and v.event = 'cancel_requested'
group by v.order_id, v.account_id;

-- name: fills
select
    x.venue,
    x.venue_execution_id,
    x.order_id,
    x.quantity,
    x.reported_quantity,
    o.quantity as ordered,
    o.filled_quantity as filled
from public.executions as x
inner join public.orders as o on x.order_id = o.order_id
where x.account_id = any(%(accounts)s);

-- name: fill_times
select x.recorded_at
from public.executions as x
where x.account_id = any(%(accounts)s)
order by x.recorded_at;

-- name: acknowledge_before_writing
-- For the drill's control: from now on the last commits before a kill are lost.
alter system set synchronous_commit = 'off';

-- name: write_late
alter system set wal_writer_delay = '10s';

-- name: reload
select pg_reload_conf();

-- name: worker_is_ready
-- It has loaded the history before its heart beats.
select exists(select 1 from public.process_heartbeats as h where h.process = 'worker') as ready;

-- name: replay_accounts
-- What the accounts of a replay may spend. Here and below `ordinal` is an account's place in the list, from 0: ids are
-- new in each run, and what two runs are compared by must not name them.
select
    n.ordinal::integer - 1 as ordinal,
    a.balance - a.held as buying_power,
    greatest(a.balance - a.held - a.unsettled, 0) as withdrawable
from unnest(%(accounts)s::uuid[]) with ordinality as n (account_id, ordinal)
inner join public.accounts as a on n.account_id = a.account_id
order by n.ordinal;

-- name: replay_holdings
select
    n.ordinal::integer - 1 as ordinal,
    h.security_id,
    h.quantity - h.held as available
from unnest(%(accounts)s::uuid[]) with ordinality as n (account_id, ordinal)
inner join public.holdings as h on n.account_id = h.account_id
where h.quantity - h.held > 0
order by n.ordinal, h.security_id;

-- name: replay_orders
-- What is in the venue's book and may be canceled or replaced.
select
    n.ordinal::integer - 1 as ordinal,
    o.order_id,
    o.order_type,
    o.quantity,
    o.filled_quantity,
    o.limit_price
from unnest(%(accounts)s::uuid[]) with ordinality as n (account_id, ordinal)
inner join public.orders as o on n.account_id = o.account_id
where o.terminal_at is null and o.status in ('new', 'partially_filled') and o.quantity is not null
order by n.ordinal, o.client_order_id;

-- name: replay_prices
select
    p.security_id,
    p.last
from public.security_prices as p
order by p.security_id;

-- name: replay_fills
-- The fills of a market day, from which some are taken back.
select
    e.venue_execution_id,
    e.quantity,
    e.price
from public.executions as e
inner join public.orders as o on e.order_id = o.order_id
where e.account_id = any(%(accounts)s) and e.kind = 'fill' and e.effective_at >= %(since)s
order by o.client_order_id, e.effective_at;

-- name: replay_book_balances
select
    n.ordinal - 1 as ordinal,
    a.currency,
    a.balance,
    a.held,
    a.unsettled
from unnest(%(accounts)s::uuid[]) with ordinality as n (account_id, ordinal)
inner join public.accounts as a on n.account_id = a.account_id
order by n.ordinal;

-- name: replay_book_holdings
select
    n.ordinal - 1 as ordinal,
    s.symbol,
    h.quantity,
    h.held,
    h.total_cost,
    h.realized_gain
from unnest(%(accounts)s::uuid[]) with ordinality as n (account_id, ordinal)
inner join public.holdings as h on n.account_id = h.account_id
inner join public.securities as s on h.security_id = s.security_id
order by n.ordinal, s.symbol;

-- name: replay_book_lots
select
    n.ordinal - 1 as ordinal,
    s.symbol,
    row_number() over (partition by l.account_id, l.security_id order by l.lot_seq) as place,
    l.acquired_at,
    l.quantity,
    l.cost,
    l.closed_quantity,
    l.closed_cost
from unnest(%(accounts)s::uuid[]) with ordinality as n (account_id, ordinal)
inner join public.lots as l on n.account_id = l.account_id
inner join public.securities as s on l.security_id = s.security_id
order by n.ordinal, s.symbol, l.lot_seq;

-- name: replay_book_fills
select
    o.client_order_id,
    e.kind,
    e.effective_at,
    e.quantity,
    e.price,
    e.amount,
    e.fee
from public.executions as e
inner join public.orders as o on e.order_id = o.order_id
where e.account_id = any(%(accounts)s)
order by o.client_order_id, e.effective_at, e.kind, e.quantity, e.price;

-- name: replay_book_orders
select
    o.client_order_id,
    o.side,
    o.order_type,
    o.time_in_force,
    o.status,
    o.quantity,
    o.notional,
    o.limit_price,
    o.filled_quantity,
    o.filled_amount,
    o.fees
from public.orders as o
where o.account_id = any(%(accounts)s)
order by o.client_order_id;

-- name: replay_book_entries
select
    n.ordinal - 1 as ordinal,
    s.code,
    t.transaction_type,
    t.effective_at,
    e.amount
from unnest(%(accounts)s::uuid[]) with ordinality as n (account_id, ordinal)
inner join public.entries as e on n.account_id = e.account_id
inner join public.transactions as t on e.transaction_id = t.transaction_id
inner join public.assets as s on e.asset_id = s.asset_id
order by n.ordinal, s.code, t.effective_at, t.transaction_type, e.amount;

-- name: replay_book_actions
select
    s.symbol,
    c.kind,
    c.ex_date,
    c.state,
    count(e.account_id) as accounts,
    sum(e.cash) as cash,
    sum(e.quantity_after - e.quantity_before) as shares
from public.corporate_actions as c
inner join public.securities as s on c.security_id = s.security_id
left join public.entitlements as e on c.action_id = e.action_id
group by c.action_id, s.symbol, c.kind, c.ex_date, c.state
order by c.ex_date, s.symbol, c.kind;
