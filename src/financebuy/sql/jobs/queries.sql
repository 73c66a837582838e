-- What the worker reads and writes, as fb_worker.

-- name: try_job_lock
-- One loop a job, however many workers run. The lock lives as long as the connection.
select pg_try_advisory_lock(hashtextextended('financebuy job ' || %(job)s, 0)) as held;

-- name: make_partitions
select fb.make_partitions(%(months_ahead)s) as made;

-- name: prune_keys
select fb.prune_keys(
    (select s.value::interval from public.platform_settings as s where s.name = 'key_retention'), %(limit)s
) as pruned;

-- name: relay
select fb.relay(%(limit)s) as numbered;

-- name: session_to_settle
select p.session_date, c.next_session_date
from public.session_progress as p
cross join public.market_clock as c
where p.closed_at is not null and p.settled_at is null and p.session_date = c.session_date;

-- name: settle
select fb.settle(%(session_date)s, %(limit)s) as settled;

-- name: expire_orders
select fb.expire_orders(%(session_date)s, %(limit)s) as expired;

-- name: announce_actions
select fb.announce_actions(
    %(provider)s, %(symbols)s::text[], %(action_ids)s::text[], %(kinds)s::text[], %(ex_dates)s::date[],
    %(pay_dates)s::date[], %(new_shares)s::integer[], %(old_shares)s::integer[], %(cash_per_shares)s::numeric[],
    %(reinvest_prices)s::numeric[]
) as announced;

-- name: actions_due
-- What has to be done this evening: actions of tomorrow morning, and dividends of today.
select a.action_id, a.kind
from public.corporate_actions as a
where
    (a.state = 'announced' and a.ex_date <= %(next_session_date)s)
    or (a.state = 'entitled' and a.pay_date <= %(session_date)s)
order by a.ex_date, a.action_id;

-- name: apply_action
select fb.apply_corporate_action(%(action_id)s, %(limit)s) as adjusted;

-- name: mark_settled
update public.session_progress
set settled_at = now()
where session_date = %(session_date)s and settled_at is null;

-- name: lock_reference_data
select pg_advisory_xact_lock(hashtextextended('financebuy reference data', 0));

-- name: reference_state
-- What is there already. The last day of the calendar tells whether it is whole.
select
    (select max(s.session_date) from public.market_sessions as s where s.exchange = %(exchange)s) as calendar_until,
    exists(select 1 from public.price_bars) as has_bars;

-- name: save_instruments
-- A new security gets its id from the caller; a known one keeps its own, and whether it is traded.
with given as (
    select g.*
    from unnest(
        %(security_ids)s::uuid[], %(exchanges)s::text[], %(symbols)s::text[], %(names)s::text[], %(sectors)s::text[],
        %(countries)s::text[], %(isins)s::text[], %(tradables)s::boolean[]
    ) as g (security_id, exchange, symbol, name, sector, country, isin, tradable)
    -- One whose symbol has changed since has its row already.
    where not exists (
        select 1 from public.securities as s
        where s.security_id = g.security_id and (s.exchange, s.symbol) <> (g.exchange, g.symbol)
    )
),

new_assets as (
    insert into public.assets (asset_id, kind, code, scale)
    select g.security_id, 'security', g.symbol, 9
    from given as g
    where not exists (
        select 1 from public.securities as s where s.exchange = g.exchange and s.symbol = g.symbol
    )
)

insert into public.securities as s (
    security_id, exchange, symbol, name, security_type, currency, isin, sector, country, tradable, created_at,
    updated_at
)
select
    g.security_id, g.exchange, g.symbol, g.name, 'stock', 'USD', g.isin, g.sector, g.country, g.tradable, now(), now()
from given as g
on conflict (exchange, symbol) do update
    set
        name = excluded.name, isin = excluded.isin, sector = excluded.sector, country = excluded.country,
        updated_at = excluded.updated_at
    where
        (s.name, s.isin, s.sector, s.country)
        is distinct from (excluded.name, excluded.isin, excluded.sector, excluded.country);

-- name: save_sessions
insert into public.market_sessions (exchange, session_date, opens_at, closes_at, half_day, settles_on)
select %(exchange)s, g.*
from unnest(
    %(session_dates)s::date[], %(opens_at)s::timestamptz[], %(closes_at)s::timestamptz[], %(half_days)s::boolean[],
    %(settles_on)s::date[]
) as g (session_date, opens_at, closes_at, half_day, settles_on)
on conflict do nothing;

-- name: save_bars
-- Not COPY: it does not run under row security. A daily bar starts at midnight in New York.
insert into public.price_bars (
    security_id, timeframe, starts_at, session_date, open, high, low, close, volume, source
)
select
    i.security_id, '1Day', g.session_date::timestamp at time zone 'America/New_York', g.session_date, g.open, g.high,
    g.low, g.close, g.volume, %(source)s
from unnest(
    %(symbols)s::text[], %(session_dates)s::date[], %(opens)s::numeric[], %(highs)s::numeric[], %(lows)s::numeric[],
    %(closes)s::numeric[], %(volumes)s::bigint[]
) as g (symbol, session_date, open, high, low, close, volume)
inner join public.securities as i on i.symbol = g.symbol and i.tradable;

-- name: begin_control
insert into public.market_control (days_per_minute, updated_at)
values (%(days_per_minute)s, now())
on conflict do nothing;

-- name: prune_sign_ins
select fb.prune_sign_ins(%(limit)s) as pruned;
