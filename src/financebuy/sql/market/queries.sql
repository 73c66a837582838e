-- What the market program reads and writes, as fb_venue, and how an operator steers it, as fb_worker. Market data only:
-- no row that is written here is money or shares.

-- name: try_market_lock
-- One market at a time. The lock lives as long as the connection.
select pg_try_advisory_lock(hashtextextended('financebuy market', 0)) as held;

-- name: clock
select
    c.market_time, c.phase, c.session_date, c.quote_seq,
    p.closed_at is null or p.settled_at is not null as settled
from public.market_clock as c
left join public.session_progress as p on p.session_date = c.session_date;

-- name: control
select
    c.paused, c.days_per_minute, c.steps_requested - c.steps_taken as steps_waiting
from public.market_control as c;

-- name: take_step
update public.market_control
set steps_taken = steps_taken + 1, updated_at = now()
where steps_taken < steps_requested;

-- name: session_before
select s.session_date
from public.market_sessions as s
where s.exchange = %(exchange)s and s.session_date < %(date)s
order by s.session_date desc
limit 1;

-- name: session_after
select s.session_date
from public.market_sessions as s
where s.exchange = %(exchange)s and s.session_date > %(date)s
order by s.session_date
limit 1;

-- name: next_session_with_bars
-- From the bars to the day, not from day to day: after the last bar there are years of sessions without any.
select min(s.session_date) as session_date
from public.securities as i
cross join lateral (
    select b.session_date
    from public.price_bars as b
    where
        b.security_id = i.security_id and b.timeframe = '1Day'
        and b.starts_at > %(date)s::timestamp at time zone 'America/New_York'
    order by b.starts_at
    limit 1
) as following
inner join public.market_sessions as s
    on s.exchange = %(exchange)s and s.session_date = following.session_date
where i.tradable;

-- name: session_hours
select s.opens_at, s.closes_at
from public.market_sessions as s
where s.exchange = %(exchange)s and s.session_date = %(date)s;

-- name: session_bars
-- The bars of what trades in a session, with the close before, restated for a split of that morning.
select
    i.security_id, i.symbol, b.open, b.high, b.low, b.close, b.volume,
    round(previous.close * coalesce(split.factor, 1), i.price_scale) as previous_close
from public.market_sessions as s
inner join public.securities as i on i.tradable
inner join public.price_bars as b
    on
        b.security_id = i.security_id and b.timeframe = '1Day'
        and b.starts_at = s.session_date::timestamp at time zone 'America/New_York'
left join lateral (
    select p.close
    from public.price_bars as p
    where p.security_id = i.security_id and p.timeframe = '1Day' and p.starts_at < b.starts_at
    order by p.starts_at desc
    limit 1
) as previous on true
left join lateral (
    select a.old_shares::numeric / a.new_shares as factor
    from public.corporate_actions as a
    where a.security_id = i.security_id and a.ex_date = s.session_date and a.kind in ('split', 'reverse_split')
) as split on true
where s.exchange = %(exchange)s and s.session_date = %(date)s
order by i.symbol;

-- name: begin_clock
-- Before the first session: the market as it closed the evening before.
insert into public.market_clock (
    mode, market_time, phase, session_date, next_session_date, quote_seq, updated_at
)
values (%(mode)s, %(market_time)s, 'closed', %(session_date)s, %(next_session_date)s, 0, now())
on conflict do nothing;

-- name: begin_prices
insert into public.security_prices (
    security_id, session_date, last, volume, previous_close, quote_seq, quoted_at, simulated, recorded_at
)
select q.security_id, %(session_date)s, q.last, q.volume, q.previous_close, 0, %(market_time)s, false, now()
from unnest(
    %(security_ids)s::uuid[], %(lasts)s::numeric[], %(volumes)s::bigint[], %(previous_closes)s::numeric[]
) as q (security_id, last, volume, previous_close)
on conflict do nothing;

-- name: open_session
with progress as (
    insert into public.session_progress (session_date, opened_at)
    values (%(session_date)s, now())
    on conflict do nothing
),

priced as (
    insert into public.security_prices (
        security_id, session_date, last, bid, ask, bid_size, ask_size, volume, previous_close, quote_seq, quoted_at,
        simulated, recorded_at
    )
    select
        q.security_id, %(session_date)s, q.last, q.bid, q.ask, q.size, q.size, q.volume, q.previous_close,
        %(quote_seq)s, %(market_time)s, true, now()
    from unnest(
        %(security_ids)s::uuid[], %(lasts)s::numeric[], %(bids)s::numeric[], %(asks)s::numeric[],
        %(sizes)s::bigint[], %(volumes)s::bigint[], %(previous_closes)s::numeric[]
    ) as q (security_id, last, bid, ask, size, volume, previous_close)
    on conflict (security_id) do update
        set
            session_date = excluded.session_date, last = excluded.last, bid = excluded.bid, ask = excluded.ask,
            bid_size = excluded.bid_size, ask_size = excluded.ask_size, volume = excluded.volume,
            previous_close = excluded.previous_close, quote_seq = excluded.quote_seq,
            quoted_at = excluded.quoted_at, simulated = excluded.simulated, recorded_at = excluded.recorded_at
)

