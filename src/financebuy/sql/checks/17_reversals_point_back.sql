-- A transaction is reversed at most once, by a later one that names the same account.
select
    r.reversed_id,
    r.reversing_id
from public.reversals as r
left join public.transactions as o on r.reversed_id = o.transaction_id
left join public.transactions as n on r.reversing_id = n.transaction_id
where
    o.transaction_id is null
    or n.transaction_id is null
    or n.transaction_type <> 'reversal'
    or n.account_id <> o.account_id
    or n.recorded_at < o.recorded_at
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
