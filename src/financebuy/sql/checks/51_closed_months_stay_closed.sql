-- A closed month has what it had when it was closed; closing balances sum to zero in each asset, the house's included.
select
    m.month,
    null::uuid as asset_id,
    m.entries as closed_with,
    count(e.transaction_id) as has_now,
    null::numeric as difference
from public.closed_months as m
left join public.entries as e
    on
        e.recorded_at >= m.month::timestamp at time zone 'UTC'
        and e.recorded_at < (m.month + interval '1 month') at time zone 'UTC'
where m.detached_at is null
group by m.month, m.entries
having count(e.transaction_id) <> m.entries
union all
select
    m.month,
    null,
    m.transactions,
    count(t.transaction_id),
    null
from public.closed_months as m
left join public.transactions as t
    on
        t.recorded_at >= m.month::timestamp at time zone 'UTC'
        and t.recorded_at < (m.month + interval '1 month') at time zone 'UTC'
where m.detached_at is null
group by m.month, m.transactions
having count(t.transaction_id) <> m.transactions
union all
select
    null,
    l.asset_id,
    null,
    null,
    sum(l.balance)
from (
    select distinct on (c.account_id, c.asset_id)
        c.asset_id,
        c.balance
    from public.closing_balances as c
    where c.month <= (select max(m.month) from public.closed_months as m)
    order by c.account_id asc, c.asset_id asc, c.month desc
) as l
group by l.asset_id
having sum(l.balance) <> 0