update public.market_clock
set
    phase = 'open', session_date = %(session_date)s, next_session_date = %(next_session_date)s,
    market_time = %(market_time)s, quote_seq = %(quote_seq)s, updated_at = now();

-- name: publish_tick
-- While nobody has an order in, a quote does not wait for the disk: what a crash takes is drawn again. But a fill must
-- never be on disk without its quote, or the clock would go back before it. An order that comes after the quote takes
-- it to the disk with its own commit.
with durability as (
    select set_config(
        'synchronous_commit',
        case when %(durable)s then current_setting('synchronous_commit') else 'off' end,
        true
    ) as setting
),

priced as (
    update public.security_prices as p
    set
        last = q.last, bid = q.bid, ask = q.ask, bid_size = q.size, ask_size = q.size, volume = q.volume,
        quote_seq = %(quote_seq)s, quoted_at = %(market_time)s, recorded_at = now()
    from unnest(
        %(security_ids)s::uuid[], %(lasts)s::numeric[], %(bids)s::numeric[], %(asks)s::numeric[],
        %(sizes)s::bigint[], %(volumes)s::bigint[]
    ) as q (security_id, last, bid, ask, size, volume)
    where p.security_id = q.security_id
)

update public.market_clock
set market_time = %(market_time)s, quote_seq = %(quote_seq)s, updated_at = now()
from durability;

-- name: close_session
with progress as (
    update public.session_progress
    set closed_at = now()
    where session_date = %(session_date)s
),

priced as (
    update public.security_prices as p
    set
        last = q.last, bid = null, ask = null, bid_size = null, ask_size = null, volume = q.volume,
        quote_seq = %(quote_seq)s, quoted_at = %(market_time)s, simulated = false, recorded_at = now()
    from unnest(%(security_ids)s::uuid[], %(lasts)s::numeric[], %(volumes)s::bigint[])
        as q (security_id, last, volume)
    where p.security_id = q.security_id
)

update public.market_clock
set phase = 'closed', market_time = %(market_time)s, quote_seq = %(quote_seq)s, updated_at = now();

-- name: finish
update public.market_clock
set phase = 'finished', updated_at = now()
where phase = 'closed';

-- name: open_orders
-- What the venue has to work on: all open orders, those that have news for it, or those that are named. A day order
-- works in its own session only. Once that is closed the order is dying, and the job that expires it answers for it.
-- What waits to replace another order is not here before the venue has replaced that one.
select
    o.order_id, o.security_id, o.side, o.order_type, o.time_in_force, o.status, o.limit_price, o.stop_price,
    o.triggered_at is not null as triggered, o.hold_price, o.quantity, o.notional, o.carried_quantity,
    o.filled_quantity, o.filled_gross, o.expires_on, o.placed_at, u.scale as quantity_scale,
    n.order_id as new_order_id, n.quantity as new_quantity
from public.orders as o
inner join public.assets as u on u.asset_id = o.security_id
cross join public.market_clock as c
left join public.orders as n on n.order_id = o.replaced_by and o.status = 'pending_replace'
left join public.orders as r on r.order_id = o.replaces and r.status = 'pending_replace' and r.terminal_at is null
where
    o.terminal_at is null
    and r.order_id is null
    and (
        %(every)s or o.order_id = any(%(named)s::uuid[])
        or (%(named)s::uuid[] is null and o.status in ('accepted', 'pending_cancel', 'pending_replace'))
    )
    and (o.expires_on is null or o.expires_on > c.session_date or (c.phase = 'open' and o.expires_on = c.session_date))
order by o.placed_at, o.order_id;

-- name: fills_at
-- The venue's fills at a market time, without one at the clock's quote. They were recorded after it; a minute is left
-- for a clock that was set back.
select e.order_id, e.security_id, e.quantity
from public.executions as e
cross join public.market_clock as c
where
    e.venue = %(venue)s
    and e.kind = 'fill'
    and e.recorded_at >= c.updated_at - interval '1 minute'
    and e.effective_at = coalesce(%(at)s::timestamptz, c.market_time);

-- name: controls
select c.paused, c.days_per_minute, c.steps_requested, c.steps_taken
from public.market_control as c;

-- name: set_speed
update public.market_control
set days_per_minute = %(days_per_minute)s, updated_at = now()
returning paused, days_per_minute, steps_requested, steps_taken;

-- name: pause
update public.market_control
set paused = true, updated_at = now()
returning paused, days_per_minute, steps_requested, steps_taken;

-- name: resume
-- Steps that were asked for and not taken are forgotten: time runs by itself again.
update public.market_control
set paused = false, steps_requested = steps_taken, updated_at = now()
returning paused, days_per_minute, steps_requested, steps_taken;

-- name: request_steps
update public.market_control
set paused = true, steps_requested = steps_requested + %(steps)s, updated_at = now()
returning paused, days_per_minute, steps_requested, steps_taken;
