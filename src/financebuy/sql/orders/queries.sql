-- Orders and fills, read under the caller's policies.

-- name: order
select
    o.order_id, o.account_id, o.security_id, s.symbol, s.currency, o.client_order_id, o.side, o.order_type,
    o.time_in_force, o.quantity, o.notional, o.limit_price, o.stop_price, o.extended_hours, o.hold_price,
    case when o.side = 'buy' then round(o.held, m.scale) else trim_scale(o.held) end as held, o.status,
    trim_scale(o.filled_quantity) as filled_quantity, o.filled_gross, round(o.filled_amount, m.scale) as filled_amount,
    round(o.fees, m.scale) as fees, o.reject_reason, o.venue, o.venue_order_id,
    o.replaces, o.replaced_by, trim_scale(o.carried_quantity) as carried_quantity, o.carried_gross, o.triggered_at,
    o.lot_method, o.expires_on, o.effective_at, o.placed_at, o.updated_at, o.terminal_at, o.event_seq
from public.orders as o
inner join public.securities as s on s.security_id = o.security_id
inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
where o.order_id = %(order_id)s;

-- name: order_by_client_order_id
select
    o.order_id, o.account_id, o.security_id, s.symbol, s.currency, o.client_order_id, o.side, o.order_type,
    o.time_in_force, o.quantity, o.notional, o.limit_price, o.stop_price, o.extended_hours, o.hold_price,
    case when o.side = 'buy' then round(o.held, m.scale) else trim_scale(o.held) end as held, o.status,
    trim_scale(o.filled_quantity) as filled_quantity, o.filled_gross, round(o.filled_amount, m.scale) as filled_amount,
    round(o.fees, m.scale) as fees, o.reject_reason, o.venue, o.venue_order_id,
    o.replaces, o.replaced_by, trim_scale(o.carried_quantity) as carried_quantity, o.carried_gross, o.triggered_at,
    o.lot_method, o.expires_on, o.effective_at, o.placed_at, o.updated_at, o.terminal_at, o.event_seq
from public.orders as o
inner join public.securities as s on s.security_id = o.security_id
inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
where o.account_id = %(account_id)s and o.client_order_id = %(client_order_id)s;

-- name: orders_newest_first
select
    o.order_id, o.account_id, o.security_id, s.symbol, s.currency, o.client_order_id, o.side, o.order_type,
    o.time_in_force, o.quantity, o.notional, o.limit_price, o.stop_price, o.extended_hours, o.hold_price,
    case when o.side = 'buy' then round(o.held, m.scale) else trim_scale(o.held) end as held, o.status,
    trim_scale(o.filled_quantity) as filled_quantity, o.filled_gross, round(o.filled_amount, m.scale) as filled_amount,
    round(o.fees, m.scale) as fees, o.reject_reason, o.venue, o.venue_order_id,
    o.replaces, o.replaced_by, trim_scale(o.carried_quantity) as carried_quantity, o.carried_gross, o.triggered_at,
    o.lot_method, o.expires_on, o.effective_at, o.placed_at, o.updated_at, o.terminal_at, o.event_seq
from public.orders as o
inner join public.securities as s on s.security_id = o.security_id
inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
where
    (%(account_id)s::uuid is null or o.account_id = %(account_id)s)
    and (%(status)s = 'all' or (o.terminal_at is null) = (%(status)s = 'open'))
    and (%(symbols)s::text[] is null or s.symbol = any(%(symbols)s))
    and (%(side)s::text is null or o.side = %(side)s)
    and (%(after)s::timestamptz is null or o.placed_at > %(after)s)
    and (%(until)s::timestamptz is null or o.placed_at <= %(until)s)
    and (
        %(beyond)s::uuid is null
        or (o.placed_at, o.order_id)
        < (select b.placed_at, b.order_id from public.orders as b where b.order_id = %(beyond)s)
    )
order by o.placed_at desc, o.order_id desc
limit %(limit)s;

-- name: orders_oldest_first
select
    o.order_id, o.account_id, o.security_id, s.symbol, s.currency, o.client_order_id, o.side, o.order_type,
    o.time_in_force, o.quantity, o.notional, o.limit_price, o.stop_price, o.extended_hours, o.hold_price,
    case when o.side = 'buy' then round(o.held, m.scale) else trim_scale(o.held) end as held, o.status,
    trim_scale(o.filled_quantity) as filled_quantity, o.filled_gross, round(o.filled_amount, m.scale) as filled_amount,
    round(o.fees, m.scale) as fees, o.reject_reason, o.venue, o.venue_order_id,
    o.replaces, o.replaced_by, trim_scale(o.carried_quantity) as carried_quantity, o.carried_gross, o.triggered_at,
    o.lot_method, o.expires_on, o.effective_at, o.placed_at, o.updated_at, o.terminal_at, o.event_seq
from public.orders as o
inner join public.securities as s on s.security_id = o.security_id
inner join public.assets as m on m.kind = 'currency' and m.code = s.currency
where
    (%(account_id)s::uuid is null or o.account_id = %(account_id)s)
    and (%(status)s = 'all' or (o.terminal_at is null) = (%(status)s = 'open'))
    and (%(symbols)s::text[] is null or s.symbol = any(%(symbols)s))
    and (%(side)s::text is null or o.side = %(side)s)
    and (%(after)s::timestamptz is null or o.placed_at > %(after)s)
    and (%(until)s::timestamptz is null or o.placed_at <= %(until)s)
    and (
        %(beyond)s::uuid is null
        or (o.placed_at, o.order_id)
        > (select b.placed_at, b.order_id from public.orders as b where b.order_id = %(beyond)s)
    )
order by o.placed_at, o.order_id
limit %(limit)s;

-- name: executions
-- What an order had filled after each fill is the sum up to it of what was not taken back by then; fills of one order
-- are in the order of their ids.
select
    e.execution_id, e.order_id, e.account_id, e.security_id, s.symbol, e.side, e.venue, e.venue_execution_id,
    e.kind, e.ref_execution_id, e.quantity, e.price, e.amount, e.fee, e.late, f.cumulative_quantity,
    o.quantity - f.cumulative_quantity as leaves_quantity, o.status as order_status, e.effective_at, e.recorded_at
from public.executions as e
inner join public.orders as o on o.order_id = e.order_id
inner join public.securities as s on s.security_id = e.security_id
cross join lateral (
    select sum(p.quantity) as cumulative_quantity from public.executions as p
    where p.order_id = e.order_id and p.execution_id <= e.execution_id and p.kind <> 'bust'
        and not exists (
            select 1 from public.executions as r
            where r.ref_execution_id = p.execution_id and r.execution_id <= e.execution_id
        )
) as f
where
    (%(account_id)s::uuid is null or e.account_id = %(account_id)s)
    and (%(order_id)s::uuid is null or e.order_id = %(order_id)s)
    and e.execution_id < coalesce(%(before)s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
order by e.execution_id desc
limit %(limit)s;
