-- The cash of a customer's trades is what their executions say; what was taken back was booked the other way round.
with horizon as (
    -- What was paid in a detached month is not here.
    select coalesce(
        (
            select max((m.month + interval '1 month') at time zone 'UTC')
            from public.closed_months as m
            where m.detached_at is not null
        ),
        '-infinity'
    ) as begins_at
),

expected as (
    select
        e.execution_id,
        e.account_id,
        e.recorded_at,
        false as taken_back,
        case e.side when 'buy' then -e.amount - e.fee else e.amount - e.fee end as cash
    from public.executions as e
    where e.kind <> 'bust'
    union all
    select
        e.execution_id,
        e.account_id,
        e.recorded_at,
        true,
        case r.side when 'buy' then r.amount + r.fee else r.fee - r.amount end
    from public.executions as e
    inner join public.executions as r on e.ref_execution_id = r.execution_id
)

select
    x.execution_id,
    x.account_id,
    x.cash as expected,
    coalesce(sum(n.amount), 0) as booked
from expected as x
inner join horizon as h on x.recorded_at >= h.begins_at
left join public.transactions as t
    on
        x.execution_id = t.execution_id
        and x.account_id = t.account_id
        and x.taken_back = (t.transaction_type = 'reversal')
left join public.assets as m on t.currency = m.code and m.kind = 'currency'
left join public.entries as n
    on
        t.transaction_id = n.transaction_id
        and x.account_id = n.account_id
        and m.asset_id = n.asset_id
group by x.execution_id, x.account_id, x.cash, x.taken_back
having coalesce(sum(n.amount), 0) <> x.cash
