-- An order's fills are the sum of its executions and do not exceed its quantity.
select
    o.order_id,
    o.quantity,
    o.filled_quantity,
    coalesce(sum(e.quantity), 0) as executed_quantity,
    o.filled_amount,
    coalesce(sum(e.amount), 0) as executed_amount,
    o.fees,
    coalesce(sum(e.fee), 0) as executed_fees
from public.orders as o
left join public.executions as e on o.order_id = e.order_id
group by o.order_id, o.quantity, o.filled_quantity, o.filled_amount, o.fees, o.filled_gross
having
    o.filled_quantity <> coalesce(sum(e.quantity), 0)
    or o.filled_amount <> coalesce(sum(e.amount), 0)
    or o.fees <> coalesce(sum(e.fee), 0)
    or o.filled_gross <> coalesce(sum(e.quantity * e.price), 0)
    or o.filled_quantity > o.quantity
