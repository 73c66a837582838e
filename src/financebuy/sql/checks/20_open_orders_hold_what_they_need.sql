-- An open order holds no less than what is left of it costs at its hold price. One that the venue is to replace holds
-- for both; the one that waits to replace it holds nothing.
with needed as (
    select
        o.order_id,
        o.side,
        o.status,
        o.held,
        coalesce(r.status = 'pending_replace', false) as waits,
        greatest(
            (o.quantity - o.carried_quantity - o.filled_quantity)
            * case when o.side = 'sell' then 1 else o.hold_price end,
            (n.quantity - o.carried_quantity - o.filled_quantity)
            * case when o.side = 'sell' then 1 else n.hold_price end
        ) as needed
    from public.orders as o
    left join public.orders as n on o.replaced_by = n.order_id and o.status = 'pending_replace'
    left join public.orders as r on o.replaces = r.order_id
    where o.terminal_at is null and o.quantity is not null
)

select
    n.order_id,
    n.side,
    n.status,
    n.held,
    n.needed
from needed as n
where case when n.waits then n.held <> 0 else n.held < n.needed end
