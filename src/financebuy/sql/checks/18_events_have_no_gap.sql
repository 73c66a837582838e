-- Each account's events are numbered without a gap, and each order event is one of them.
with numbered as (
    select
        o.account_id,
        count(*) as events,
        min(o.event_seq) as first_seq,
        max(o.event_seq) as last_seq
    from public.outbox as o
    group by o.account_id
),

-- How far an account had come in the months that are detached.
before as (
    select
        c.account_id,
        max(c.event_seq) as event_seq
    from public.closing_events as c
    inner join public.closed_months as m on c.month = m.month and m.detached_at is not null
    group by c.account_id
)

select
    a.account_id,
    a.event_seq,
    n.events,
    n.first_seq,
    n.last_seq
from public.accounts as a
left join numbered as n on a.account_id = n.account_id
left join before as b on a.account_id = b.account_id
where
    a.house_code is null
    and (
        coalesce(n.last_seq, b.event_seq, 0) <> a.event_seq
        or n.first_seq <> b.event_seq + 1
        or coalesce(n.events, 0) <> coalesce(n.last_seq - n.first_seq + 1, 0)
    )
union all
select
    v.account_id,
    v.event_seq,
    null,
    null,
    null
from public.order_events as v
where not exists (
    select 1 from public.outbox as o
    where o.account_id = v.account_id and o.event_seq = v.event_seq and o.command_id = v.command_id
)
