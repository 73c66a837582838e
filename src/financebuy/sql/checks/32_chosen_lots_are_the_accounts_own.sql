-- Chosen lots belong to the sell's own account and security; what was closed of them was sold by it, or late by an
-- order that it has replaced.
with recursive chain as (
    select
        c.order_id as last_id,
        c.order_id
    from public.order_lots as c
    union
    select
        k.last_id,
        r.order_id
    from chain as k
    inner join public.orders as o on k.order_id = o.order_id
    inner join public.orders as r on o.replaces = r.order_id and r.status = 'replaced'
)

select
    c.order_id,
    c.lot_id,
    c.closed_quantity,
    coalesce(x.quantity, 0) as sold
from public.order_lots as c
inner join public.orders as o on c.order_id = o.order_id
left join public.lots as l on c.lot_id = l.lot_id
left join lateral (
    select sum(n.quantity) as quantity
    from chain as k
    inner join public.executions as e on k.order_id = e.order_id
    inner join public.lot_closures as n on e.execution_id = n.execution_id
    where k.last_id = c.order_id and n.lot_id = c.lot_id and n.closure_no = 0
) as x on true
where
    o.side <> 'sell'
    or c.account_id <> o.account_id
    or l.account_id is distinct from o.account_id
    or l.security_id is distinct from o.security_id
    or c.closed_quantity > coalesce(x.quantity, 0)
