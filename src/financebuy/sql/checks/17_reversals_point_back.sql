-- A transaction is reversed at most once, by a later one on the same account that is its contrary to the cent.
with horizon as (
    -- What was recorded in a detached month is not here.
    select coalesce(
        (
            select max((m.month + interval '1 month') at time zone 'UTC')
            from public.closed_months as m
            where m.detached_at is not null
        ),
        '-infinity'
    ) as begins_at
),

-- An id begins with its time in milliseconds; it is made a moment before or after its row is recorded.
here as (
    select r.*
    from public.reversals as r
    cross join horizon as h
    where
        r.recorded_at >= h.begins_at
        and to_timestamp(('x' || left(replace(r.reversed_id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
        >= h.begins_at + interval '1 minute'
)

select
    r.reversed_id,
    r.reversing_id
from here as r
left join public.transactions as o on r.reversed_id = o.transaction_id
left join public.transactions as n on r.reversing_id = n.transaction_id
where
    o.transaction_id is null
    or n.transaction_id is null
    or n.transaction_type <> 'reversal'
    or n.account_id <> o.account_id
    or n.recorded_at < o.recorded_at
    or exists (
        select 1 from public.entries as e
        where e.transaction_id in (r.reversed_id, r.reversing_id)
        group by e.leg, e.account_id, e.asset_id
        having sum(e.amount) <> 0
    )
union all
select
    n.transaction_id,
    null
from public.transactions as n
where
    n.transaction_type = 'reversal'
    and not exists (
        select 1 from public.reversals as r
        where r.reversing_id = n.transaction_id
    )
