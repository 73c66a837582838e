-- An order's events lead to its status by allowed steps.
with horizon as (
    -- Events of detached months are not here: of an older order the first that is left has no step before it.
    select coalesce(
        (
            select max((m.month + interval '1 month') at time zone 'UTC')
            from public.closed_months as m
            where m.detached_at is not null
        ),
        '-infinity'
    ) as begins_at
),

steps as (
    select
        v.order_id,
        v.event_seq,
        v.from_status,
        v.to_status,
        lag(v.to_status) over one_order as before,
        row_number() over (partition by v.order_id order by v.event_seq desc) as from_last
    from public.order_events as v
    window one_order as (partition by v.order_id order by v.event_seq)
)

select
    s.order_id,
    s.event_seq,
    s.from_status,
    s.to_status,
    'a step that the transition table does not have' as problem
from steps as s
left join public.orders as o on s.order_id = o.order_id
cross join horizon as h
where
    (
        s.from_status is distinct from s.before
        and not (s.before is null and coalesce(o.placed_at < h.begins_at, false))
    )
    or (s.from_status is null and s.to_status <> 'accepted')
    or (
        s.from_status is not null
        and not exists (
            select 1 from public.order_transitions as t
            where t.from_status = s.from_status and t.to_status = s.to_status
        )
    )
union all
select
    o.order_id,
    null,
    null,
    o.status,
    'its last event says otherwise, or it has none'
from public.orders as o
left join steps as s on o.order_id = s.order_id and s.from_last = 1
cross join horizon as h
where
    s.to_status is distinct from o.status
    and not (s.order_id is null and o.updated_at < h.begins_at)
union all
select
    o.order_id,
    null,
    o.status,
    n.status,
    'it is or is to be replaced by an order that does not point back'
from public.orders as o
left join public.orders as n on o.replaced_by = n.order_id and n.replaces = o.order_id
where o.replaced_by is not null and n.order_id is null
union all
select
    o.order_id,
    null,
    r.status,
    o.status,
    'it lives, and what it replaces does not point to it'
from public.orders as o
left join public.orders as r on o.replaces = r.order_id and r.replaced_by = o.order_id
where o.replaces is not null and o.terminal_at is null and r.order_id is null
