-- An order's fills are the sum of its live executions: no bust, none that another row takes back. Along a chain of
-- replacements they do not exceed its quantity.
select
    o.order_id,
    o.quantity,
    o.filled_quantity,
    o.carried_quantity,
    coalesce(sum(e.quantity), 0) as executed_quantity,
    o.filled_amount,
    coalesce(sum(e.amount), 0) as executed_amount,
    o.fees,
    coalesce(sum(e.fee), 0) as executed_fees
from public.orders as o
left join public.executions as e
    on
        o.order_id = e.order_id
        and e.kind <> 'bust'
        and not exists (select 1 from public.executions as r where e.execution_id = r.ref_execution_id)
group by
    o.order_id, o.status, o.quantity, o.filled_quantity, o.carried_quantity, o.filled_amount, o.fees, o.filled_gross
having
    o.filled_quantity <> coalesce(sum(e.quantity), 0)
    or o.filled_amount <> coalesce(sum(e.amount), 0)
    or o.fees <> coalesce(sum(e.fee), 0)
    or o.filled_gross <> coalesce(sum(e.quantity * e.price), 0)
    or (o.status <> 'replaced' and o.carried_quantity + o.filled_quantity > o.quantity)
union all
-- What a replacement carries is what the order before it carried and filled; before it is in force, nothing.
select
    o.order_id,
    o.quantity,
    o.filled_quantity,
    o.carried_quantity,
    case when r.status = 'replaced' then r.carried_quantity + r.filled_quantity else 0 end,
    o.carried_gross,
    case when r.status = 'replaced' then r.carried_gross + r.filled_gross else 0 end,
    o.carried_fees,
    case when r.status = 'replaced' then r.carried_fees + r.fees else 0 end
from public.orders as o
left join public.orders as r on o.replaces = r.order_id and r.replaced_by = o.order_id
where
    o.carried_quantity <> case when r.status = 'replaced' then r.carried_quantity + r.filled_quantity else 0 end
    or o.carried_gross <> case when r.status = 'replaced' then r.carried_gross + r.filled_gross else 0 end
    or o.carried_fees <> case when r.status = 'replaced' then r.carried_fees + r.fees else 0 end
