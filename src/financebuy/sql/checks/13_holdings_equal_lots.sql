-- A holding is the sum of its open lots, in quantity and in cost.
with open_lots as (
    select
        l.account_id,
        l.security_id,
        sum(l.quantity - l.closed_quantity) as quantity,
        sum(l.cost - l.closed_cost) as cost
    from public.lots as l
    group by l.account_id, l.security_id
)

select
    coalesce(h.account_id, l.account_id) as account_id,
    coalesce(h.security_id, l.security_id) as security_id,
    h.quantity,
    l.quantity as lots_quantity,
    h.total_cost,
    l.cost as lots_cost
from public.holdings as h
full join open_lots as l on h.account_id = l.account_id and h.security_id = l.security_id
where
    coalesce(h.quantity, 0) <> coalesce(l.quantity, 0)
    or coalesce(h.total_cost, 0) <> coalesce(l.cost, 0)
