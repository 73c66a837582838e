-- Held cash is what open buy orders and requested withdrawals hold.
with wanted as (
    select
        o.account_id,
        o.held
    from public.orders as o
    where o.side = 'buy'
    union all
    select
        t.account_id,
        t.amount
    from public.transfers as t
    where t.direction = 'outgoing' and t.state = 'requested'
)

select
    a.account_id,
    a.held,
    coalesce(sum(w.held), 0) as accounted_for
from public.accounts as a
left join wanted as w on a.account_id = w.account_id
group by a.account_id, a.held
having a.held <> coalesce(sum(w.held), 0)
