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
        'time_in_force', o.time_in_force, 'qty', o.quantity::text, 'limit_price', o.limit_price::text
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
